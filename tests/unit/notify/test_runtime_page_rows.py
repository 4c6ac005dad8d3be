import json
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.results import ReportedFunction
from steward.notify.harmless import harmless
from steward.notify.runtimes.page_rows import GROUPS, OWN, rows_as_json, script_json
from tests.unit.notify.runtime_pages import hostile_rows
from tests.unit.notify.runtime_rows import example_rows

type Read = dict[str, Any]


def read_back(document: str) -> list[Read]:
    """The rows as the page's script reads them."""
    written = json.loads(document)
    texts = written["texts"]

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return texts[value] if is_number else value

    rows = []
    for line in written["rows"]:
        row = dict(zip(written["own"], line, strict=False))
        numbers = line[len(written["own"]) :]
        for group, number in zip(written["groups"].values(), numbers, strict=True):
            values = map(plain, group["values"][number])
            row |= dict(zip(group["fields"], values, strict=True))
        rows.append(row)
    return rows


def shown(function: ReportedFunction) -> Read:
    return {field: _shown(getattr(function, field)) for field in type(function).model_fields}


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    return harmless(value.value if isinstance(value, Enum) else str(value))


def test_every_field_of_a_function_is_on_the_page_once() -> None:
    fields = [*OWN, *(field for group in GROUPS.values() for field in group)]
    assert sorted(fields) == sorted(ReportedFunction.model_fields)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(list(example_rows(200, 3)), id="ordinary"),
        pytest.param(hostile_rows(), id="hostile"),
        pytest.param([], id="none"),
    ],
)
def test_nothing_of_a_row_is_lost(rows: list[ReportedFunction]) -> None:
    assert read_back("".join(rows_as_json(rows))) == [shown(row) for row in rows]


def test_what_functions_share_is_written_once() -> None:
    few, many = (len("".join(rows_as_json(example_rows(number)))) for number in (1_000, 4_000))
    assert (many - few) / 3_000 < 100


@given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_script_json_is_the_value_and_never_ends_its_element(value: Any) -> None:
    written = script_json(value)
    assert json.loads(written) == value
    assert not set("<>&\u2028\u2029") & set(written)
    assert written.isascii()
