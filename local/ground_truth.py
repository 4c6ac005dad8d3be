"""Compares what became of every stack with what the scenario says must become of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from local.hub import Hub
from local.organization import Organization
from local.scenario_model import Expectation, SeededStack

# expectation: whether the stack must still exist, and the state its lease must be in ("": none)
_TRUTH = {
    Expectation.REAPED: (False, {"reaped"}),
    Expectation.GONE: (False, {"gone"}),
    Expectation.KEPT: (True, {"active", "marked"}),
    Expectation.EXEMPT: (True, {"exempt"}),
    Expectation.BLOCKED: (True, {"blocked"}),
    Expectation.UNTOUCHED: (True, {""}),
}


@dataclass(frozen=True)
class Subject:
    """One stack to compare: a seeded one, or the successor of one that was redeployed."""

    account: str
    region: str
    name: str
    stack_id: str
    expectation: Expectation
    why: str


@dataclass(frozen=True)
class Comparison:
    """What was found of one stack. `difference` is empty when it is as expected."""

    subject: Subject
    found: str
    difference: str


def subjects(
    scenario: Iterable[SeededStack], stack_ids: Mapping[str, str], successors: Mapping[str, str]
) -> Iterator[Subject]:
    """Every stack of the scenario with its StackId; `successors` maps keys of redeployed ones."""
    for stack in scenario:
        place = (stack.account, stack.region, stack.name)
        yield Subject(*place, stack_ids[stack.key], stack.expectation, stack.why)
        for action in stack.actions:
            if action.expectation is not None:
                yield Subject(*place, successors[stack.key], action.expectation, action.why)


def compare(hub: Hub, subject: Subject, untouched: Mapping[str, object]) -> Comparison:
    """Look at the stack and its lease; `untouched` holds what each stack looked like at first."""
    seen = snapshot(hub.organization, subject)
    exists = seen is not None
    state = hub.state_of(subject.stack_id)
    found = f"{'exists' if exists else 'deleted'}, {f'lease {state}' if state else 'no lease'}"
    must_exist, states = _TRUTH[subject.expectation]
    if exists is not must_exist or state not in states:
        return Comparison(subject, found, f"expected {subject.expectation}: {subject.why}")
    if subject.expectation is Expectation.UNTOUCHED and seen != untouched[subject.stack_id]:
        return Comparison(subject, found, "it was changed, though it is no business of Steward's")
    return Comparison(subject, found, "")


def snapshot(organization: Organization, subject: Subject) -> object:
    """What must not change on a stack that is left alone; None when it is deleted."""
    client = organization.session(subject.account, subject.region).client("cloudformation")
    stack = client.describe_stacks(StackName=subject.stack_id)["Stacks"][0]
    if stack["StackStatus"] == "DELETE_COMPLETE":
        return None
    tags = sorted((tag["Key"], tag["Value"]) for tag in stack.get("Tags", []))
    return stack["StackStatus"], stack.get("LastUpdatedTime"), tags


def strangers(organization: Organization, known: Iterable[str], seen_first: set[str]) -> set[str]:
    """Stacks that were there at first, are not part of the scenario, and are gone: must be none."""
    return seen_first - set(known) - all_stacks(organization)


def all_stacks(organization: Organization) -> set[str]:
    """StackIds of every live root stack in the regions where anything was deployed."""
    found = set()
    for account in organization.accounts:
        for region in ("eu-west-1", "us-east-1", "eu-central-1"):
            client = organization.session(account, region).client("cloudformation")
            for page in client.get_paginator("describe_stacks").paginate():
                roots = (stack for stack in page["Stacks"] if "ParentId" not in stack)
                found |= {stack["StackId"] for stack in roots}
    return found
