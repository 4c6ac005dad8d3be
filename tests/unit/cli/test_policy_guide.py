"""docs/guide/policy.md describes every field with its real default, and its examples are valid."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from steward.domain.policy import Policy
from steward_cli.checked_policy import checked_policy
from steward_cli.documents import parse_document

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "policy.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
ROW = re.compile(r"^\| `(?P<field>[a-z_.]+)` \| (?P<default>[^|]+) \|", re.MULTILINE)
HEADING = re.compile(r"^### (?:`(?P<section>[a-z]+)`|Top level)", re.MULTILINE)


def described() -> dict[str, str]:
    """Default, as written, by full field name."""
    found: dict[str, str] = {}
    for part in re.split(r"^(?=### )", GUIDE, flags=re.MULTILINE):
        heading = HEADING.match(part)
        if heading:
            prefix = f"{heading['section']}." if heading["section"] else ""
            rows = ROW.finditer(part)
            found |= {f"{prefix}{row['field']}": row["default"].strip() for row in rows}
    return found


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Full name and default (`required` without one) of each field that is no section."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from fields(annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", "required" if field.is_required() else _written(field)


def _written(field: FieldInfo) -> object:
    """The default as a document would have it."""
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(kind).dump_python(field.default, mode="json")


DEFAULTS = dict(fields(Policy))


def test_the_guide_describes_every_field_and_no_other() -> None:
    assert sorted(described()) == sorted(DEFAULTS)


@pytest.mark.parametrize("field", sorted(DEFAULTS))
def test_the_guide_states_the_real_default(field: str) -> None:
    written = described()[field].strip("`")
    content: Any = parse_document(f"default: {written}", "guide").content
    default = DEFAULTS[field]
    if field == "minimum_notice":
        assert (content["default"], default) == ("24h", "1d")
    else:
        assert content["default"] == default


@pytest.mark.parametrize("example", EXAMPLES, ids=["smallest", "whole"])
def test_an_example_is_a_valid_policy(example: str) -> None:
    checked_policy(parse_document(example, "guide"), datetime.now(UTC))


def test_the_fingerprint_shown_is_that_of_the_whole_example() -> None:
    policy = checked_policy(parse_document(EXAMPLES[1], "guide"), datetime.now(UTC))
    assert f"valid: policy {policy.fingerprint}, mode {policy.mode}" in GUIDE
