"""Rows of a Config advanced query as functions. Each row is a JSON text of its own."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from steward.aws.function_arns import function_arn
from steward.aws.instants import instant_of
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import SeenFunction, Unreadable
from steward.domain.stacks import Unit

SOURCE = "Config"
_SHOWN = 200
_DELETED = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded"})


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [] if value is None else [value]


def _as_tags(value: object) -> object:
    """Tags come as a list of `{key, value, tag}`; other kinds of items have them as an object."""
    if isinstance(value, dict):
        return [{"key": key, "value": text} for key, text in value.items()]
    return value


class _Written(BaseModel):
    """A part of a row; columns we did not ask for may come."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class _Tag(_Written):
    key: str
    value: str | None = None


class _Layer(_Written):
    arn: str | None = None


class _Configuration(_Written):
    """ "AWS::Lambda::Function" of the resource schema that Config's queries are written against."""

    runtime: str | None = None
    package_type: str | None = None
    architectures: Annotated[list[str], BeforeValidator(_as_list)] = []
    last_modified: Any = None
    version: str | None = None
    layers: Annotated[list[_Layer], BeforeValidator(_as_list)] = []


class _Row(_Written):
    resource_id: str | None = None
    resource_name: str | None = None
    arn: str | None = None
    account_id: str | None = None
    aws_region: str | None = None
    tags: Annotated[list[_Tag] | None, BeforeValidator(_as_tags)] = None
    configuration_item_capture_time: Any = None
    configuration_item_status: str | None = None
    recording_frequency: str | None = None
    configuration: _Configuration | None = None


def function_of(text: str) -> SeenFunction | Unreadable | None:
    """The function of a row, or what is wrong with the row; None for one that is deleted."""
    try:
        row = _Row.model_validate_json(text)
    except ValidationError as error:
        return _unreadable(text, _first_problem(error))
    if row.configuration_item_status in _DELETED:
        return None
    missing = _missing(row)
    return _unreadable(text, missing) if missing else _seen(row)


def _seen(row: _Row) -> SeenFunction:
    unit, name, version = _identity(row)
    found = row.configuration or _Configuration()
    return SeenFunction(
        account_id=unit.account_id,
        region=unit.region,
        name=name,
        version=version,
        runtime_id=found.runtime or None,
        package_type=found.package_type or "Zip",
        architecture=found.architectures[0] if found.architectures else "",
        layers=tuple(layer.arn for layer in found.layers if layer.arn),
        tags=None if row.tags is None else {tag.key: tag.value or "" for tag in row.tags},
        last_modified=instant_of(found.last_modified),
        captured_at=instant_of(row.configuration_item_capture_time),
        recorded=(row.recording_frequency or "").upper(),
    )


def _identity(row: _Row) -> tuple[Unit, str, str]:
    """The ARN says all of it; the columns stand in for one that is missing."""
    arn = function_arn(row.arn or "")
    if arn is not None:
        return arn.unit, arn.name, arn.version or LATEST
    unit = Unit(row.account_id or "", row.aws_region or "")
    return unit, row.resource_name or row.resource_id or "", LATEST


def _missing(row: _Row) -> str:
    if function_arn(row.arn or "") is not None:
        return ""
    columns = {
        "accountId": row.account_id,
        "awsRegion": row.aws_region,
        "resourceName": row.resource_name or row.resource_id,
    }
    lacks = ", ".join(name for name, value in columns.items() if not value)
    return f"names no {lacks}, and its arn is no function's" if lacks else ""


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _unreadable(text: str, reason: str) -> Unreadable:
    return Unreadable(source=SOURCE, reason=reason, start=text[:_SHOWN])
