"""Documents as people write them: what is read, and where the rest goes wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.aws.documents import MOST_BYTES, read_mapping, spots_in
from steward.aws.unreadable import Spot, UnreadableDocument

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON_VALUES))
def test_what_json_writes_is_read_as_it_was(document: dict[str, object]) -> None:
    assert read_mapping(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("text", "document"),
    [
        pytest.param("a: 1\nb: [x, 2.5]\n", {"a": 1, "b": ["x", 2.5]}, id="yaml"),
        pytest.param('  {"a": 1}\n', {"a": 1}, id="json"),
        pytest.param("{a: 1, b: {c: x}}", {"a": 1, "b": {"c": "x"}}, id="yaml-in-braces"),
        pytest.param("a: on\nb: no\nc: y\n", {"a": "on", "b": "no", "c": "y"}, id="words"),
        pytest.param("a: true\nb: null\nc: ~\nd:\n", {"a": True, "b": None, "c": None, "d": None}),
        pytest.param("a: 012\nb: 0x1F\nc: 1_000\n", {"a": "012", "b": "0x1F", "c": "1_000"}),
        pytest.param("a: 2027-01-31\n", {"a": "2027-01-31"}, id="date-stays-text"),
        pytest.param("a: 1.5e3\nb: -2\n", {"a": 1500.0, "b": -2}, id="numbers"),
        pytest.param("a: '1'\nb: \"true\"\n", {"a": "1", "b": "true"}, id="quoted"),
        pytest.param("a: 12345678901234567\n", {"a": "12345678901234567"}, id="too-many-digits"),
    ],
)
def test_a_document_is_read(text: str, document: dict[str, object]) -> None:
    assert read_mapping(text) == document


@pytest.mark.parametrize(
    ("text", "complaint", "spot"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "key 'a' is given twice", Spot(3, 1), id="twice"),
        pytest.param("a:\n  b: 1\n  b: 2\n", "'b' is given twice", Spot(3, 3), id="twice-inside"),
        pytest.param('{"a": 1, "a": 2}', "key 'a' is given twice", None, id="twice-in-json"),
        pytest.param("a: &x 1\nb: *x\n", "anchors and aliases", Spot(1, 4), id="anchor"),
        pytest.param("a: [*x]\n", "anchors and aliases", Spot(1, 5), id="alias"),
        pytest.param("a: !Sub x\n", "tag !Sub is not read", Spot(1, 4), id="tag"),
        pytest.param("a: !!int x\n", "is not read", Spot(1, 4), id="tag-of-yaml"),
        pytest.param("a:\n\tb: 1\n", "a tab; indent with spaces", Spot(2, 1), id="tab"),
        pytest.param("a: 1\n---\nb: 2\n", "a second document", Spot(2, 1), id="two-documents"),
        pytest.param('{"a" 1}', "Expecting ':' delimiter", Spot(1, 6), id="bad-json"),
        pytest.param('{"a": 1,\n "b" 2}', "Expecting ':'", Spot(2, 6), id="bad-json-below"),
        pytest.param("a: 'x\n", "end of stream", Spot(2, 1), id="open-quote"),
        pytest.param("[a]: 1\n", "a key must be text", Spot(1, 1), id="list-as-key"),
        pytest.param("- a\n", "it is a list, not a mapping", None, id="list"),
        pytest.param("[1]", "it is a list, not a mapping", None, id="list-in-json"),
        pytest.param("just words", "it is a single value, not a mapping", None, id="text"),
        pytest.param("null", "it is empty, not a mapping", None, id="null"),
        pytest.param("", "it is empty", None, id="empty"),
        pytest.param("# nothing\n", "it is empty", None, id="comment"),
        pytest.param('{"a": NaN}', "NaN is no number", None, id="nan"),
        pytest.param('{"a": 1e999}', "1e999 is no number", None, id="infinite"),
        pytest.param('{"a": ' + "9" * 5000 + "}", "is no number of JSON", None, id="digits"),
        pytest.param('{"a": "\\ud83d"}', "half of a character", None, id="half-a-character"),
        pytest.param('{"a":' * 50_000, "nested too deeply", None, id="deep-json"),
        pytest.param("- " * 5_000, "nested too deeply", None, id="deep-yaml"),
        pytest.param("a: \x00\n", "special characters", None, id="control-character"),
    ],
)
def test_what_is_not_read_is_told_with_its_place(
    text: str, complaint: str, spot: Spot | None
) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_mapping(text)
    assert complaint in refused.value.what
    assert refused.value.spot == spot
    assert str(refused.value).startswith(f"{spot}: " if spot else refused.value.what)


def test_a_document_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    largest = '{"a": "' + "x" * (MOST_BYTES - 9) + '"}'
    assert len(read_mapping(largest)["a"]) == MOST_BYTES - 9
    with pytest.raises(UnreadableDocument, match="larger than 512 KB"):
        read_mapping(largest + " ")


def test_size_is_counted_in_bytes() -> None:
    with pytest.raises(UnreadableDocument, match="larger than 512 KB"):
        read_mapping('{"a": "' + "ü" * (MOST_BYTES // 2) + '"}')


def test_every_part_is_found_where_it_stands() -> None:
    text = "a:\n  b: [1, {c: 2}]\nd: x\n"
    assert spots_in(text) == {
        ("a",): Spot(1, 1),
        ("a", "b"): Spot(2, 3),
        ("a", "b", 0): Spot(2, 7),
        ("a", "b", 1): Spot(2, 10),
        ("a", "b", 1, "c"): Spot(2, 11),
        ("d",): Spot(3, 1),
    }


def test_places_in_json_are_found_even_behind_tabs() -> None:
    assert spots_in('{\n\t"a": {"b": 1}}')["a", "b"] == Spot(2, 8)


def test_where_places_cannot_be_told_there_are_none() -> None:
    assert spots_in('{"a" 1}') == {}
