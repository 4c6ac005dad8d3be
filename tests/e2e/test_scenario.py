"""The whole scenario, kept for a look around."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.scenario import LAST_DAY, SCENARIO
from local.scenario_runtimes import CUSTOM, DATA, PAYMENTS, RESEARCH, SEARCH, WEB
from local.scenario_runtimes import STACKS as FUNCTION_STACKS
from tests.e2e import rollouts_guide
from tests.e2e.played_scenario import Look, Played, play
from tests.iam_proof import demo_record

pytestmark = pytest.mark.e2e

SUCCESSORS = sum(action.expectation is not None for each in SCENARIO for action in each.actions)
STACKS = len(SCENARIO) + SUCCESSORS
FUNCTIONS = sum(len(stack.functions) for stack in FUNCTION_STACKS) + len([CUSTOM])
ROW = r"^│ \S+ +│ \S+ +│ \S+ +│ {what} +│ (.*?) +│$"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("demo"))


def found(pattern: str, played: Played) -> list[Any]:
    return re.findall(pattern, played.output, re.MULTILINE)


def test_every_stack_ends_as_expected(played: Played) -> None:
    expected = [f"ground truth: {STACKS} of {STACKS} as expected", "dead letters: 0"]
    assert found(r"^(ground truth: .+|dead letters: .+)$", played) == expected, played.output
    assert not found("deleted although", played), played.output


def test_it_ends_well_and_leaves_nothing_behind(played: Played) -> None:
    assert played.exit_code == 0, played.output
    assert played.left_behind == []
    assert "Traceback" not in played.output


def test_the_schedule_itself_starts_the_first_sweep(played: Played) -> None:
    assert found("EventBridge schedule to start a sweep: (.+)", played), played.output
    assert found(r"^([1-9]\d*) leases registered; no stack changed", played), played.output


def test_every_day_is_shown(played: Played) -> None:
    days = [int(number) for number in found(r"^day (\d+), ", played)]
    assert days == list(range(1, LAST_DAY + 1)), played.output


@pytest.mark.parametrize("what", ["register", "mark", "delivered", "keep", "reaped", "blocked"])
def test_decisions_are_shown_with_their_reasons(played: Played, what: str) -> None:
    reasons = found(ROW.format(what=what), played)
    assert reasons, played.output
    assert all(reasons)


def test_the_inbox_is_shown_and_one_mail_in_full(played: Played) -> None:
    (mails,) = found(r"inbox: (\d+) mails", played)
    assert len(found(r"^│ \S+@example\.com +│ (Steward: .+)│$", played)) == int(mails) > 0
    assert found(r"^(Steward: .+)  \(to \S+@example\.com\)", played), played.output


def test_every_function_is_found_as_it_is(played: Played) -> None:
    counts = found(r"^functions: (.+)$", played)
    assert counts == [f"{FUNCTIONS} of {FUNCTIONS} as expected"] * 2, played.output


def test_owners_of_functions_are_told_once(played: Played) -> None:
    told = found(r"^  told (\S+): Steward: ", played)
    assert {PAYMENTS, SEARCH, WEB, DATA} <= set(told), played.output
    assert RESEARCH not in told, "its account is only observed"
    assert len(told) == len(set(told))


def test_what_owners_fix_burns_down(played: Played) -> None:
    (points,) = found(r"^  burn-down: (.+)$", played)
    before, after = (int(point.rpartition(" ")[2]) for point in points.split(", ")[-2:])
    assert after < before, played.output


def test_the_report_lies_where_it_says(played: Played) -> None:
    (path,) = found(r"^the report: (.+)$", played)
    page = Path(path).read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "orders-export" in page


def test_rollouts_end_as_they_should(played: Played) -> None:
    ends = found(r"^  d-\w+: (\w+) after \d+ orders; the stack: (\w+)$", played)
    rolled_back = ("Failed", "UPDATE_ROLLBACK_COMPLETE")
    assert ends == [("Succeeded", "UPDATE_COMPLETE"), rolled_back, rolled_back], played.output
    assert found(r"^caught by: (.+) \(", played) == ["nobody, pre, post"], played.output
    assert found(r"^(dead letters of rollouts: .+)$", played) == ["dead letters of rollouts: 0"]


def test_the_workloads_owner_is_told_of_each_failure(played: Played) -> None:
    subjects = found(r"^  mail to shop@example.com: Steward: (.+)$", played)
    for failed in ("failed before traffic shift", "failed after traffic shift"):
        assert [each for each in subjects if each.endswith(failed)], played.output


@pytest.mark.parametrize(("command", "shown"), rollouts_guide.CONSOLES)
def test_the_rollouts_guide_shows_what_happens(played: Played, command: str, shown: str) -> None:
    answers = rollouts_guide.answers_to(command, played.output)
    assert any(rollouts_guide.is_shown(shown, told) for told in answers), answers


@pytest.fixture
def look(played: Played) -> Callable[[str], Look]:
    def at(subcommand: str) -> Look:
        start = f".venv/bin/steward {subcommand} "
        (one,) = [each for each in played.looks if each.command.startswith(start)]
        return one

    return at


def test_the_printed_plan_command_reads_every_unit(look: Callable[[str], Look]) -> None:
    plan = look("plan")
    assert plan.exit_code == 0, plan
    assert "feat-" in plan.output
    assert "not read" not in plan.output + plan.errors


def test_the_printed_explain_command_tells_why(look: Callable[[str], Look]) -> None:
    explanation = look("explain")
    assert explanation.exit_code == 0, explanation
    assert "feat-crawler" in explanation.output
    assert "search-platform" in explanation.output


def test_iam_decides_as_the_evaluator_of_the_proof(played: Played) -> None:
    assert demo_record.disagreements(played.iam_calls) == []


def test_the_demo_makes_the_calls_that_the_proof_knows(played: Played) -> None:
    assert demo_record.differences(played.iam_calls) == []
