"""What CloudTrail's events of created stacks make Steward remember."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.lease_events import app
from steward.domain.leases import Creator
from tests.factories import make_policy
from tests.integration.functions.hub import SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.leased import known
from tests.integration.functions.samples import sample
from tests.integration.functions.test_lease_events import event as status_event
from tests.integration.functions.trail import creation_record

SAMPLE = sample("create_stack")
BORN_AT = datetime.fromisoformat(SAMPLE["time"])
STACK_ID: str = SAMPLE["detail"]["responseElements"]["stackId"]
ROLE = "AWSReservedSSO_Developer_0a1b2c3d4e5f6071"
DEV = Creator("dev@example.com", f"CloudTrail CreateStack by role {ROLE}")
COSTLY = {"LookupEvents", "GetAlternateContact", "AssumeRole", "DescribeStacks"}


@pytest.fixture
def events(hub: Hub) -> Function:
    return hub.function(app)


def created(session: str = "dev@example.com", **changes: Any) -> dict[str, Any]:
    """The event of now, with `changes` to CloudTrail's record."""
    record = creation_record(STACK_ID, session, SWEPT_AT, **changes)
    return SAMPLE | {"time": SWEPT_AT.isoformat(), "detail": record}


def outcome(events: Function, what: dict[str, Any]) -> str:
    answer: dict[str, str] = events(what)
    return answer["outcome"]


def test_the_sample_event_puts_the_creator_on_record(hub: Hub, events: Function) -> None:
    hub.clock = BORN_AT
    answer = events(SAMPLE)
    assert answer == {
        "stack_id": STACK_ID,
        "outcome": f"its creator is on record: {DEV.name}, by {DEV.source}",
    }
    assert hub.ledger.creator_of(STACK_ID) == DEV
    assert not COSTLY & {call.operation for call in hub.exchange.calls}


def test_a_stack_leased_at_birth_is_its_creators_without_any_lookup(
    hub: Hub, events: Function
) -> None:
    outcome(events, created())
    hub.members.add("feat-checkout", StackId=STACK_ID, tags={})
    outcome(events, status_event("CREATE_COMPLETE"))
    lease = hub.lease(STACK_ID)
    assert (lease.owners, lease.creator) == ((DEV.name,), DEV)
    assert hub.exchange.sent("LookupEvents") == []
    assert hub.exchange.sent("GetAlternateContact") == []


def test_a_lease_that_was_made_before_gets_its_creator(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID, tags={})
    before = hub.save(known(hub, STACK_ID))
    assert outcome(events, created()).startswith("its creator was reported: dev@example.com")
    lease = hub.lease(STACK_ID)
    assert (lease.creator, lease.version) == (DEV, before.version + 1)
    newest = hub.audit(STACK_ID)[-1]
    assert (newest.what, newest.actor) == ("creator", "lease_events")
    hub.exchange.calls.clear()
    outcome(events, created())
    assert hub.lease(STACK_ID) == lease


@pytest.mark.parametrize(
    ("before", "session", "after"),
    [
        pytest.param(Creator("", "not found"), "dev@example.com", DEV, id="nobody-was-known"),
        pytest.param(
            Creator("x@example.com", "CloudTrail"),
            "dev@example.com",
            Creator("x@example.com", "CloudTrail"),
            id="the-first-answer-stands",
        ),
    ],
)
def test_an_answer_is_replaced_only_by_a_better_one(
    hub: Hub, events: Function, before: Creator, session: str, after: Creator
) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID)
    hub.save(known(hub, STACK_ID, creator=before))
    outcome(events, created(session))
    assert hub.lease(STACK_ID).creator == after


def test_a_status_event_asks_nothing_that_costs_calls(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID, tags={})
    outcome(events, status_event("CREATE_COMPLETE"))
    lease = hub.lease(STACK_ID)
    assert lease.owners == ("platform@example.com",)
    assert lease.creator is None
    assert "its creator is not known: not asked yet" in lease.owner_source
    assert hub.exchange.sent("LookupEvents") == hub.exchange.sent("GetAlternateContact") == []


def test_what_a_sweep_found_out_about_owners_survives_an_event(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID, tags={})
    found = {"owners": ("platform@example.com",), "owner_source": "the fallback; throttled"}
    hub.save(known(hub, STACK_ID, **found))
    hub.members.updated(STACK_ID, token="deploy-7")
    outcome(events, status_event("UPDATE_COMPLETE", hub.clock))
    lease = hub.lease(STACK_ID)
    assert (lease.owners, lease.owner_source) == (found["owners"], found["owner_source"])


def test_an_accounts_contact_counts_however_long_ago_it_was_asked_for(
    hub: Hub, events: Function
) -> None:
    hub.ledger.note_contact("222222222222", "ops@example.com", SWEPT_AT - timedelta(days=300))
    hub.members.add("feat-checkout", StackId=STACK_ID, tags={})
    outcome(events, status_event("CREATE_COMPLETE"))
    assert hub.lease(STACK_ID).owners == ("ops@example.com",)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"errorCode": "AlreadyExistsException", "responseElements": None}, id="fails"),
        pytest.param(
            {"eventName": "CreateChangeSet", "requestParameters": {"changeSetType": "UPDATE"}},
            id="an-update",
        ),
        pytest.param({"eventName": "DeleteStack"}, id="another-call"),
    ],
)
def test_a_call_that_creates_nothing_costs_no_call(
    hub: Hub, events: Function, changes: dict[str, Any]
) -> None:
    assert outcome(events, created(**changes)) == "nothing to do: the call created no stack"
    assert hub.exchange.calls == []


def test_an_account_nobody_knows_is_left_alone(hub: Hub, events: Function) -> None:
    assert "no such account" in outcome(events, created() | {"account": "999999999999"})
    assert hub.exchange.writes == []


def test_a_policy_may_forbid_to_remember_who_created_stacks(hub: Hub, events: Function) -> None:
    owners = {"fallback": "platform@example.com", "ask_creator": False}
    hub.put_in_force(make_policy(owners=owners), "0" * 12)
    assert "does not ask who creates" in outcome(events, created())
    assert hub.ledger.creator_of(STACK_ID) is None


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        pytest.param({"detail": None}, "detail", id="no-record"),
        pytest.param({"detail": {}}, "eventSource", id="empty-record"),
        pytest.param({"account": "2"}, "account", id="account-of-another-shape"),
        pytest.param({"source": "aws.s3"}, "source", id="foreign"),
        pytest.param({"time": "now"}, "time", id="no-time"),
    ],
)
def test_an_event_of_another_shape_is_refused_with_the_place(
    hub: Hub, events: Function, wrong: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValueError, match=place):
        events(deepcopy(created()) | wrong)
    assert hub.exchange.calls == []


def test_an_event_from_the_future_is_refused(hub: Hub, events: Function) -> None:
    hub.clock = SWEPT_AT - SKEW - timedelta(seconds=1)
    with pytest.raises(Exception, match="more than"):
        events(created())
    assert hub.exchange.calls == []


def test_a_lease_that_changes_at_this_moment_is_tried_again(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID)
    hub.save(known(hub, STACK_ID))
    hub.exchange.refuse("TransactWriteItems", "InternalServerError", skip=1)
    with pytest.raises(Exception, match="InternalServerError"):
        events(created())
    assert hub.ledger.creator_of(STACK_ID) == DEV
    assert outcome(events, created()).startswith("its creator was reported")
    assert hub.lease(STACK_ID).creator == DEV
