"""The campaign's rules as they go to the proxy."""

import pytest

from local.faults.catalogue import (
    ALL_AT_ONCE,
    ALONE,
    NO_ROLE_ACCOUNT,
    NO_ROLE_DAYS,
    Fault,
    FaultRule,
    denials,
    throttling,
)
from local.scenario import LAST_DAY
from local.scenario_accounts import MEMBERS

ACCOUNTS = {member.name: f"{number:012}" for number, member in enumerate(MEMBERS, start=1)}
FAULTS = pytest.mark.parametrize("fault", [*ALONE, ALL_AT_ONCE], ids=lambda fault: fault.key)


@FAULTS
def test_only_stewards_own_calls_are_meant(fault: Fault) -> None:
    rules = [rule.of(ACCOUNTS) for rule in fault.rules]
    assert rules
    assert all(rule["headers"] == {"User-Agent": "steward"} for rule in rules)


@FAULTS
def test_every_rule_is_on_for_a_day_of_the_scenario(fault: Fault) -> None:
    on = {rule.name for day in range(LAST_DAY + 1) for rule in fault.on(day)}
    assert on == {rule.name for rule in fault.rules}


@FAULTS
def test_no_rule_names_an_account_by_its_placeholder(fault: Fault) -> None:
    bodies = [rule.of(ACCOUNTS).get("body", "") for rule in fault.rules]
    assert not [body for body in bodies if "{" in body]


def test_the_denied_account_is_named_by_its_id() -> None:
    (rule,) = (each for each in denials().rules if each.account == NO_ROLE_ACCOUNT)
    assert f":{ACCOUNTS[NO_ROLE_ACCOUNT]}:" in rule.of(ACCOUNTS)["body"]


@pytest.mark.parametrize(
    ("day", "on"), [(NO_ROLE_DAYS[-1], True), (NO_ROLE_DAYS[-1] + 1, False)], ids=["last", "after"]
)
def test_a_denial_ends_after_its_last_day(day: int, on: bool) -> None:
    rules: tuple[FaultRule, ...] = denials().on(day)
    assert ("denied: roles of an account" in {rule.name for rule in rules}) is on


def test_a_call_is_drawn_for_once() -> None:
    services = [rule.rule["service"] for rule in throttling(0.3).rules]
    assert len(services) == len(set(services))
    assert "*" not in services
