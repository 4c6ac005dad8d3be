"""What is asked of CloudTrail's event history, and what its answers are worth."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from steward.aws.answers import NoAnswer
from steward.aws.creators import MOST_PAGES, find_creator
from steward.domain.leases import Creator
from tests.factories import CREATED, make_stack_id
from tests.integration.functions.trail import creation_record
from tests.unit.aws.scripted import Scripted

STACK_ID = make_stack_id()
FOUND = Creator(
    "dev@example.com",
    "CloudTrail CreateStack by role AWSReservedSSO_Developer_0a1b2c3d4e5f6071",
)
AROUND = timedelta(minutes=5)


def request(call: str, **more: str) -> dict[str, Any]:
    return {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": call}],
        "StartTime": CREATED - AROUND,
        "EndTime": CREATED + AROUND,
        **more,
    }


def event(stack_id: str = STACK_ID, **changes: Any) -> dict[str, Any]:
    record = creation_record(stack_id, "dev@example.com", CREATED, **changes)
    return {"EventName": record["eventName"], "CloudTrailEvent": json.dumps(record)}


def found_by(trail: Scripted, pace: Callable[[], None] = lambda: None) -> Creator | None:
    with trail:
        return find_creator(trail.client, STACK_ID, CREATED, pace)


@pytest.fixture
def trail() -> Scripted:
    return Scripted("cloudtrail")


def test_the_creator_is_found_among_others(trail: Scripted) -> None:
    others = [event(make_stack_id("other")), {"EventName": "CreateStack"}]
    trail.answers(
        "lookup_events", {"Events": [*others, event()], "NextToken": "x"}, request("CreateStack")
    )
    assert found_by(trail) == FOUND


def test_a_stack_made_by_a_change_set_is_looked_for_next(trail: Scripted) -> None:
    by_change_set = event(
        eventName="CreateChangeSet", requestParameters={"changeSetType": "CREATE"}
    )
    trail.answers("lookup_events", {"Events": []}, request("CreateStack"))
    trail.answers("lookup_events", {"Events": [by_change_set]}, request("CreateChangeSet"))
    found = found_by(trail)
    assert found is not None
    assert found.source.startswith("CloudTrail CreateChangeSet by role ")


def test_an_update_by_somebody_else_is_no_creation(trail: Scripted) -> None:
    update = event(eventName="CreateChangeSet", requestParameters={"changeSetType": "UPDATE"})
    trail.answers("lookup_events", {"Events": [event(errorCode="AccessDenied")]})
    trail.answers("lookup_events", {"Events": [update]})
    assert found_by(trail) is None


def test_a_stack_that_only_mentions_this_one_is_another(trail: Scripted) -> None:
    mentions = event(
        make_stack_id("other"), requestParameters={"parameters": [{"parameterValue": STACK_ID}]}
    )
    trail.answers("lookup_events", {"Events": [mentions]})
    trail.answers("lookup_events", {"Events": []})
    assert found_by(trail) is None


def test_further_pages_are_read_each_at_its_pace(trail: Scripted) -> None:
    paces: list[int] = []
    trail.answers("lookup_events", {"Events": [], "NextToken": "2"}, request("CreateStack"))
    trail.answers("lookup_events", {"Events": [event()]}, request("CreateStack", NextToken="2"))
    assert found_by(trail, lambda: paces.append(1)) == FOUND
    assert len(paces) == 2


def test_pages_without_end_are_given_up(trail: Scripted) -> None:
    for _ in range(2 * MOST_PAGES):
        trail.answers("lookup_events", {"Events": [], "NextToken": "more"})
    assert found_by(trail) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(f'{{"{STACK_ID}"', "is no JSON", id="no-json"),
        pytest.param(json.dumps([STACK_ID]), "is of an unknown shape", id="a-list"),
        pytest.param(
            json.dumps({"responseElements": {"stackId": STACK_ID}}), "unknown shape", id="a-part"
        ),
    ],
)
def test_a_record_that_cannot_be_read_names_nobody(
    trail: Scripted, written: str, said: str
) -> None:
    trail.answers("lookup_events", {"Events": [{"CloudTrailEvent": written}]})
    found = found_by(trail)
    assert found is not None
    assert (found.name, said in found.source) == ("", True)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param(
            "ThrottlingException",
            "cloudtrail:LookupEvents failed with ThrottlingException",
            id="throttled",
        ),
        pytest.param(
            "AccessDeniedException",
            "cloudtrail:LookupEvents failed with AccessDeniedException: allow "
            "cloudtrail:LookupEvents to the reading role (org/members/roles.yaml)",
            id="denied",
        ),
        pytest.param(
            "InvalidTimeRangeException",
            "cloudtrail:LookupEvents failed with InvalidTimeRangeException",
            id="anything-else",
        ),
    ],
)
def test_a_refusal_is_no_answer_and_says_why(trail: Scripted, code: str, why: str) -> None:
    trail.refuses("lookup_events", code, f"request {id(trail)} was refused")
    with pytest.raises(NoAnswer) as caught:
        found_by(trail)
    assert caught.value.why == why
    assert "was refused" in str(caught.value)


def test_a_service_that_cannot_be_reached_is_no_answer(trail: Scripted) -> None:
    def unreachable(**_event: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://cloudtrail")

    trail.client.meta.events.register("before-call", unreachable)
    with pytest.raises(NoAnswer) as caught:
        find_creator(trail.client, STACK_ID, CREATED, lambda: None)
    assert caught.value.why == "cloudtrail:LookupEvents failed with EndpointConnectionError"
