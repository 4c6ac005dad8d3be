"""`steward runtimes check` as it is called."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from steward.data.runtime_table import bundled
from tests.unit.cli.running import Answer, steward
from tests.unit.cli.runtimes.checking import function

OLD = bundled().runtimes["python3.9"]
DEPRECATED = str(OLD.deprecated)
BLOCKED = str(OLD.create_block)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(function("python3.9"))
    return tmp_path


def check(*arguments: str, stdin: str | None = None) -> Answer:
    return steward("runtimes", "check", *arguments, stdin=stdin)


def test_the_day_decides() -> None:
    assert OLD.create_block is not None
    eve = str(OLD.create_block - timedelta(days=1))
    assert check("old.yaml", "--at", eve).code == 0
    answer = check("old.yaml", "--at", BLOCKED)
    assert answer.code == 1
    assert answer.out.startswith("old.yaml:5: error: Orders: python3.9: deprecated since ")


def test_standard_input_is_read() -> None:
    answer = check("-", "--at", DEPRECATED, stdin=function("python2.7"))
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.startswith("standard input:5: error: Orders: python2.7: ")


@pytest.mark.parametrize("form", ["json", "sarif", "junit"])
def test_other_formats_leave_the_summary_to_standard_error(form: str) -> None:
    answer = check("old.yaml", "--at", DEPRECATED, "--format", form)
    assert answer.out.startswith("{" if form != "junit" else "<?xml")
    assert answer.err.startswith("0 errors, 1 warning, 0 not checked: 1 runtime in 1 template")


def test_the_answer_can_go_to_a_file(folder: Path) -> None:
    answer = check("old.yaml", "--at", DEPRECATED, "--format", "json", "--output", "found.json")
    assert answer.out == ""
    assert json.loads((folder / "found.json").read_text())["warnings"] == 1
    assert "0 errors, 1 warning" in answer.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["--at", "tomorrow"], "--at tomorrow is no date", id="no-date"),
        pytest.param(["--at", "2027-02-30"], "--at 2027-02-30 is no date", id="no-such-day"),
        pytest.param(["--output", "none/found.txt"], "No such file", id="no-such-folder"),
        pytest.param(["--output", "."], "Is a directory", id="output-is-a-folder"),
        pytest.param(["--format", "xml"], "Invalid value", id="no-such-format"),
        pytest.param(["--fail-on", "all"], "Invalid value", id="no-such-level"),
        pytest.param(["--warn-days", "-1"], "Invalid value", id="days-below-zero"),
        pytest.param(["--warn-days", "soon"], "Invalid value", id="days-in-words"),
    ],
)
def test_a_wrong_call_is_told(arguments: list[str], complaint: str) -> None:
    answer = check("old.yaml", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err


def test_nothing_to_check_is_a_wrong_call() -> None:
    assert check().code == 2


def test_what_cannot_be_read_is_told_beside_the_findings() -> None:
    answer = check("none.yaml", "old.yaml", "--at", BLOCKED)
    assert answer.code == 3
    assert "old.yaml:5: error: Orders: python3.9: " in answer.out
    assert answer.err.startswith(
        "error: none.yaml: No such file or directory; to do: give the path of a template, a folder "
        "or a pattern that has some, or - for standard input\n"
    )


@pytest.mark.parametrize(("days", "warned"), [(90, False), (91, True)])
def test_an_old_table_is_told(days: int, warned: bool) -> None:
    day = bundled().as_of + timedelta(days=days)
    answer = check("old.yaml", "--at", str(day))
    told = f"warning: the runtime table is {days} days old" in answer.err
    assert told is warned
