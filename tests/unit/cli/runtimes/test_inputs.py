"""Which files a check reads: named ones always, found ones if they are templates."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from steward_cli.runtimes.checking import Check, check
from steward_cli.runtimes.inputs import MOST_BYTES
from steward_cli.runtimes.judging import Terms
from tests.unit.cli.runtimes.checking import TABLE, WARN_DAYS, function

TEMPLATE = function("python3.9")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, *names: str, text: str = TEMPLATE) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def checked(*arguments: str) -> Check:
    return check(arguments, Terms(TABLE, date(2026, 1, 1), WARN_DAYS))


def read(*arguments: str) -> list[str]:
    found = checked(*arguments)
    assert found.unread == ()
    return [template.file for template in found.templates]


def unread(*arguments: str) -> list[str]:
    return [str(each) for each in checked(*arguments).unread]


def test_a_folder_is_looked_through(here: Path) -> None:
    write(here, "b/t.yml", "b/c/t.json", "b/t.template", "a.yaml", "b/notes.md")
    assert read("b") == ["b/t.template", "b/t.yml", "b/c/t.json"]
    assert read(".") == ["a.yaml", "b/t.template", "b/t.yml", "b/c/t.json"]


def test_hidden_folders_and_other_peoples_code_are_left_out(here: Path) -> None:
    write(here, ".aws-sam/t.yaml", "node_modules/x/t.yaml", "venv/t.yaml", "t.yaml")
    assert read(".") == ["t.yaml"]
    assert read(".aws-sam/t.yaml") == [".aws-sam/t.yaml"]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        pytest.param("*.yaml", ["t.yaml"], id="here"),
        pytest.param("**/*.yaml", ["a/b/t.yaml", "a/t.yaml", "t.yaml"], id="everywhere"),
        pytest.param("a/?.y[a]ml", ["a/t.yaml"], id="one-character"),
    ],
)
def test_a_pattern_is_matched(here: Path, pattern: str, files: list[str]) -> None:
    write(here, "t.yaml", "a/t.yaml", "a/b/t.yaml", "a/b/t.json")
    assert read(pattern) == files


def test_a_name_that_looks_like_a_pattern_is_a_name_first(here: Path) -> None:
    write(here, "[a].yaml", "a.yaml")
    assert read("[a].yaml") == ["[a].yaml"]


def test_each_file_is_read_once(here: Path) -> None:
    write(here, "a/t.yaml")
    assert read("a/t.yaml", "a", "*/t.yaml", "./a/../a/t.yaml") == ["a/t.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("on: push\n", id="other-yaml"),
        pytest.param("a: [b\n", id="broken-and-no-template"),
        pytest.param("types: [AWS::Lambda::Function]\n", id="speaks-of-types"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_found_and_is_no_template_is_counted_only(here: Path, text: str) -> None:
    write(here, "t.yaml")
    write(here, "other.yaml", text=text)
    found = checked(".")
    assert ([each.file for each in found.templates], found.passed_over) == (["t.yaml"], 1)
    assert found.unread == ()


def test_what_is_found_and_may_be_a_template_must_be_readable(here: Path) -> None:
    write(here, "t.yaml")
    write(here, "broken.yaml", text=f"{TEMPLATE}  - x: [\n")
    found = checked(".")
    assert [each.file for each in found.templates] == ["t.yaml"]
    assert [each.file for each in found.unread] == ["broken.yaml"]


def test_a_file_found_first_and_named_later_has_to_be_a_template(here: Path) -> None:
    write(here, "t.yaml")
    write(here, "other.yaml", text="on: push\n")
    assert unread(".", "other.yaml") == [
        "other.yaml: it has no Resources, so it is no CloudFormation or SAM template"
    ]


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        pytest.param("none.yaml", "No such file or directory", id="missing"),
        pytest.param("none/*.yaml", "no template is there", id="pattern-without-match"),
        pytest.param("empty", "no template is there", id="empty-folder"),
        pytest.param("words", "no template is there", id="folder-without-templates"),
        pytest.param("words/a.yaml/b", "Not a directory", id="file-as-folder"),
        pytest.param("circle", "Too many levels of symbolic links", id="circle-of-links"),
        pytest.param("binary", "it is no text in UTF-8", id="binary"),
        pytest.param("zeros", "it is no text: it has zero bytes", id="zeros"),
        pytest.param("huge", "it is larger than 4 MiB", id="huge"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_checked(
    here: Path, argument: str, why: str
) -> None:
    write(here, "t.yaml")
    write(here, "words/a.yaml", text="on: push\n")
    (here / "empty").mkdir()
    (here / "circle").symlink_to("circle")
    (here / "binary").write_bytes(b"\x80\x81PK")
    (here / "zeros").write_bytes(b"a: 1\0")
    (here / "huge").write_bytes(b"#" * (MOST_BYTES + 1))
    found = checked(argument, "t.yaml")
    assert [str(each) for each in found.unread] == [f"{argument}: {why}"]
    assert all(each.todo for each in found.unread)
    assert [each.file for each in found.templates] == ["t.yaml"]


def test_a_file_that_may_not_be_opened_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, "secret.yaml", "t.yaml")
    opened = Path.open

    def refuse(path: Path, mode: str) -> object:
        if path.name == "secret.yaml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refuse)
    found = checked(".")
    assert [str(each) for each in found.unread] == ["secret.yaml: Permission denied"]
    assert [each.file for each in found.templates] == ["t.yaml"]


def test_a_folder_that_may_not_be_entered_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, "a/t.yaml", "secret/t.yaml")
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", refuse)
    found = checked(".")
    assert [each.why for each in found.unread] == ["Permission denied"]
    assert [each.file for each in found.templates] == ["a/t.yaml"]


def test_a_mark_of_the_byte_order_is_no_part_of_the_text(here: Path) -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.9"}}
    text = json.dumps({"Description": "\N{ROCKET}", "Resources": {"F": function}})
    (here / "t.json").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert len(checked("t.json").findings) == 1


def test_a_loop_of_folders_ends(here: Path) -> None:
    write(here, "a/t.yaml")
    (here / "a/again").symlink_to(here / "a")
    assert read("a") == ["a/t.yaml"]
