"""`runtimes.json` is read as it arrives, whatever the pieces are, and never half."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.results import ReportedFunction
from steward_cli.reports.reading import ReportReader, UnreadableReport
from tests.unit.cli.reports import make_overview, make_row, report_json

ROWS = [make_row("orders-api"), make_row("commandes-é-注文"), make_row('quo"te]}', version="7")]
WHOLE = report_json(make_overview(), ROWS)


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    yield from (content[at : at + size] for at in range(0, len(content), size))


def read(reader: ReportReader) -> list[ReportedFunction]:
    reader.overview()
    return list(reader.functions())


@given(st.integers(min_value=1, max_value=len(WHOLE)))
def test_pieces_of_any_size_give_the_same_report(size: int) -> None:
    reader = ReportReader(pieces(WHOLE, size))
    assert reader.overview() == make_overview()
    assert list(reader.functions()) == ROWS


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(json.dumps(json.loads(WHOLE)).encode(), id="on-one-line"),
        pytest.param(json.dumps(json.loads(WHOLE), indent=2).encode(), id="indented"),
        pytest.param(json.dumps(json.loads(WHOLE), ensure_ascii=False).encode(), id="utf-8"),
    ],
)
def test_the_layout_does_not_matter(content: bytes) -> None:
    reader = ReportReader(pieces(content, 100))
    assert reader.overview() == make_overview()
    assert list(reader.functions()) == ROWS


def test_a_report_without_functions_is_one() -> None:
    reader = ReportReader([report_json(make_overview(), [])])
    reader.overview()
    assert list(reader.functions()) == []


@given(st.integers(min_value=0, max_value=WHOLE.rindex(b"]")))
def test_a_report_that_breaks_off_never_passes_for_a_whole_one(end: int) -> None:
    reader = ReportReader(pieces(WHOLE[:end], 50))
    with pytest.raises(UnreadableReport):
        read(reader)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"[]", "it has no { where one belongs", id="a-list"),
        pytest.param(b'{"functions": []}', 'it has no "overview"', id="no-head"),
        pytest.param(b'{"overview": {}, "functions": []}', "scan_id: Field required", id="empty"),
        pytest.param(
            WHOLE.replace(b'"schema_version":1', b'"schema_version":2'),
            "schema_version: Input should be 1",
            id="a-later-version",
        ),
        pytest.param(
            WHOLE.replace(b'"outcome":"OPEN"', b'"outcome":"MAYBE"'), "outcome: Input", id="a-row"
        ),
        pytest.param(b"\xff\xfe" + WHOLE, "it is no text in UTF-8", id="no-text"),
    ],
)
def test_what_is_no_report_is_told(content: bytes, told: str) -> None:
    reader = ReportReader(pieces(content, 64))
    with pytest.raises(UnreadableReport) as refused:
        read(reader)
    assert told in str(refused.value)


def test_functions_are_read_one_by_one() -> None:
    """What has not been asked for has not been taken from the wire."""
    taken = 0
    long = report_json(make_overview(), [make_row(f"f{number}") for number in range(99)])

    def wire() -> Iterator[bytes]:
        nonlocal taken
        for piece in pieces(long, 500):
            taken += 1
            yield piece

    reader = ReportReader(wire())
    reader.overview()
    functions = reader.functions()
    assert next(functions).name == "f0"
    before = taken
    assert len(list(functions)) == 98
    assert taken > 5 * before
