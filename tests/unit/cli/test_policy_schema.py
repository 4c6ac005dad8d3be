"""The policy's schema: draft 4 throughout, where it belongs, and as strict as a schema can be."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from steward_cli.documents import parse_document
from steward_cli.draft4 import in_draft_4
from steward_cli.policy_schema import (
    LONGEST_INLINE_CHARACTERS,
    inline_schema,
    policy_schema,
    schema_text,
)
from steward_cli.refresh_policy_schema import (
    COMMITTED,
    TEMPLATE,
    MarkersMissing,
    template_block,
    with_schema,
)
from tests.unit.cli.policies import MINIMAL, WHOLE

SCHEMAS = [
    pytest.param(policy_schema(), id="whole"),
    pytest.param(json.loads(inline_schema()), id="inline"),
]
LATER_THAN_DRAFT_4 = {"$defs", "const", "propertyNames", "examples", "if", "contains", "$id"}


def test_the_committed_schema_is_the_one_generated() -> None:
    assert COMMITTED.read_bytes() == schema_text().encode(), "make policy-schema writes it anew"


def test_the_template_carries_the_schema_generated() -> None:
    assert template_block() in TEMPLATE.read_text(), "make policy-schema writes it anew"


def test_a_template_without_markers_is_refused() -> None:
    with pytest.raises(MarkersMissing, match="policy-schema: begin"):
        with_schema("Resources: {}\n")


def test_a_stale_schema_in_the_template_is_replaced() -> None:
    template = TEMPLATE.read_text()
    stale = template.replace('"scope"', '"scopes"')
    assert stale != template
    assert with_schema(stale) == with_schema(template)


def test_the_inline_schema_fits_the_validator() -> None:
    assert len(inline_schema()) < LONGEST_INLINE_CHARACTERS


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_schema_is_valid_draft_4(schema: dict[str, Any]) -> None:
    jsonschema.Draft4Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-04/schema#"


def schemas_in(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for key in ("properties", "definitions", "patternProperties"):
        for inner in schema.get(key, {}).values():
            yield from schemas_in(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from schemas_in(schema[key])
    for inner in schema.get("allOf", []):
        yield from schemas_in(inner)


def test_the_inline_schema_uses_no_word_later_than_draft_4() -> None:
    words = {word for schema in schemas_in(json.loads(inline_schema())) for word in schema}
    assert {"definitions", "pattern", "enum", "minimum"} <= words
    assert not words & LATER_THAN_DRAFT_4


def test_nothing_stands_beside_a_reference() -> None:
    references = [schema for schema in schemas_in(policy_schema()) if "$ref" in schema]
    assert references
    assert all(list(schema) == ["$ref"] for schema in references)


@pytest.mark.parametrize(
    ("schema", "translated"),
    [
        pytest.param({"const": 1}, {"enum": [1]}, id="constant"),
        pytest.param({"exclusiveMinimum": 3}, {"minimum": 3, "exclusiveMinimum": True}, id="above"),
        pytest.param({"exclusiveMaximum": 3}, {"maximum": 3, "exclusiveMaximum": True}, id="below"),
        pytest.param(
            {"$ref": "#/$defs/A", "default": 1},
            {"default": 1, "allOf": [{"$ref": "#/definitions/A"}]},
            id="reference-with-company",
        ),
        pytest.param(
            {"$defs": {"A": {"items": {"const": 1}}}},
            {"definitions": {"A": {"items": {"enum": [1]}}}},
            id="definitions",
        ),
        pytest.param(
            {"propertyNames": {"maxLength": 9}, "additionalProperties": {"const": 1}},
            {"patternProperties": {r"^[\s\S]{0,9}$": {"enum": [1]}}, "additionalProperties": False},
            id="key-lengths",
        ),
        pytest.param(
            {"properties": {"const": {"anyOf": [{"const": 1}]}}},
            {"properties": {"const": {"anyOf": [{"enum": [1]}]}}},
            id="a-property-called-like-a-keyword",
        ),
        pytest.param({"format": "date"}, {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, id="date"),
    ],
)
def test_each_later_word_is_said_in_draft_4(
    schema: dict[str, Any], translated: dict[str, Any]
) -> None:
    assert in_draft_4(schema, frozenset()) == translated


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize(
    "text", [pytest.param(MINIMAL, id="minimal"), pytest.param(WHOLE, id="complete")]
)
def test_the_schema_accepts_a_good_policy(schema: dict[str, Any], text: str) -> None:
    jsonschema.Draft4Validator(schema).validate(parse_document(text, "policy").content)


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param("version", 2, id="another-version"),
        pytest.param("mode", "delete", id="unknown-mode"),
        pytest.param("modes", "reap", id="unknown-field"),
        pytest.param("scope.match", "none", id="unknown-match"),
        pytest.param("scope.regions", [], id="no-region"),
        pytest.param("scope.regions", ["mars"], id="no-such-region"),
        pytest.param("scope.tags", {"stage": []}, id="tag-without-values"),
        pytest.param("scope.tags", {"": ["a"]}, id="empty-tag-key"),
        pytest.param("scope.tags", {"k" * 129: ["a"]}, id="tag-key-too-long"),
        pytest.param("scope.exclude.accounts", [123456789012], id="account-as-a-number"),
        pytest.param("scope.exclude.accounts", ["12345"], id="account-too-short"),
        pytest.param("lease.ttl", 14, id="bare-number"),
        pytest.param("lease.ttl", "fortnight", id="no-duration"),
        pytest.param("notices", [], id="no-notice"),
        pytest.param("windows.hours", "9-16", id="no-hours"),
        pytest.param("windows.weekdays", ["monday"], id="no-weekday"),
        pytest.param("windows.freeze", [{"first": "soon", "last": "later"}], id="no-date"),
        pytest.param("limits.percent_of_leases", 101, id="more-than-all"),
        pytest.param("limits.reaps_per_sweep", 0, id="none-at-all"),
        pytest.param("owners.fallback", "platform", id="no-address"),
        pytest.param("deletion.force", "yes", id="no-truth-value"),
    ],
)
def test_the_schema_refuses_a_bad_policy(schema: dict[str, Any], place: str, value: object) -> None:
    good = parse_document(WHOLE, "policy").content
    assert isinstance(good, dict)
    bad = deepcopy(good)
    *path, last = place.split(".")
    section = bad
    for part in path:
        section = section[part]
    section[last] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(bad)
