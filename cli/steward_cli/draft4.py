"""JSON Schema as pydantic writes it (2020-12), said in the words of draft 4."""

from collections.abc import Callable, Mapping
from typing import Any

type Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-04/schema#"
NAMED_SCHEMAS = frozenset({"properties", "definitions", "patternProperties"})
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def in_draft_4(schema: Mapping[str, Any], without: frozenset[str]) -> Schema:
    """`schema` in draft 4, leaving out the keywords `without`, at every level."""
    kept = {
        key: _inside(key, value, lambda inner: in_draft_4(inner, without))
        for key, value in schema.items()
        if key not in without
    }
    for rule in (_definitions, _constant, _limits, _key_lengths, _date, _reference):
        kept = rule(kept)
    return kept


def _inside(key: str, value: Any, translate: Callable[[Schema], Schema]) -> Any:
    if key in NAMED_SCHEMAS or key == "$defs":
        return {name: translate(schema) for name, schema in value.items()}
    if key in {"items", "additionalProperties", "not"} and isinstance(value, dict):
        return translate(value)
    if key in {"anyOf", "allOf", "oneOf"}:
        return [translate(schema) for schema in value]
    return value


def _definitions(schema: Schema) -> Schema:
    return {("definitions" if key == "$defs" else key): value for key, value in schema.items()}


def _constant(schema: Schema) -> Schema:
    if "const" not in schema:
        return schema
    return {**_except(schema, "const"), "enum": [schema["const"]]}


def _limits(schema: Schema) -> Schema:
    """An exclusive limit is the limit and a flag beside it."""
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = schema.get(exclusive)
        if value is not None and not isinstance(value, bool):
            schema = {**schema, limit: value, exclusive: True}
    return schema


def _key_lengths(schema: Schema) -> Schema:
    """There is no propertyNames: a pattern for the keys says the same."""
    names = schema.get("propertyNames")
    if names is None:
        return schema
    pattern = rf"^[\s\S]{{{names.get('minLength', 0)},{names.get('maxLength', '')}}}$"
    values = {pattern: schema.get("additionalProperties", {})}
    rest = _except(schema, "propertyNames", "additionalProperties")
    return {**rest, "patternProperties": values, "additionalProperties": False}


def _date(schema: Schema) -> Schema:
    """There is no format for a date without a time."""
    return {**_except(schema, "format"), "pattern": _DATE} if _is_date(schema) else schema


def _is_date(schema: Schema) -> bool:
    return schema.get("format") == "date"


def _reference(schema: Schema) -> Schema:
    """Whatever stands beside a $ref is ignored, so company moves the $ref into allOf."""
    if "$ref" not in schema:
        return schema
    reference = {"$ref": str(schema["$ref"]).replace("#/$defs/", "#/definitions/")}
    rest = _except(schema, "$ref")
    return {**rest, "allOf": [reference]} if rest else reference


def _except(schema: Mapping[str, Any], *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}
