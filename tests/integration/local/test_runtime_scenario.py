"""The runtimes scenario: every hard case in it, apart from what leases select, and consistent."""

from collections.abc import Callable
from datetime import date
from fnmatch import fnmatch

import pytest

from local.runtime_scenario_model import FunctionStack, Lifetime, SeededFunction
from local.scenario_accounts import MEMBERS
from local.scenario_runtimes import CUSTOM, EXCEPTED, LIFETIMES, STACKS
from steward.data.runtime_table import bundled

FUNCTIONS = [(stack, function) for stack in STACKS for function in stack.functions]
LEASED = ("feat-*", "pr-*")
ENDS = Lifetime(date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31))


def test_no_stack_is_one_that_the_demo_leases() -> None:
    for stack in STACKS:
        assert not any(fnmatch(stack.name, pattern) for pattern in LEASED)
        assert "stage" not in stack.tags


def test_names_and_accounts_are_consistent() -> None:
    known = {member.name for member in MEMBERS}
    places = [(stack.account, stack.region, each.name) for stack, each in FUNCTIONS]
    assert len(set(places)) == len(places)
    assert {stack.account for stack in STACKS} == known
    assert len({stack.key for stack in STACKS}) == len(STACKS)


@pytest.mark.parametrize(("stack", "function"), FUNCTIONS, ids=[each.name for _, each in FUNCTIONS])
def test_a_function_says_why_and_its_runtimes_have_dates(
    stack: FunctionStack, function: SeededFunction
) -> None:
    assert function.why
    assert len(function.name) <= 64
    assert (function.bucket in {"image", "unknown"}) is (function.runtime not in LIFETIMES)
    for runtime in (*function.published, *filter(None, [function.fixed_to, function.recorded_as])):
        assert runtime in LIFETIMES
    assert stack.covered or not function.owner


@pytest.mark.parametrize("runtime", LIFETIMES)
def test_dates_are_those_of_the_bundled_table(runtime: str) -> None:
    known = bundled().runtime(runtime)
    assert known is not None
    found = (known.deprecated, known.create_block, known.update_block)
    dates = LIFETIMES[runtime]
    assert found == (dates.deprecated, dates.create_block, dates.update_block)


HARD_CASES: dict[str, Callable[[FunctionStack, SeededFunction], bool]] = {
    "old and called": lambda _, each: each.invocations > 0,
    "old version behind an alias": lambda _, each: bool(each.published) and each.live,
    "a layer that blocks": lambda _, each: bool(each.made_for),
    "pinned": lambda _, each: each.pinned,
    "image": lambda _, each: not each.runtime,
    "unknown": lambda _, each: each.bucket == "unknown",
    "framework": lambda _, each: each.origin == "framework",
    "canary": lambda _, each: each.origin == "canary",
    "OS-only": lambda _, each: each.runtime.startswith("provided"),
    "no update any more": lambda _, each: each.runtime == "python2.7",
    "fixed between scans": lambda _, each: bool(each.fixed_to),
    "Config lags": lambda _, each: bool(each.recorded_as),
    "excepted": lambda stack, each: (stack, each.name) == EXCEPTED,
    "no way in": lambda stack, _: not stack.covered,
    "nobody owns it": lambda stack, each: stack.covered and not each.owner,
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_every_hard_case_is_in_it(case: str) -> None:
    assert [each.name for stack, each in FUNCTIONS if HARD_CASES[case](stack, each)]


def test_one_function_is_on_a_runtime_of_the_organization_itself() -> None:
    assert CUSTOM.runtime == "custom"


@pytest.mark.parametrize(
    ("today", "state", "reported"),
    [
        (date(2026, 6, 29), "SUPPORTED", False),
        (date(2026, 6, 30), "SUPPORTED", True),
        (date(2026, 12, 31), "SUPPORTED", True),
        (date(2027, 1, 1), "DEPRECATING", True),
        (date(2027, 6, 29), "DEPRECATING", True),
        (date(2027, 6, 30), "DEPRECATED", True),
        (date(2027, 7, 31), "CREATE_BLOCKED", True),
        (date(2027, 8, 31), "UPDATE_BLOCKED", True),
    ],
    ids=str,
)
def test_states_change_on_the_day_itself(today: date, state: str, reported: bool) -> None:
    assert ENDS.state(today) == state
    assert ENDS.is_reported(today) is reported
