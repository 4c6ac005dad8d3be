"""`steward demo`: the demo's outcome as an exit code, and what to do where it cannot be played."""

import sys

import pytest
from rich.console import Console

from local import demo
from local.hub import HubError
from tests.unit.cli.running import steward


@pytest.mark.parametrize(
    ("outcome", "code"),
    [pytest.param(0, 0, id="as-expected"), pytest.param(1, 1, id="some-differ")],
)
def test_the_exit_code_tells_the_outcome(
    monkeypatch: pytest.MonkeyPatch, outcome: int, code: int
) -> None:
    asked: list[bool] = []

    def play(*, keep: bool, console: Console) -> int:
        asked.append(keep)
        console.print("played")
        return outcome

    monkeypatch.setattr(demo, "run_demo", play)
    answer = steward("demo", "--keep")
    assert (answer.code, answer.out, asked) == (code, "played\n", [True])


def test_a_demo_that_breaks_off_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*, keep: bool, console: Console) -> int:
        raise HubError(f"the queue did not drain ({keep}, {console.is_terminal})")

    monkeypatch.setattr(demo, "run_demo", break_off)
    answer = steward("demo")
    assert answer.code == 3
    assert "the queue did not drain" in answer.err
    assert "make setup" in answer.err


def test_without_a_checkout_it_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "local.demo", None)
    answer = steward("demo")
    assert answer.code == 3
    assert "clone the repository" in answer.err


def test_a_missing_library_is_a_defect_and_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def lack(*, keep: bool, console: Console) -> int:
        raise ModuleNotFoundError(f"no yaml ({keep}, {console.width})", name="yaml")

    monkeypatch.setattr(demo, "run_demo", lack)
    with pytest.raises(ModuleNotFoundError, match="no yaml"):
        steward("demo")
