"""One account without an organization: template.yaml alone has everything that is needed."""

from typing import Any

import pytest

from tests.template import access_rules as access
from tests.template.documents import Document, chosen, load, resources

_ALONE = frozenset({"IsSingleAccount", "ScopesValidator"})
_READERS = {
    "LeaseWorkerRole",
    "LeaseEventsRole",
    "RuntimeWorkerRole",
    "RolloutHistoryRole",
    "OperatorRole",
}


@pytest.fixture(scope="module")
def alone() -> Document:
    """The resources that are made in single-account mode."""
    template = load("template.yaml")
    made = {
        name: chosen(each, _ALONE)
        for name, each in template["Resources"].items()
        if each.get("Condition", "IsSingleAccount") in _ALONE
    }
    return {"Resources": made}


def _actions(statements: list[Document], effect: str) -> set[str]:
    told = (each for each in statements if each["Effect"] == effect)
    return {action for each in told for action in access.actions_of(each)}


def _granted(alone: Document, policy: str) -> set[str]:
    only = {"Resources": {policy: alone["Resources"][policy]}}
    return _actions(list(access.statements(only)), "Allow")


def test_no_role_of_another_account_is_assumed(alone: Document) -> None:
    """A statement without a principal is what a role of ours may do."""
    granted = [each for each in access.statements(alone) if "Principal" not in each]
    assert "sts:AssumeRole" not in _actions(granted, "Allow")


def test_no_function_is_left_out(alone: Document) -> None:
    """What SAM makes of their events, aliases and rights comes with them."""
    kind = "AWS::Serverless::Function"
    assert set(resources(alone, kind)) == set(resources(load("template.yaml"), kind))


def test_organizations_is_not_asked(alone: Document) -> None:
    assert "OrganizationReadPolicy" not in alone["Resources"]
    assert "MemberReadPolicy" not in alone["Resources"]


def test_the_functions_read_what_the_read_role_reads_in_a_member(alone: Document) -> None:
    policy = alone["Resources"]["SingleAccountReadPolicy"]["Properties"]
    assert {role["Ref"] for role in policy["Roles"]} == _READERS
    read_role = load("org/members/roles.yaml")["Resources"]["ReadRole"]["Properties"]["Policies"]
    statements = [each for policy in read_role for each in policy["PolicyDocument"]["Statement"]]
    assert _granted(alone, "SingleAccountReadPolicy") == _actions(statements, "Allow")


@pytest.mark.parametrize("source", ["aws.cloudformation", "aws.health"])
def test_the_accounts_own_events_are_heard(alone: Document, source: str) -> None:
    heard: list[dict[str, Any]] = [
        event["Properties"]
        for function in resources(alone, "AWS::Serverless::Function").values()
        for event in function.get("Events", {}).values()
        if source in event["Properties"].get("Pattern", {}).get("source", ())
    ]
    assert any("EventBusName" not in each for each in heard)


def test_nobody_outside_may_tell_the_hub_anything(alone: Document) -> None:
    assert "HubEventBus" in alone["Resources"]
    assert "HubEventBusPolicy" not in alone["Resources"]


def test_nothing_is_deleted_unless_somebody_says_so(alone: Document) -> None:
    assert "SingleAccountReapPolicy" not in alone["Resources"]
    assert load("template.yaml")["Parameters"]["SingleAccountReaping"]["Default"] == "false"
