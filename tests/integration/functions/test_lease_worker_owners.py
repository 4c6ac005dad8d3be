"""Whom a sweep finds to tell, what it asks for that, and what it no longer asks."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import Creator, LeaseState
from tests.factories import UNIT, make_policy, make_stack_id
from tests.integration.functions.asking import sweep
from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY, due, known
from tests.integration.functions.samples import failed, queued, unit_work

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
COSTLY = ("LookupEvents", "GetAlternateContact")
DEV = "dev@example.com"


def asked(hub: Hub) -> list[str]:
    """The calls beyond the ledger that looking for owners cost, since they were forgotten last."""
    return [call.operation for call in hub.exchange.calls if call.operation in COSTLY]


def unsigned(hub: Hub, name: str = "feat-cart", *, created_by: str = "", **fields: Any) -> str:
    """A stack whose tags name nobody."""
    stack_id = hub.members.add(name, tags={}, **fields)
    if created_by:
        hub.trail.created(stack_id, created_by, born_at(hub, stack_id))
    return stack_id


def born_at(hub: Hub, stack_id: str) -> datetime:
    at: datetime = hub.members.stacks[stack_id]["CreationTime"]
    return at


def bounced(hub: Hub, address: str, until: timedelta = 14 * DAY) -> None:
    found = Unreachable(address, DeliveryStatus.BOUNCED, "no such user", SWEPT_AT, SWEPT_AT + until)
    assert hub.ledger.note_unreachable(found, "0100018c-1")


def test_whoever_created_the_stack_is_told_and_asked_for_once(hub: Hub, worker: Function) -> None:
    cart = unsigned(hub, created_by=DEV)
    sweep(hub, worker)
    lease = hub.lease(cart)
    assert lease.owners == (DEV,)
    assert lease.creator is not None
    assert lease.creator.name == DEV
    assert lease.owner_source.startswith(f"its creator {DEV} (CloudTrail CreateStack by role ")
    assert lease.owner_source.endswith("; no tag owner, contact or team")
    assert asked(hub) == ["LookupEvents"]
    hub.exchange.calls.clear()
    sweep(hub, worker, HOUR)
    assert (asked(hub), hub.exchange.writes) == ([], ["PutItem"])


def test_the_history_of_the_stacks_own_account_is_asked(hub: Hub, worker: Function) -> None:
    unsigned(hub, created_by=DEV)
    sweep(hub, worker)
    (call,) = [each for each in hub.exchange.calls if each.operation == "LookupEvents"]
    assert call.role is not None
    assert (call.role.account_id, call.role.name) == (UNIT.account_id, "steward-read")
    assert call.region == UNIT.region


def test_owners_from_tags_cost_no_call(hub: Hub, worker: Function) -> None:
    for number in range(3):
        hub.members.add(f"feat-{number}")
    for hours in range(3):
        sweep(hub, worker, hours * HOUR)
    assert asked(hub) == []
    reads = [call.params["Key"] for call in hub.exchange.calls if call.operation == "GetItem"]
    assert [each["pk"]["S"] for each in reads] == ["POLICY"] * 3


def test_who_cannot_be_reached_is_read_once_for_all_units_of_a_sweep(
    hub: Hub, worker: Function
) -> None:
    for unit in (UNIT, replace(UNIT, region="us-east-1")):
        hub.members.add("feat-1", unit)
        hub.members.add("feat-2", unit)
    works = [unit_work(), unit_work(region="us-east-1")]
    assert failed(worker(queued("sqs_unit", *works))) == []
    assert _reads_of_the_unreachable(hub) == 1
    sweep(hub, worker, HOUR)
    assert _reads_of_the_unreachable(hub) == 2


def _reads_of_the_unreachable(hub: Hub) -> int:
    asked_for = [each["ExpressionAttributeValues"][":pk"] for each in hub.exchange.sent("Query")]
    return asked_for.count({"S": "UNREACHABLE"})


def test_a_machine_is_named_and_the_accounts_contact_is_told(hub: Hub, worker: Function) -> None:
    hub.accounts.contacts[UNIT.account_id] = "ops@example.com"
    carts = [unsigned(hub, f"feat-{number}", created_by="deploy-7") for number in range(3)]
    sweep(hub, worker)
    for cart in carts:
        lease = hub.lease(cart)
        assert lease.owners == ("ops@example.com",)
        assert lease.owner_source.startswith("the account's operations contact; no tag")
        assert "its creator cannot be told: deploy-7 is no e-mail address" in lease.owner_source
    assert asked(hub).count("GetAlternateContact") == 1
    hub.exchange.calls.clear()
    worker.restart()
    sweep(hub, worker, HOUR)
    assert (asked(hub), hub.exchange.writes) == ([], ["PutItem"])
    sweep(hub, worker, WEEK - timedelta(seconds=1))
    assert asked(hub) == []
    sweep(hub, worker, WEEK)
    assert asked(hub) == ["GetAlternateContact"]


def test_a_new_contact_is_told_of_after_a_week_at_the_latest(hub: Hub, worker: Function) -> None:
    cart = unsigned(hub, created_by="deploy-7")
    sweep(hub, worker)
    assert hub.lease(cart).owners == ("platform@example.com",)
    hub.accounts.contacts[UNIT.account_id] = "ops@example.com"
    sweep(hub, worker, HOUR)
    assert hub.lease(cart).owners == ("platform@example.com",)
    sweep(hub, worker, WEEK)
    assert hub.lease(cart).owners == ("ops@example.com",)


@pytest.mark.parametrize(
    ("operation", "code", "said"),
    [
        pytest.param(
            "LookupEvents",
            "AccessDeniedException",
            "its creator is not known: cloudtrail:LookupEvents failed with AccessDeniedException: "
            "allow cloudtrail:LookupEvents to the reading role",
            id="history-denied",
        ),
        pytest.param(
            "LookupEvents",
            "ThrottlingException",
            "its creator is not known: cloudtrail:LookupEvents failed with ThrottlingException; ",
            id="history-throttled",
        ),
        pytest.param(
            "GetAlternateContact",
            "AccessDeniedException",
            "the account's operations contact is not known: account:GetAlternateContact failed "
            "with AccessDeniedException: allow",
            id="contact-denied",
        ),
    ],
)
def test_a_refusal_fails_no_stack_and_is_on_the_lease(
    hub: Hub, worker: Function, operation: str, code: str, said: str
) -> None:
    carts = [unsigned(hub, f"feat-{number}", created_by="deploy-7") for number in range(3)]
    hub.exchange.refuse(operation, code, times=1000)
    sweep(hub, worker)
    for cart in carts:
        lease = hub.lease(cart)
        assert (lease.state, lease.owners) == (LeaseState.ACTIVE, ("platform@example.com",))
        assert said in lease.owner_source
    assert asked(hub).count(operation) == 1
    hub.exchange.calls.clear()
    sweep(hub, worker, HOUR)
    assert asked(hub).count(operation) == 1
    assert hub.exchange.writes == ["PutItem"]
    hub.exchange.heal()
    sweep(hub, worker, 2 * HOUR)
    for cart in carts:
        assert said not in hub.lease(cart).owner_source
        assert hub.lease(cart).creator is not None


def test_a_contact_that_was_known_counts_while_there_is_no_newer_answer(
    hub: Hub, worker: Function
) -> None:
    hub.accounts.contacts[UNIT.account_id] = "ops@example.com"
    cart = unsigned(hub, created_by="deploy-7")
    sweep(hub, worker)
    hub.exchange.refuse("GetAlternateContact", "TooManyRequestsException")
    sweep(hub, worker, WEEK)
    assert hub.lease(cart).owners == ("ops@example.com",)


def test_a_creation_that_cloudtrail_has_not_told_yet_is_asked_for_again(
    hub: Hub, worker: Function
) -> None:
    cart = unsigned(hub, age=timedelta(minutes=10))
    sweep(hub, worker)
    lease = hub.lease(cart)
    assert lease.creator is None
    assert "CloudTrail has no record of its creation yet" in lease.owner_source
    hub.trail.created(cart, DEV, lease.created_at)
    sweep(hub, worker, HOUR)
    assert hub.lease(cart).owners == (DEV,)


def test_a_creation_that_cloudtrail_does_not_tell_is_not_asked_for_again(
    hub: Hub, worker: Function
) -> None:
    cart, old = unsigned(hub), unsigned(hub, "feat-old", age=91 * DAY)
    sweep(hub, worker)
    nobody = "CloudTrail has no record of its creation"
    assert hub.lease(cart).creator == Creator("", nobody)
    assert "the stack is older" in hub.lease(old).owner_source
    assert asked(hub).count("LookupEvents") == 2
    hub.exchange.calls.clear()
    sweep(hub, worker, HOUR)
    assert asked(hub) == []


def test_a_large_unit_is_asked_for_bit_by_bit(hub: Hub, worker: Function) -> None:
    carts = [unsigned(hub, f"feat-{number}", created_by=DEV) for number in range(25)]
    sweep(hub, worker)
    found = [hub.lease(cart).owners == (DEV,) for cart in carts]
    assert found == [True] * 20 + [False] * 5
    sweep(hub, worker, HOUR)
    assert all(hub.lease(cart).owners == (DEV,) for cart in carts)
    assert asked(hub).count("LookupEvents") == 25


def test_a_creator_that_was_reported_before_is_not_looked_up(hub: Hub, worker: Function) -> None:
    cart = unsigned(hub)
    hub.ledger.note_creator(cart, Creator(DEV, "CloudTrail CreateStack by IAM user"), SWEPT_AT)
    sweep(hub, worker)
    assert hub.lease(cart).owners == (DEV,)
    assert asked(hub) == []


def test_an_owner_whose_mail_bounced_is_passed_over_for_the_next(
    hub: Hub, worker: Function
) -> None:
    cart = hub.members.add("feat-cart", tags={"owner": "gone@example.com"})
    hub.trail.created(cart, DEV, born_at(hub, cart))
    sweep(hub, worker)
    assert hub.lease(cart).owners == ("gone@example.com",)
    bounced(hub, "Gone@example.com")
    sweep(hub, worker, HOUR)
    lease = hub.lease(cart)
    assert lease.owners == (DEV,)
    assert (
        "tag owner=gone@example.com names nobody reachable: gone@example.com bounced on "
        in lease.owner_source
    )
    sweep(hub, worker, 14 * DAY)
    assert hub.lease(cart).owners == ("gone@example.com",)


def test_when_everybody_is_unreachable_the_fallback_is_on_the_lease(
    hub: Hub, worker: Function
) -> None:
    cart = unsigned(hub)
    bounced(hub, "platform@example.com")
    sweep(hub, worker)
    lease = hub.lease(cart)
    assert lease.owners == ("platform@example.com",)
    assert "it cannot be reached itself: platform@example.com bounced on" in lease.owner_source


def test_a_policy_may_forbid_to_ask(hub: Hub, worker: Function) -> None:
    quiet = {"ask_creator": False, "ask_alternate_contact": False}
    hub.put_in_force(make_policy(owners={"fallback": "platform@example.com", **quiet}), "0" * 12)
    cart = unsigned(hub, created_by=DEV)
    assert failed(worker(queued("sqs_unit", unit_work(policy="0" * 12)))) == []
    assert hub.lease(cart).owners == ("platform@example.com",)
    assert asked(hub) == []


def test_a_redeployed_stack_is_its_new_creators(hub: Hub, worker: Function) -> None:
    old = unsigned(hub, created_by="former@example.com")
    sweep(hub, worker)
    hub.members.happened(old, "DELETE_COMPLETE")
    new = unsigned(hub, StackId=make_stack_id("feat-cart", incarnation=2), created_by=DEV)
    sweep(hub, worker, HOUR)
    assert hub.lease(new).owners == (DEV,)


def test_owners_that_change_leave_what_was_decided_alone(hub: Hub, worker: Function) -> None:
    checkout = due(hub)
    bounced(hub, DEV)
    before = hub.lease(checkout)
    sweep(hub, worker)
    after = hub.lease(checkout)
    assert after.owners == ("platform@example.com",)
    assert (after.state, after.notices, after.generation) == (
        before.state,
        before.notices,
        before.generation,
    )


def test_an_owner_found_before_the_notice_gets_the_notice(hub: Hub, worker: Function) -> None:
    stale = hub.members.add("feat-stale", age=8 * DAY, tags={})
    hub.save(known(hub, stale, owners=("platform@example.com",), owner_source="fallback"))
    hub.trail.created(stale, DEV, born_at(hub, stale))
    sweep(hub, worker)
    (notice,) = hub.notices(stale)
    assert notice.owners == (DEV,)
    assert notice.owner_source.startswith(f"its creator {DEV}")
