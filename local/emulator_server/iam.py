"""Authorizes some calls as AWS does, for which ministack 1.5.33 asks another action or none.

Sources: AddPermission, Amazon SQS API Reference: SendMessage, DeleteMessage and
ChangeMessageVisibility "also grant permissions for the corresponding batch versions". "Actions,
resources, and condition keys for AWS Account Management", "... for AWS Lambda" and "... for AWS
Config", Service Authorization Reference.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from local.emulator_server.modelled.organizations import tree
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
    (
        re.compile(r"GET /[\d-]+/functions/[^/]+/provisioned-concurrency"),
        "lambda:GetProvisionedConcurrencyConfig",
    ),
    (re.compile(r"GET /[\d-]+/layers/[^/]+/versions"), "lambda:ListLayerVersions"),
    (re.compile(r"GET /[\d-]+/layers/[^/]+/versions/\d+"), "lambda:GetLayerVersion"),
)


def install() -> None:
    replace(("ministack.core.iam_evaluator",), "_principal_org_id", _one_organization)
    replace(("ministack.core.iam_evaluator",), "_resolve_condition_key", _global_keys)
    replace((ACTIONS,), "extract_iam_action", _of_lambda)
    replace((ACTIONS,), "extract_resource_arn", _of_named_resources)
    replace((ACTIONS,), "extract_iam_action", _of_account_management)
    replace((ACTIONS,), "extract_iam_action", _without_batches)


def _one_organization(plain: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """There is one, the management account's; ministack gives each account one of its own."""
    return lambda _account: plain(tree.management_account())


def _global_keys(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """The loopback stands for the TLS endpoints of AWS, so policies that demand TLS let calls in;
    and every resource here belongs to the one organization, as every principal does
    ("aws:SecureTransport", "aws:ResourceOrgID", IAM User Guide)."""

    def resolve_condition_key(key: str, context: object) -> Any:
        if key.casefold() == "aws:securetransport":
            return "true"
        if key.casefold() == "aws:resourceorgid":
            return resolve("aws:PrincipalOrgID", context)
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
    """A layer asked for by its ARN is authorized as that layer, a query as its aggregator, several
    parameters as what their names begin with: a policy that lacks one of them refuses, as on AWS.
    """

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
        if service == "ssm" and (names := _several_parameters(body)):
            return f"arn:aws:ssm:{region}:{account}:parameter{_shared_start(names)}"
        layer = _layer_by_arn(path, query) if service == "lambda" else ""
        return layer or extract(service, method, path, headers, body, query, region, account)

    return extract_resource_arn


def _layer_by_arn(path: str, query: Query) -> str:
    """The ARN of GetLayerVersionByArn: `/layers?find=LayerVersion&Arn=...`; empty for others."""
    if not path.endswith("/layers") or query.get("find") != ["LayerVersion"]:
        return ""
    return next(iter(query.get("Arn", [])), "")


def _several_parameters(body: bytes) -> list[str]:
    """The names of GetParameters, from their root; none for other calls."""
    if b'"Names"' not in body:
        return []
    names = json.loads(body).get("Names", [])
    return [f"/{name.removeprefix('/')}" for name in names]


def _shared_start(texts: Sequence[str]) -> str:
    shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in shared)


def _without_batches(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract_iam_action(*arguments: Any, **named: Any) -> str | None:
        action = extract(*arguments, **named)
        return ACTION_OF_BATCH.get(action or "", action)

    return extract_iam_action
