"""Whose update a stack last saw, and how a delete ended, out of its events."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws.stack_events import delete_failure, last_update_token, leftovers
from tests.factories import NOW, make_stack, make_stack_id
from tests.unit.aws.scripted import Scripted

STACK_ID = make_stack_id()
OURS = "steward-reap-0123456789ab-1-1"
NEWER, OLDER = NOW + timedelta(seconds=30), NOW - timedelta(seconds=1)


def make_event(name: str, status: str, token: str | None = OURS, **fields: Any) -> dict[str, Any]:
    """`name` "stack" is an event about the stack itself."""
    own = name == "stack"
    event = {
        "StackId": STACK_ID,
        "StackName": "feat-cart",
        "EventId": f"{name}-{status}-{token}",
        "Timestamp": NOW,
        "LogicalResourceId": "feat-cart" if own else name,
        "PhysicalResourceId": STACK_ID if own else f"{name.lower()}-1",
        "ResourceType": "AWS::CloudFormation::Stack" if own else "AWS::S3::Bucket",
        "ResourceStatus": status,
        **fields,
    }
    return event if token is None else {**event, "ClientRequestToken": token}


def scripted(*pages: list[dict[str, Any]], more: bool = False) -> Scripted:
    """`more`: a further page exists that nobody may ask for."""
    aws = Scripted("cloudformation")
    for number, events in enumerate(pages, start=1):
        has_next = more or number < len(pages)
        answer = {"StackEvents": events, **({"NextToken": str(number)} if has_next else {})}
        aws.answers("describe_stack_events", answer)
    return aws


UPDATED = make_stack(updated_at=NOW)


def test_the_newest_update_names_its_token_and_no_further_page_is_read() -> None:
    events = [
        make_event("Bucket", "UPDATE_COMPLETE", "resource"),
        make_event("stack", "UPDATE_IN_PROGRESS", "steward-tag-1"),
        make_event("stack", "UPDATE_IN_PROGRESS", "before"),
    ]
    with scripted(events, more=True) as aws:
        assert last_update_token(aws.client, UPDATED) == "steward-tag-1"


def test_a_later_status_of_the_same_update_will_do() -> None:
    events = [make_event("stack", "UPDATE_COMPLETE", "steward-tag-1", Timestamp=NEWER)]
    with scripted(events, more=True) as aws:
        assert last_update_token(aws.client, UPDATED) == "steward-tag-1"


def test_an_update_older_than_the_last_one_is_not_it() -> None:
    events = [make_event("stack", "UPDATE_COMPLETE", "steward-tag-1", Timestamp=OLDER)]
    with scripted(events, more=True) as aws:
        assert last_update_token(aws.client, UPDATED) == ""


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([make_event("stack", "UPDATE_COMPLETE", None)], id="token-absent"),
        pytest.param([make_event("stack", "IMPORT_COMPLETE", "x")], id="no-update"),
        pytest.param([make_event("Bucket", "UPDATE_COMPLETE", "steward-x")], id="resource-only"),
        pytest.param([], id="no-events"),
    ],
)
def test_an_update_nobody_signed_is_not_ours(events: list[dict[str, Any]]) -> None:
    with scripted(events) as aws:
        assert last_update_token(aws.client, UPDATED) == ""


def test_a_cancelled_delete_between_does_not_hide_the_update() -> None:
    events = [
        make_event("stack", "DELETE_IN_PROGRESS", "other", Timestamp=NEWER),
        make_event("stack", "UPDATE_COMPLETE", "steward-tag-1"),
    ]
    with scripted(events) as aws:
        assert last_update_token(aws.client, UPDATED) == "steward-tag-1"


STACK_REASON = "The following resource(s) failed to delete: [Logs, Files]."
FAILED_DELETE = [
    make_event("stack", "DELETE_FAILED", ResourceStatusReason=STACK_REASON),
    make_event("Files", "DELETE_FAILED", ResourceStatusReason="BucketNotEmpty"),
    make_event("Logs", "DELETE_FAILED", ResourceStatusReason="locked"),
    make_event("Topic", "DELETE_COMPLETE"),
    make_event("Files", "DELETE_IN_PROGRESS"),
    make_event("stack", "DELETE_IN_PROGRESS", ResourceStatusReason="User Initiated"),
]
EARLIER_DELETE = [
    make_event("Queue", "DELETE_FAILED", "steward-reap-0123456789ab-1-0"),
    make_event("stack", "DELETE_IN_PROGRESS", "steward-reap-0123456789ab-1-0"),
]


def test_a_failed_delete_says_what_failed_oldest_first_and_reads_no_further() -> None:
    with scripted(FAILED_DELETE + EARLIER_DELETE, more=True) as aws:
        failure = delete_failure(aws.client, STACK_ID, OURS)
    assert failure.stack_reason == STACK_REASON
    assert [(each.logical_id, each.reason) for each in failure.resources] == [
        ("Logs", "locked"),
        ("Files", "BucketNotEmpty"),
    ]
    assert failure.resources[0].resource_type == "AWS::S3::Bucket"
    assert failure.resources[0].physical_id == "logs-1"


def test_the_failure_is_that_of_our_delete_and_not_of_a_later_one() -> None:
    later = [
        make_event("stack", "DELETE_FAILED", "owner", ResourceStatusReason="theirs"),
        make_event("Table", "DELETE_FAILED", "owner", ResourceStatusReason="theirs"),
        make_event("stack", "DELETE_IN_PROGRESS", "owner"),
    ]
    with scripted(later, FAILED_DELETE) as aws:
        failure = delete_failure(aws.client, STACK_ID, OURS)
    assert failure.stack_reason == STACK_REASON
    assert {each.logical_id for each in failure.resources} == {"Logs", "Files"}


def test_a_resource_that_went_at_the_second_try_did_not_fail() -> None:
    events = [
        make_event("stack", "DELETE_FAILED", ResourceStatusReason=STACK_REASON),
        make_event("Files", "DELETE_COMPLETE"),
        make_event("Files", "DELETE_FAILED", ResourceStatusReason="BucketNotEmpty"),
        make_event("stack", "DELETE_IN_PROGRESS"),
    ]
    with scripted(events) as aws:
        assert delete_failure(aws.client, STACK_ID, OURS).resources == ()


def without_token(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in event.items() if key != "ClientRequestToken"}
        for event in events
    ]


def test_without_tokens_the_newest_delete_counts() -> None:
    with scripted(without_token(FAILED_DELETE + EARLIER_DELETE), more=True) as aws:
        failure = delete_failure(aws.client, STACK_ID, OURS)
    assert failure.stack_reason == STACK_REASON
    assert {each.logical_id for each in failure.resources} == {"Logs", "Files"}


def test_a_cancelled_delete_gives_its_reason() -> None:
    reason = "Delete canceled. Cannot delete export cart-topic as it is in use by shop."
    events = [
        make_event("stack", "UPDATE_COMPLETE", ResourceStatusReason=reason),
        make_event("stack", "DELETE_IN_PROGRESS", ResourceStatusReason="User Initiated"),
        make_event("stack", "UPDATE_COMPLETE", "owner"),
    ]
    with scripted(events, more=True) as aws:
        failure = delete_failure(aws.client, STACK_ID, OURS)
    assert (failure.stack_reason, failure.resources) == (reason, ())


def test_a_delete_under_way_has_no_reason_yet() -> None:
    started = make_event("stack", "DELETE_IN_PROGRESS", ResourceStatusReason="User Initiated")
    with scripted([started], more=True) as aws:
        assert delete_failure(aws.client, STACK_ID, OURS).stack_reason == ""


def test_the_stacks_newest_status_gives_the_reason() -> None:
    events = [
        make_event("stack", "DELETE_FAILED", ResourceStatusReason="at last"),
        make_event("stack", "DELETE_FAILED", ResourceStatusReason="at first"),
        make_event("stack", "DELETE_IN_PROGRESS"),
    ]
    with scripted(events) as aws:
        assert delete_failure(aws.client, STACK_ID, OURS).stack_reason == "at last"


def test_a_delete_that_is_not_in_the_events_has_no_reason() -> None:
    with scripted([make_event("stack", "CREATE_COMPLETE", "owner")]) as aws:
        failure = delete_failure(aws.client, STACK_ID, OURS)
    assert (failure.stack_reason, failure.resources) == ("", ())


def test_what_was_left_behind_is_named_with_its_place() -> None:
    events = [
        make_event("stack", "DELETE_COMPLETE"),
        make_event("Topic", "DELETE_COMPLETE"),
        make_event("Files", "DELETE_SKIPPED"),
        make_event("Table", "DELETE_SKIPPED", PhysicalResourceId=""),
        make_event("stack", "DELETE_IN_PROGRESS"),
    ]
    with scripted(events) as aws:
        assert leftovers(aws.client, STACK_ID) == (
            "Table (AWS::S3::Bucket)",
            "Files (AWS::S3::Bucket) files-1",
        )


def test_what_an_earlier_try_passed_over_is_named_too() -> None:
    events = [
        make_event("stack", "DELETE_COMPLETE"),
        make_event("Files", "DELETE_SKIPPED"),
        make_event("stack", "DELETE_IN_PROGRESS"),
        make_event("stack", "DELETE_FAILED", "before"),
        make_event("Files", "DELETE_FAILED", "before"),
        make_event("Table", "DELETE_SKIPPED", "before"),
        make_event("stack", "DELETE_IN_PROGRESS", "before"),
        make_event("stack", "UPDATE_COMPLETE", "owner"),
        make_event("Old", "DELETE_SKIPPED", "owner"),
    ]
    with scripted(events, more=True) as aws:
        assert leftovers(aws.client, STACK_ID) == (
            "Table (AWS::S3::Bucket) table-1",
            "Files (AWS::S3::Bucket) files-1",
        )


def test_a_forgotten_stack_left_nothing_to_name() -> None:
    aws = Scripted("cloudformation")
    message = f"Stack [{STACK_ID}] does not exist"
    with aws.refuses("describe_stack_events", "ValidationError", message):
        assert leftovers(aws.client, STACK_ID) == ()


def test_unreadable_events_are_raised() -> None:
    aws = Scripted("cloudformation")
    with (
        aws.refuses("describe_stack_events", "Throttling", "slow down"),
        pytest.raises(ClientError),
    ):
        leftovers(aws.client, STACK_ID)
