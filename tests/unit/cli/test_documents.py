"""Reading policy files: YAML without its guesses, JSON without its laxities."""

import json
from pathlib import Path

import pytest

from steward_cli.documents import parse_document, read_document
from steward_cli.failures import ExitCode, Failure
from steward_cli.yaml_nodes import UnreadableDocument


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("2027-01-31", "2027-01-31", id="a-date-stays-text"),
        pytest.param("2027-01-31T09:00:00Z", "2027-01-31T09:00:00Z", id="a-time-stays-text"),
        pytest.param("on", "on", id="on-is-a-word"),
        pytest.param("no", "no", id="no-is-a-word"),
        pytest.param("111122223333", "111122223333", id="twelve-digits-are-an-account"),
        pytest.param("012345678901", "012345678901", id="a-leading-zero-is-kept"),
        pytest.param("16:20", "16:20", id="no-sexagesimal-numbers"),
        pytest.param("0o17", "0o17", id="no-octal-numbers"),
        pytest.param("1_000", "1_000", id="no-underscores-in-numbers"),
        pytest.param("20", 20, id="a-number"),
        pytest.param("-3", -3, id="a-negative-number"),
        pytest.param("1.5", 1.5, id="a-fraction"),
        pytest.param("true", True, id="true"),
        pytest.param("false", False, id="false"),
        pytest.param("~", None, id="tilde-is-null"),
        pytest.param("", None, id="nothing-is-null"),
        pytest.param('"20"', "20", id="quoted-is-text"),
        pytest.param("[a, {b: 1}]", ["a", {"b": 1}], id="nested"),
    ],
)
def test_yaml_says_what_json_can_say(written: str, read: object) -> None:
    content = parse_document(f"key: {written}\n", "policy.yaml").content
    assert content == {"key": read}
    assert json.loads(json.dumps(content)) == content


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "line 3: key 'a' is given twice", id="yaml-key-twice"),
        pytest.param("a: {b: 1, b: 2}", "line 1: key 'b' is given twice", id="inner-key-twice"),
        pytest.param('{"a": 1, "a": 2}', "key 'a' is given twice", id="json-key-twice"),
        pytest.param('{"a": NaN}', "NaN is no number", id="json-nan"),
        pytest.param('{"a": 1', "line 1: ", id="json-cut-off"),
        pytest.param("{" * 99_999, "line 1: ", id="json-that-never-was"),
        pytest.param('{"a":' * 99_999, "nested too deeply", id="json-too-deep"),
        pytest.param("[" * 99_999, "nested too deeply", id="yaml-too-deep"),
        pytest.param("a: &x 1\nb: *x\n", "line 2: aliases are not read", id="alias"),
        pytest.param("a: &x [*x]\n", "aliases are not read", id="endless-alias"),
        pytest.param("a: !!bool on\n", "line 1: 'on' with tag", id="forced-boolean"),
        pytest.param("a: !!python/name:os.system ''\n", "with tag", id="python-object"),
        pytest.param("? [a]\n: 1\n", "line 1: a key must be text", id="key-is-a-list"),
        pytest.param("a: 1\n---\nb: 2\n", "line 2: ", id="two-documents"),
        pytest.param("a: [1\n", "line 2: ", id="yaml-cut-off"),
        pytest.param("\ta: 1\n", "line 1: ", id="tab"),
        pytest.param("a: \x00\n", "not allowed", id="null-byte"),
        pytest.param("", "it is empty", id="empty"),
        pytest.param("# only a comment\n", "it is empty", id="only-a-comment"),
    ],
)
def test_what_is_no_single_plain_document_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        parse_document(text, "policy.yaml")
    assert complaint in str(refused.value)


def test_json_with_tabs_is_read_although_yaml_forbids_them() -> None:
    document = parse_document('{\n\t"a": [1]\n}', "policy.json")
    assert document.content == {"a": [1]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a:\n  b:\n    - 1\n    - 2\n", id="yaml"),
        pytest.param('{"a":\n  {"b": [\n    1,\n    2]}}', id="json"),
    ],
)
def test_each_part_knows_its_line(text: str) -> None:
    document = parse_document(text, "policy")
    assert [document.line_of(place) for place in [("a",), ("a", "b"), ("a", "b", 1)]] == [1, 2, 4]


def test_a_missing_part_has_the_line_of_what_it_is_missing_from() -> None:
    document = parse_document("scope:\n  match: any\n", "policy.yaml")
    assert document.line_of(("scope", "regions")) == 1
    assert document.line_of(("owners",)) is None


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(Failure) as failure:
        read_document(str(tmp_path / "none.yaml"))
    assert failure.value.code is ExitCode.USAGE
    assert "none.yaml: No such file" in failure.value.what


def test_a_file_that_is_no_text_is_a_wrong_call(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Failure) as failure:
        read_document(str(path))
    assert failure.value.code is ExitCode.USAGE
    assert "UTF-8" in failure.value.todo
