"""Trusted access, delegation and stack sets."""

from dataclasses import replace

import pytest

from steward.domain.stacks import Account
from steward_cli.doctor.findings import Status
from steward_cli.doctor.judging.organization import (
    CONFIG,
    HEALTH,
    STACK_SETS,
    Delegation,
    judge_delegation,
    judge_trusted_access,
)
from steward_cli.doctor.judging.stack_sets import Instance, Operation, StackSet, judge_stack_sets
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

HUB, MANAGEMENT = "111111111111", "999999999999"
ALL = frozenset({STACK_SETS, HEALTH, CONFIG})


@pytest.mark.parametrize(
    ("enabled", "uses_config", "status", "words"),
    [
        pytest.param(ALL, True, OK, "the organization trusts", id="all"),
        pytest.param(ALL - {STACK_SETS}, True, FAIL, "stack sets reach no account", id="no sets"),
        pytest.param(ALL - {HEALTH}, True, WARN, "AWS Health", id="no health"),
        pytest.param(ALL - {CONFIG}, True, WARN, "aggregator", id="no config"),
        pytest.param(ALL - {CONFIG}, False, OK, "trusts", id="config is not used"),
    ],
)
def test_trusted_access(
    enabled: frozenset[str], uses_config: bool, status: Status, words: str
) -> None:
    assert_says(judge_trusted_access(enabled, uses_config=uses_config), status, words)


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        pytest.param(Delegation(HUB, MANAGEMENT, ALL, True), OK, HUB, id="delegated"),
        pytest.param(
            Delegation(HUB, HUB, frozenset(), True), WARN, "management", id="management account"
        ),
        pytest.param(
            Delegation(HUB, MANAGEMENT, ALL - {STACK_SETS}, True), FAIL, STACK_SETS, id="not yet"
        ),
        pytest.param(
            Delegation(HUB, MANAGEMENT, frozenset({STACK_SETS}), False), WARN, HEALTH, id="in part"
        ),
    ],
)
def test_delegation(facts: Delegation, status: Status, words: str) -> None:
    assert_says(judge_delegation(facts), status, words)


def test_the_exact_command_is_given() -> None:
    found = judge_delegation(Delegation(HUB, MANAGEMENT, frozenset({HEALTH}), False))
    assert found.mend == (
        "in the management account: aws organizations register-delegated-administrator "
        f"--account-id {HUB} --service-principal {STACK_SETS}"
    )


SET = StackSet("steward-member-roles", frozenset({"ou-dev"}), auto_deployment=True)
INSIDE = Account("222222222222", ou_path=("r-root", "ou-dev", "ou-team"))
OUTSIDE = Account("333333333333", ou_path=("r-root", "ou-prod"))


def _with(status: str, detail: str, reason: str = "") -> StackSet:
    return replace(SET, instances=(Instance("222222222222", "eu-west-1", status, detail, reason),))


@pytest.mark.parametrize(
    ("sets", "account", "status", "words"),
    [
        pytest.param([SET], INSIDE, OK, "up to date", id="an OU nested in a target"),
        pytest.param([SET], OUTSIDE, FAIL, "does not target: 333333333333", id="an OU left out"),
        pytest.param([], INSIDE, FAIL, "there is no stack set", id="missing"),
        pytest.param(
            [_with("OUTDATED", "FAILED", "name taken")], INSIDE, FAIL, "1 OUTDATED", id="outdated"
        ),
        pytest.param(
            [_with("INOPERABLE", "INOPERABLE")], INSIDE, FAIL, "1 INOPERABLE", id="inoperable"
        ),
        pytest.param(
            [_with("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT")],
            INSIDE,
            WARN,
            "suspended 222222222222",
            id="suspended account",
        ),
        pytest.param([_with("OUTDATED", "PENDING")], INSIDE, WARN, "still being", id="under way"),
        pytest.param([_with("CURRENT", "SUCCEEDED")], INSIDE, OK, "up to date", id="all listed"),
        pytest.param(
            [replace(SET, auto_deployment=False)], INSIDE, WARN, "new accounts", id="not automatic"
        ),
        pytest.param(
            [replace(SET, last_operation=Operation("UPDATE", "FAILED", "too many"))],
            INSIDE,
            WARN,
            "UPDATE, is FAILED: too many",
            id="failed operation",
        ),
    ],
)
def test_stack_sets(sets: list[StackSet], account: Account, status: Status, words: str) -> None:
    assert_says(judge_stack_sets(SET.name, sets, [account], optional=False), status, words)


def test_an_optional_set_may_be_missing_and_may_leave_accounts_out() -> None:
    assert judge_stack_sets("hooks", [], [INSIDE], optional=True).status is OK
    assert judge_stack_sets("hooks", [SET], [OUTSIDE], optional=True).status is OK


def test_one_reason_in_many_accounts_is_shown_once() -> None:
    instances = tuple(
        Instance(f"{place:012d}", "eu-west-1", "OUTDATED", "FAILED", "name taken")
        for place in range(40)
    )
    found = judge_stack_sets(SET.name, [replace(SET, instances=instances)], [], optional=False)
    assert len(found.evidence) == 1
    assert "and 35 more (40 OUTDATED)" in found.why
