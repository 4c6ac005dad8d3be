"""Authorizes some calls as AWS does, for which ministack 1.5.33 asks another action or none.

Sources: AddPermission, Amazon SQS API Reference: SendMessage, DeleteMessage and
ChangeMessageVisibility "also grant permissions for the corresponding batch versions". "Actions,
resources, and condition keys for AWS Account Management", "... for AWS Lambda" and "... for AWS
Config", Service Authorization Reference.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator_server.pinned import replace

Query = Mapping[str, list[str]]
ACTION_OF_BATCH = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}

ACTIONS = "ministack.core.iam_actions"
AGGREGATOR = re.compile(rb'"ConfigurationAggregatorName"\s*:')
ACTION_OF_PATH = (
    (re.compile(r"GET /[\d-]+/functions/[^/]+/urls"), "lambda:ListFunctionUrlConfigs"),
    (re.compile(r"GET /[\d-]+/layers/[^/]+/versions"), "lambda:ListLayerVersions"),
    (re.compile(r"GET /[\d-]+/layers/[^/]+/versions/\d+"), "lambda:GetLayerVersion"),
)


def install() -> None:
    replace(("ministack.core.iam_evaluator",), "_resolve_condition_key", _over_tls)
    replace((ACTIONS,), "extract_iam_action", _of_lambda)
    replace((ACTIONS,), "extract_resource_arn", _of_named_resources)
    replace((ACTIONS,), "extract_iam_action", _of_account_management)
    replace((ACTIONS,), "extract_iam_action", _without_batches)


def _over_tls(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """The loopback stands for the TLS endpoints of AWS, so policies that demand TLS let calls in
    ("aws:SecureTransport", IAM User Guide)."""

    def resolve_condition_key(key: str, context: object) -> Any:
        if key.casefold() == "aws:securetransport":
            return "true"
        return resolve(key, context)

    return resolve_condition_key


def _of_account_management(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    """The path names the operation: `/getAlternateContact`."""

    def extract_iam_action(
        service: str, method: str, path: str, *rest: Any, **named: Any
    ) -> str | None:
        if service != "account":
            return extract(service, method, path, *rest, **named)
        operation = path.strip("/")
        return f"account:{operation[:1].upper()}{operation[1:]}"

    return extract_iam_action


def _of_lambda(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract_iam_action(
        service: str, method: str, path: str, headers: object, body: object, query: Query
    ) -> str | None:
        if service == "lambda" and _layer_by_arn(path, query):
            return "lambda:GetLayerVersion"
        asked = f"{method} {path}" if service == "lambda" else ""
        named = (action for pattern, action in ACTION_OF_PATH if pattern.fullmatch(asked))
        return next(named, None) or extract(service, method, path, headers, body, query)

    return extract_iam_action


def _of_named_resources(extract: Callable[..., str]) -> Callable[..., str]:
    """A layer asked for by its ARN is authorized as that layer, a query as its aggregator."""

    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: object,
        body: bytes,
        query: Query,
        region: str,
        account: str,
    ) -> str:
        if service == "config" and AGGREGATOR.search(body):
            return f"arn:aws:config:{region}:{account}:config-aggregator/config-aggregator-emulated"
        layer = _layer_by_arn(path, query) if service == "lambda" else ""
        return layer or extract(service, method, path, headers, body, query, region, account)

    return extract_resource_arn


def _layer_by_arn(path: str, query: Query) -> str:
    """The ARN of GetLayerVersionByArn: `/layers?find=LayerVersion&Arn=...`; empty for others."""
    if not path.endswith("/layers") or query.get("find") != ["LayerVersion"]:
        return ""
    return next(iter(query.get("Arn", [])), "")


def _without_batches(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract_iam_action(*arguments: Any, **named: Any) -> str | None:
        action = extract(*arguments, **named)
        return ACTION_OF_BATCH.get(action or "", action)

    return extract_iam_action
