"""How much is asked of CloudTrail, how fast, and when an answer is final."""

from datetime import timedelta
from typing import Any

import pytest

from steward.domain.leases import Creator
from steward.workflows.tracing import MOST_STACKS, CreatorSearch
from tests.factories import NOW, make_stack
from tests.unit.aws.scripted import Scripted
from tests.unit.aws.test_creators import event

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
EMPTY: dict[str, Any] = {"Events": []}
NO_RECORD = Creator("", "CloudTrail has no record of its creation")


class Trail(Scripted):
    """Counts how often a client is asked for; `pauses` are the seconds that a search waited."""

    def __init__(self) -> None:
        super().__init__("cloudtrail")
        self.pauses: list[float] = []
        self.search = CreatorSearch(lambda: self.client, self.pauses.append)


@pytest.fixture
def trail() -> Trail:
    return Trail()


def test_whoever_is_found_is_final(trail: Trail) -> None:
    stack = make_stack(created_at=NOW)
    with trail.answers("lookup_events", {"Events": [event(stack.stack_id)]}):
        creator, why_not = trail.search.ask(stack, NOW)
    assert creator is not None
    assert (creator.name, why_not) == ("dev@example.com", "")


@pytest.mark.parametrize(
    ("age", "answer"),
    [
        pytest.param(
            HOUR - SECOND, (None, "CloudTrail has no record of its creation yet"), id="may-come"
        ),
        pytest.param(HOUR, (NO_RECORD, ""), id="would-be-there"),
        pytest.param(90 * DAY, (NO_RECORD, ""), id="last-day-of-the-history"),
    ],
)
def test_nobody_is_final_once_the_record_would_be_there(
    trail: Trail, age: timedelta, answer: tuple[Creator | None, str]
) -> None:
    with trail.answers("lookup_events", EMPTY).answers("lookup_events", EMPTY):
        assert trail.search.ask(make_stack(created_at=NOW - age), NOW) == answer


def test_what_is_older_than_the_history_is_not_asked_for(trail: Trail) -> None:
    with trail:
        creator, why_not = trail.search.ask(make_stack(created_at=NOW - 90 * DAY - SECOND), NOW)
    assert (creator, why_not) == (
        Creator("", "CloudTrail tells 90 days back, the stack is older"),
        "",
    )


def test_two_calls_a_second_are_the_most(trail: Trail) -> None:
    with trail:
        for _ in range(3):
            trail.answers("lookup_events", EMPTY).answers("lookup_events", EMPTY)
            trail.search.ask(make_stack(), NOW)
    assert trail.pauses == [0.5] * 5


def test_no_more_than_twenty_stacks_are_looked_up(trail: Trail) -> None:
    with trail:
        for _ in range(MOST_STACKS):
            trail.answers("lookup_events", EMPTY).answers("lookup_events", EMPTY)
            assert trail.search.ask(make_stack(), NOW) == (NO_RECORD, "")
        creator, why_not = trail.search.ask(make_stack(), NOW)
    assert creator is None
    assert why_not == "CloudTrail is asked of 20 stacks a sweep, others came first"


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_after_a_refusal_nothing_more_is_asked(trail: Trail, code: str) -> None:
    with trail.answers("lookup_events", EMPTY).refuses("lookup_events", code):
        first = trail.search.ask(make_stack(), NOW)
        assert trail.search.ask(make_stack("feat-other"), NOW) == first
    creator, why_not = first
    assert creator is None
    assert f"cloudtrail:LookupEvents failed with {code}" in why_not
