"""What a status event makes Steward do: record, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.lease_events import app
from steward.domain.leases import LeaseState, Step, TagStatus
from steward.domain.tagging import tag_token
from tests.factories import UNIT, make_stack_id
from tests.integration.functions.hub import SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY, due, known, reaping, told
from tests.integration.functions.samples import sample

SAMPLE = sample("stack_status_change")
BORN_AT = datetime.fromisoformat(SAMPLE["time"])
STACK_ID: str = SAMPLE["detail"]["stack-id"]
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def events(hub: Hub) -> Function:
    return hub.function(app)


def event(status: str, at: datetime = SWEPT_AT, stack_id: str = STACK_ID) -> dict[str, Any]:
    detail = {"stack-id": stack_id, "status-details": {"status": status, "status-reason": ""}}
    return SAMPLE | {"time": at.isoformat(), "resources": [stack_id], "detail": detail}


def outcome(events: Function, what: dict[str, Any]) -> str:
    answer: dict[str, str] = events(what)
    assert answer["stack_id"] == what["detail"]["stack-id"]
    return answer["outcome"]


def test_the_sample_event_leases_a_stack_at_birth(hub: Hub, events: Function) -> None:
    hub.clock = BORN_AT
    hub.members.add("feat-checkout", age=timedelta(0), StackId=STACK_ID)
    hub.clock += 2 * SECOND
    assert "its name matches feat-*" in outcome(events, SAMPLE)
    lease = hub.lease(STACK_ID)
    assert (lease.state, lease.registered_at) == (LeaseState.ACTIVE, BORN_AT)
    assert lease.owners == ("dev@example.com",)
    (born,) = hub.audit(STACK_ID)
    assert (born.what, born.actor) == ("register", "lease_events")


def test_an_operation_that_is_running_costs_no_call(hub: Hub, events: Function) -> None:
    for status in ("CREATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "REVIEW_STARTED"):
        assert outcome(events, event(status)) == f"nothing to do yet: {status}"
    assert hub.exchange.calls == []


def test_a_stack_that_is_none_of_ours_is_left_alone(hub: Hub, events: Function) -> None:
    payments = hub.members.add("payments")
    assert "not leased" in outcome(events, event("CREATE_COMPLETE", stack_id=payments))
    assert hub.exchange.writes == []
    assert list(hub.ledger.leases_of(UNIT)) == []


def test_an_account_nobody_knows_is_left_to_the_sweep(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID)
    stranger = event("CREATE_COMPLETE") | {"account": "999999999999"}
    assert "left to the next sweep" in outcome(events, stranger)
    assert {call.service for call in hub.exchange.calls} == {"dynamodb"}
    assert hub.exchange.writes == []


def test_without_a_policy_it_is_left_to_the_sweep(hub: Hub, events: Function) -> None:
    hub.forget_policies()
    hub.members.add("feat-checkout", StackId=STACK_ID)
    assert "no policy" in outcome(events, event("CREATE_COMPLETE"))
    assert hub.exchange.writes == []


def test_our_delete_is_receipted_with_what_it_left_behind(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", age=40 * DAY, StackId=STACK_ID)
    lease = hub.save(reaping(hub, STACK_ID))
    assert lease.attempt is not None
    bucket = {"LogicalResourceId": "Logs", "ResourceType": "AWS::S3::Bucket"}
    hub.members.happened(
        STACK_ID, "DELETE_SKIPPED", lease.attempt.token, PhysicalResourceId="logs-1", **bucket
    )
    hub.members.happened(STACK_ID, "DELETE_COMPLETE", lease.attempt.token)
    assert "deleted by Steward" in outcome(events, event("DELETE_COMPLETE"))
    assert hub.ended(STACK_ID).state is LeaseState.REAPED
    (receipt,) = hub.notices(STACK_ID)
    assert receipt.kind == "deleted"
    assert receipt.left_behind == ("Logs (AWS::S3::Bucket) logs-1",)


def test_an_owners_delete_ends_the_lease_without_a_letter(hub: Hub, events: Function) -> None:
    due(hub, StackId=STACK_ID)
    hub.members.happened(STACK_ID, "DELETE_COMPLETE")
    assert "deleted by its owner" in outcome(events, event("DELETE_COMPLETE"))
    assert hub.ended(STACK_ID).state is LeaseState.GONE
    assert hub.notices(STACK_ID) == []


def test_a_stack_cloudformation_has_forgotten_ends_its_lease(hub: Hub, events: Function) -> None:
    due(hub, StackId=STACK_ID)
    del hub.members.stacks[STACK_ID]
    outcome(events, event("DELETE_COMPLETE"))
    assert hub.ended(STACK_ID).state is LeaseState.GONE


def test_a_failed_delete_is_put_on_the_ladder_with_its_cause(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", age=40 * DAY, StackId=STACK_ID)
    lease = hub.save(reaping(hub, STACK_ID))
    assert lease.attempt is not None
    token = lease.attempt.token
    hub.members.happened(STACK_ID, "DELETE_IN_PROGRESS", token)
    hub.members.happened(
        STACK_ID,
        "DELETE_FAILED",
        token,
        LogicalResourceId="Eni",
        PhysicalResourceId="eni-1",
        ResourceType="AWS::EC2::NetworkInterface",
        ResourceStatusReason="it is in use",
    )
    hub.members.happened(
        STACK_ID, "DELETE_FAILED", token, ResourceStatusReason="failed to delete: [Eni]"
    )
    said = outcome(events, event("DELETE_FAILED"))
    assert "Eni (AWS::EC2::NetworkInterface): it is in use" in said
    attempt = hub.lease(STACK_ID).attempt
    assert attempt is not None
    assert (attempt.retry_step, attempt.retry_at) == (Step.PLAIN, SWEPT_AT + 30 * MINUTE)
    assert attempt.failed_resources == ("Eni",)
    hub.exchange.calls.clear()
    outcome(events, event("DELETE_FAILED"))
    assert hub.exchange.writes == []


@pytest.mark.parametrize(
    ("since", "state"),
    [
        pytest.param(5 * MINUTE - SECOND, LeaseState.REAPING, id="it-may-not-show-yet"),
        pytest.param(5 * MINUTE, LeaseState.BLOCKED, id="it-would-show-by-now"),
    ],
)
def test_a_cancelled_delete_blocks_and_is_told(
    hub: Hub, events: Function, since: timedelta, state: LeaseState
) -> None:
    hub.members.add("feat-checkout", age=40 * DAY, StackId=STACK_ID)
    hub.save(reaping(hub, STACK_ID, accepted_at=SWEPT_AT - since))
    outcome(events, event("CREATE_COMPLETE"))
    lease = hub.lease(STACK_ID)
    assert lease.state is state
    told_of = [notice.kind for notice in hub.notices(STACK_ID)]
    assert told_of == (["blocked"] if state is LeaseState.BLOCKED else [])
    if state is LeaseState.BLOCKED:
        assert "cancelled the delete" in lease.reason


def test_our_own_tag_update_is_no_activity(hub: Hub, events: Function) -> None:
    due(hub, StackId=STACK_ID)
    before = hub.lease(STACK_ID)
    hub.members.updated(STACK_ID, token=tag_token(before))
    outcome(events, event("UPDATE_COMPLETE", hub.clock))
    lease = hub.lease(STACK_ID)
    assert (lease.state, lease.generation) == (LeaseState.MARKED, 1)
    assert (lease.deployed_at, lease.seen_update) == (before.deployed_at, hub.clock)


def test_a_deploy_of_the_owner_is_activity(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", age=13 * DAY, StackId=STACK_ID)
    hub.save(told(known(hub, STACK_ID)))
    hub.members.updated(STACK_ID, token="deploy-7")
    outcome(events, event("UPDATE_COMPLETE", hub.clock))
    lease = hub.lease(STACK_ID)
    assert (lease.state, lease.generation, lease.notices) == (LeaseState.ACTIVE, 2, ())
    assert lease.tag.status is TagStatus.WANTED  # the sweep takes the tags away


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_a_reverted_tag_update_is_on_record(hub: Hub, events: Function, status: str) -> None:
    due(hub, StackId=STACK_ID)
    before = hub.lease(STACK_ID)
    hub.members.updated(STACK_ID, status, tag_token(before))
    outcome(events, event(status, hub.clock))
    lease = hub.lease(STACK_ID)
    assert lease.tag.status is TagStatus.REVERTED
    assert (lease.state, lease.generation) == (LeaseState.MARKED, 1)


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_what_is_due_waits_for_the_sweep(hub: Hub, events: Function, status: str) -> None:
    stale = hub.members.add("feat-stale", age=13 * DAY, StackStatus=status)
    hub.save(known(hub, stale))
    checkout = due(hub, StackId=STACK_ID, StackStatus=status)
    before = [hub.lease(stack_id) for stack_id in (stale, checkout)]
    assert "would mark" in outcome(events, event(status, stack_id=stale))
    assert "would reap" in outcome(events, event(status))
    assert [hub.lease(each.stack_id) for each in before] == before
    assert hub.notices(stale) == []
    assert hub.queued(hub.reaps_url) == []
    roles = {call.role.name for call in hub.exchange.calls if call.role}
    assert roles == {"steward-read"}
    changing = {"CreateChangeSet", "ExecuteChangeSet", "DeleteStack", "SendMessage"}
    assert changing.isdisjoint(call.operation for call in hub.exchange.calls)


def test_an_event_that_comes_twice_writes_once(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID)
    outcome(events, event("CREATE_COMPLETE"))
    hub.exchange.calls.clear()
    outcome(events, event("CREATE_COMPLETE"))
    assert hub.exchange.writes == []


def test_an_event_that_comes_after_the_end_revives_nothing(hub: Hub, events: Function) -> None:
    due(hub, StackId=STACK_ID)
    hub.members.happened(STACK_ID, "DELETE_COMPLETE")
    outcome(events, event("DELETE_COMPLETE"))
    hub.exchange.calls.clear()
    for late in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "DELETE_FAILED"):
        outcome(events, event(late, SWEPT_AT - DAY))
    assert hub.exchange.writes == []
    assert hub.ended(STACK_ID).state is LeaseState.GONE


def test_an_event_older_than_what_is_known_changes_nothing(hub: Hub, events: Function) -> None:
    """An event of the first delete comes when the second one is already under way."""
    hub.members.add("feat-checkout", age=40 * DAY, StackId=STACK_ID)
    hub.save(reaping(hub, STACK_ID, number=2, accepted_at=SWEPT_AT))
    hub.members.happened(STACK_ID, "DELETE_IN_PROGRESS")
    outcome(events, event("DELETE_FAILED", SWEPT_AT - 30 * MINUTE))
    assert hub.exchange.writes == []
    assert hub.lease(STACK_ID).state is LeaseState.REAPING


def test_an_event_of_a_stack_that_was_redeployed_touches_the_old_lease_only(
    hub: Hub, events: Function
) -> None:
    due(hub, StackId=STACK_ID)
    new = hub.members.add("feat-checkout", StackId=make_stack_id("feat-checkout", incarnation=2))
    hub.save(known(hub, new))
    hub.members.happened(STACK_ID, "DELETE_COMPLETE")
    outcome(events, event("DELETE_COMPLETE"))
    assert hub.ended(STACK_ID).state is LeaseState.GONE
    assert hub.lease(new).state is LeaseState.ACTIVE


@pytest.mark.parametrize(
    ("ahead", "is_refused"), [(SKEW, False), (SKEW + SECOND, True)], ids=["edge", "beyond"]
)
def test_an_event_from_the_future_is_refused(
    hub: Hub, events: Function, ahead: timedelta, is_refused: bool
) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID)
    late = event("CREATE_COMPLETE", hub.clock + ahead)
    if is_refused:
        with pytest.raises(Exception, match="correct the clock"):
            events(late)
        assert hub.exchange.calls == []
    else:
        outcome(events, late)
        assert hub.lease(STACK_ID).state is LeaseState.ACTIVE


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        pytest.param({}, "source", id="empty"),
        pytest.param(SAMPLE | {"source": "aws.s3"}, "source", id="of-another-source"),
        pytest.param(
            SAMPLE | {"detail-type": "CloudFormation Drift Detection Status Change"},
            "detail-type",
            id="of-another-kind",
        ),
        pytest.param(SAMPLE | {"account": "none"}, "account", id="no-account"),
        pytest.param(SAMPLE | {"time": "2026-03-02T09:14:07"}, "time", id="naive-time"),
        pytest.param(SAMPLE | {"detail": {}}, "detail.stack-id", id="no-stack"),
        pytest.param(
            SAMPLE | {"detail": SAMPLE["detail"] | {"stack-id": "feat-checkout"}},
            "detail.stack-id",
            id="a-name-as-id",
        ),
        pytest.param(
            SAMPLE | {"detail": SAMPLE["detail"] | {"status-details": "CREATE_COMPLETE"}},
            "detail.status-details",
            id="status-of-another-shape",
        ),
    ],
)
def test_an_event_of_another_shape_is_refused_with_the_place(
    hub: Hub, events: Function, wrong: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValueError, match=place.replace(".", r"\.")) as caught:
        events(wrong)
    assert "StackStatusChange" in str(caught.value)
    assert hub.exchange.calls == []


def test_fields_that_aws_adds_are_no_hindrance(hub: Hub, events: Function) -> None:
    hub.members.add("feat-checkout", StackId=STACK_ID)
    more = event("CREATE_COMPLETE") | {"new": {"field": 1}}
    assert "feature stack" in outcome(events, more)


@pytest.mark.parametrize("code", ["Throttling", "AccessDenied", "InternalFailure"])
def test_a_stack_that_cannot_be_read_is_no_news(hub: Hub, events: Function, code: str) -> None:
    due(hub, StackId=STACK_ID)
    hub.exchange.refuse("DescribeStacks", code)
    with pytest.raises(Exception, match=code):
        events(event("DELETE_COMPLETE"))
    assert hub.lease(STACK_ID).state is LeaseState.MARKED


def test_an_account_without_the_reading_role_is_said_with_the_remedy(
    hub: Hub, events: Function
) -> None:
    due(hub, StackId=STACK_ID)
    hub.exchange.refuse_role("steward-read")
    with pytest.raises(Exception, match=r"222222222222.*deploy org/members/roles\.yaml there"):
        events(event("DELETE_COMPLETE"))
    assert hub.lease(STACK_ID).state is LeaseState.MARKED
