"""The scenario itself: large enough, every hard case in it, and consistent."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from local.organization import MANAGEMENT
from local.scenario import LAST_DAY, SCENARIO
from local.scenario_accounts import DEVELOPMENT, LEFT, LEGACY, MEMBERS, SHOP, VENDORS
from local.scenario_model import ActionKind, Expectation, SeededStack

BY_KEY = {stack.key: stack for stack in SCENARIO}
ACCOUNTS = {MANAGEMENT} | {member.name for member in MEMBERS if member.enrolled}


def test_it_is_as_large_as_promised() -> None:
    assert len(SCENARIO) >= 60
    assert len(MEMBERS) >= 5
    units = {member.organizational_unit for member in MEMBERS}
    assert units == {DEVELOPMENT, LEGACY, SHOP, VENDORS}
    regions = Counter(stack.region for stack in SCENARIO)
    assert regions["eu-west-1"] >= 10
    assert regions["us-east-1"] >= 10


def test_keys_and_places_are_unique() -> None:
    assert len(BY_KEY) == len(SCENARIO)
    assert len({(stack.account, stack.region, stack.name) for stack in SCENARIO}) == len(SCENARIO)


def test_every_account_has_stacks_and_every_stack_an_account() -> None:
    assert {stack.account for stack in SCENARIO} == ACCOUNTS


def test_every_expectation_occurs() -> None:
    assert {stack.expectation for stack in SCENARIO} == set(Expectation)


@pytest.mark.parametrize("stack", SCENARIO, ids=lambda stack: stack.key)
def test_a_stack_says_why_and_needs_only_older_neighbours(stack: SeededStack) -> None:
    assert stack.why
    assert stack.age >= timedelta(days=1)
    for key in stack.needs:
        needed = BY_KEY[key]
        assert (needed.account, needed.region) == (stack.account, stack.region)
        assert needed.age >= stack.age
    for update in stack.updates:
        assert update.age < stack.age
    for action in stack.actions:
        assert 0 < action.day < LAST_DAY
        assert (action.expectation is not None) == (action.kind is ActionKind.REDEPLOY)


HARD_CASES: dict[str, Callable[[SeededStack], bool]] = {
    "termination-protected": lambda stack: stack.protected,
    "nested": lambda stack: stack.template == "nested-parent",
    "StackSet": lambda stack: stack.name.startswith("StackSet-"),
    "CDK bootstrap": lambda stack: stack.template == "cdk-toolkit",
    "export in use": lambda stack: stack.template == "importer",
    "not updatable": lambda stack: stack.settles_as == "ROLLBACK_COMPLETE",
    "update rolled back": lambda stack: any(
        update.settles_as == "UPDATE_ROLLBACK_COMPLETE" for update in stack.updates
    ),
    "NoEcho and SSM": lambda stack: stack.template == "parameters",
    "delete fails once": lambda stack: stack.parameters.get("DeleteFails") == "once",
    "delete fails always": lambda stack: stack.parameters.get("DeleteFails") == "always",
    "redeployed": lambda stack: any(a.kind is ActionKind.REDEPLOY for a in stack.actions),
    "deleted by owner": lambda stack: any(a.kind is ActionKind.DELETE for a in stack.actions),
    "no reap role": lambda stack: stack.account == "legacy-dev",
    "production look-alike": lambda stack: stack.name == "feature-flags-service",
    "extended by tag": lambda stack: stack.expires_in is not None,
    "kept by tag": lambda stack: stack.tags.get("steward:keep") == "true",
    "unreadable ttl": lambda stack: stack.tags.get("ttl") == "soon",
    "owner missing": lambda stack: (
        "owner" not in stack.tags and stack.expectation is Expectation.REAPED
    ),
    "two owners": lambda stack: "," in stack.tags.get("owner", ""),
    "owner unreachable": lambda stack: stack.tags.get("owner") == LEFT,
    "one of two owners unreachable": lambda stack: LEFT in stack.tags.get("owner", "").split(", "),
    "owner is who created it": lambda stack: "@" in stack.created_by and not stack.tags,
    "created by no person": lambda stack: bool(stack.created_by) and "@" not in stack.created_by,
    "extended by link": lambda stack: any(a.kind is ActionKind.EXTEND for a in stack.actions),
    "kept by link": lambda stack: any(a.kind is ActionKind.KEEP for a in stack.actions),
    "new": lambda stack: stack.age <= timedelta(days=1),
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_every_hard_case_is_in_it(case: str) -> None:
    assert [stack.key for stack in SCENARIO if HARD_CASES[case](stack)]
