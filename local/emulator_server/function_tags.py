"""Conditions on the tags of a function, which ministack 1.5.33 never finds to hold.

Source: "Use attribute-based access control in Lambda", AWS Lambda Developer Guide: the tags are
those of the function, for a version or an alias of it too.
"""

import re
from collections.abc import Callable
from typing import Any

from local.emulator_server.pinned import private, replace, require

LAMBDA = "ministack.services.lambda_svc"
EVALUATOR = "ministack.core.iam_evaluator"
PREFIX = "aws:resourcetag/"
FUNCTION = re.compile(r"arn:[^:]+:lambda:([^:]+):(\d+):function:([^:]+)(?::.+)?")


def install() -> None:
    require(LAMBDA, "_functions")
    replace((EVALUATOR,), "_resolve_condition_key", _with_function_tags)


def _with_function_tags(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def resolve_condition_key(key: str, context: Any) -> Any:
        function = FUNCTION.fullmatch(context.resource_arn or "")
        if function is None or not key.casefold().startswith(PREFIX):
            return resolve(key, context)
        return _tags(function).get(key[len(PREFIX) :])

    return resolve_condition_key


def _tags(function: re.Match[str]) -> dict[str, str]:
    region, account, name = function.groups()
    record = private(LAMBDA, "_functions").get_scoped(account, region, name) or {}
    return dict(record.get("tags") or {})
