"""Function configurations, as Lambda shows them, as the inventory's functions."""

from collections.abc import Mapping
from typing import Any

from steward.aws.function_arns import function_arn
from steward.aws.instants import instant_of
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import SeenFunction, Unreadable
from steward.domain.stacks import Unit


def listed(row: Mapping[str, Any], unit: Unit) -> SeenFunction | Unreadable:
    """The function or version of a row of a list."""
    arn = function_arn(row.get("FunctionArn") or "")
    name = row.get("FunctionName") or (arn.name if arn else "")
    if not name:
        shown = str(row.get("FunctionArn", ""))
        return Unreadable(source=f"Lambda {unit}", reason="a row names no function", start=shown)
    return function_of(row, unit, name)


def function_of(row: Mapping[str, Any], unit: Unit, name: str) -> SeenFunction:
    """The function `name` as its configuration shows it, which shows no tags.

    The version is in its own field: the ARN of `$LATEST` ends in `:$LATEST` in some lists only.
    """
    return SeenFunction(
        account_id=unit.account_id,
        region=unit.region,
        name=name,
        version=row.get("Version") or LATEST,
        runtime_id=row.get("Runtime") or None,
        package_type=row.get("PackageType") or "Zip",
        architecture=next(iter(row.get("Architectures") or []), ""),
        layers=tuple(layer["Arn"] for layer in row.get("Layers") or [] if layer.get("Arn")),
        snap_start=(row.get("SnapStart") or {}).get("ApplyOn", "None") != "None",
        custom_alias=_custom_alias(row),
        last_modified=instant_of(row.get("LastModified")),
    )


def _custom_alias(row: Mapping[str, Any]) -> str:
    """The ARN of the runtime alias of a customer-managed runtime. Older releases of botocore drop
    the field, which leaves such a runtime unresolved. "Runtime aliases", AWS Lambda."""
    config = row.get("RuntimeConfig") or {}
    runtime, alias = config.get("RuntimeArn"), config.get("RuntimeAlias")
    return f"{runtime}/alias/{alias}" if runtime and alias else ""
