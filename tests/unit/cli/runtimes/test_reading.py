"""What becomes of text that is no template, or an odd one."""

import json

import pytest
import yaml

from steward_cli.runtimes import reading as runtimes_reading
from steward_cli.runtimes.reading import read_nodes
from steward_cli.yaml_nodes import UnreadableDocument
from tests.unit.cli.runtimes.checking import checked, function

TEMPLATE = {
    "Resources": {
        "Orders": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.9"}}
    },
    "Description": 'rocket \N{ROCKET} "quoted" / \\ud83d',
}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(function("python3.9"), 5, id="yaml"),
        pytest.param(function("python3.9").replace("\n", "\r\n"), 5, id="crlf"),
        pytest.param("---\n" + function("python3.9"), 6, id="document-mark"),
        pytest.param(json.dumps(TEMPLATE), 1, id="json-on-one-line"),
        pytest.param(json.dumps(TEMPLATE, separators=(",", ":")), 1, id="json-without-blanks"),
        pytest.param(json.dumps(TEMPLATE, indent=2), 6, id="json"),
        pytest.param(json.dumps(TEMPLATE, indent="\t"), 6, id="json-with-tabs"),
        pytest.param(json.dumps(TEMPLATE, ensure_ascii=False, indent=2), 6, id="json-unescaped"),
        pytest.param("{Resources: {F: {Type: AWS::Lambda::Function,\n Properties: "
                     "{Runtime: python3.9}}}}", 2, id="yaml-in-braces"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader], ids=["c", "python"])
def test_a_template_is_read_with_its_lines(
    loader: object, text: str, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes_reading, "_LOADER", loader)
    [finding] = checked(text).findings
    assert (finding.runtime_id, finding.place.line) == ("python3.9", line)


BILLION_LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{each}: &a{each} [{', '.join([f'*a{each - 1}'] * 9)}]\n" for each in range(1, 60)
)


def test_a_bomb_of_aliases_is_never_unfolded() -> None:
    assert len(checked(BILLION_LAUGHS + function("python3.9")).findings) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param("# nothing\n", "it is empty", id="comment"),
        pytest.param("- a\n", "line 1: it is a list, not a mapping", id="list"),
        pytest.param("\n\ntext\n", "line 3: it is one value, not a mapping", id="text"),
        pytest.param("a: [b\n", "line 2: did not find expected ',' or ']'", id="broken"),
        pytest.param("a: 1\n\tb: 2\n", "line 2: ", id="tab"),
        pytest.param('{"a":\n "b" "c"}', "line 2: Expecting ',' delimiter", id="broken-json"),
        pytest.param('{"a": {"b": 1, "b": 2}}', "line 1: key 'b' is given twice", id="json-twice"),
        pytest.param("a:\n  b: 1\n  b: 2\n", "line 3: key 'b' is given twice", id="twice"),
        pytest.param("? [a]\n: b\n", "line 1: a key must be text", id="list-as-key"),
        pytest.param("a: 1\n---\nb: 2\n", "line 2: but found another document", id="two"),
        pytest.param("a: *b\n", "line 1: found undefined alias", id="no-such-anchor"),
        pytest.param("a: \x07\n", "control characters are not allowed", id="control"),
        pytest.param("[" * 100_000, "it is nested more than 200 deep", id="deep"),
        pytest.param("- " * 100_000, "it is nested more than 200 deep", id="deep-list"),
        pytest.param('{"a":' * 100_000, "it is nested too deeply", id="deep-json"),
        pytest.param("a: 1\n", "it has no Resources, so it is no", id="no-resources"),
        pytest.param(
            "Resources: [a]\n", "it has no Resources, so it is no", id="list-of-resources"
        ),
        pytest.param("Resources:\n", "it has no Resources, so it is no", id="null-resources"),
    ],
)
def test_what_is_no_template_says_why(text: str, why: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        checked(text)
    assert why in str(refused.value)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.abort", "!!str", "!!binary"])
def test_a_tag_of_yaml_makes_nothing_but_text(tag: str) -> None:
    assert [each.runtime_id for each in checked(function(f"{tag} python3.9")).findings] == [
        "python3.9"
    ]


def test_a_tag_nobody_knows_is_said() -> None:
    template = checked(function("!Odd python3.9"))
    assert template.findings == ()
    assert [each.why for each in template.remarks] == ["Fn::Odd: only a deploy tells what it is"]


def test_a_merge_with_itself_ends() -> None:
    assert read_nodes("a: &a {<<: *a, b: 1}\n").value
    text = "Resources:\n  F: &f {<<: *f, Type: AWS::Lambda::Function}\n"
    assert [each.resource for each in checked(text).remarks] == ["F"]
