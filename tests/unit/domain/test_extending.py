"""How much longer a lease may live, and what it becomes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from steward.domain.decisions import Action, decide
from steward.domain.extending import CannotExtend, base_of, choices, extend, limit_of
from steward.domain.leases import Attempt, Lease, LeaseNotice, LeaseState, Step
from tests.factories import CREATED, NOW, make_account, make_lease, make_policy, make_stack

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
POLICY = make_policy()
LIMIT = CREATED + 60 * DAY
BY = "alice@example.com"


def marked(**overrides: object) -> Lease:
    lease = make_lease(
        state=LeaseState.MARKED,
        marked_at=NOW,
        delete_after=NOW + 7 * DAY,
        notices=(LeaseNotice(7 * DAY, NOW, NOW),),
    )
    return replace(lease, **overrides)  # type: ignore[arg-type]  # a test's free choice


def extended(lease: Lease, until: datetime, now: datetime = NOW) -> Lease:
    after = extend(lease, until, BY, "a demo", POLICY, now)
    assert isinstance(after, Lease)
    return after


@pytest.mark.parametrize(
    ("lease", "base"),
    [
        pytest.param(marked(), NOW + 7 * DAY, id="the deletion that was announced"),
        pytest.param(make_lease(), CREATED + 14 * DAY, id="the expiry of one not announced"),
        pytest.param(
            make_lease(expires_at=NOW - DAY), NOW, id="now, where the expiry passed unannounced"
        ),
    ],
)
def test_an_extension_is_counted_from_the_day_the_stack_would_go(
    lease: Lease, base: datetime
) -> None:
    assert base_of(lease, NOW) == base


@pytest.mark.parametrize(
    ("left", "days"),
    [
        pytest.param(30 * DAY, [1, 3, 7, None], id="plenty"),
        pytest.param(7 * DAY + SECOND, [1, 3, 7, None], id="seven days and a second"),
        pytest.param(7 * DAY, [1, 3, None], id="exactly seven days are all there is"),
        pytest.param(HOUR, [None], id="an hour"),
        pytest.param(0 * DAY, [], id="nothing"),
        pytest.param(-DAY, [], id="past it"),
    ],
)
def test_the_choices_are_those_that_fit(left: timedelta, days: list[int | None]) -> None:
    lease = make_lease(expires_at=LIMIT - left)
    offered = choices(lease, POLICY, NOW)
    assert [choice.days for choice in offered] == days
    assert all(choice.until <= LIMIT for choice in offered)
    assert all(choice.until == LIMIT for choice in offered if choice.days is None)


@pytest.mark.parametrize("choice", choices(marked(), POLICY, NOW), ids=lambda each: str(each.days))
def test_every_choice_that_is_offered_is_granted(choice: object) -> None:
    until = choice.until  # type: ignore[attr-defined]  # ids need the object
    assert extended(marked(), until).expires_at == until


def test_the_limit_counts_from_the_creation() -> None:
    assert limit_of(make_lease(deployed_at=NOW), POLICY) == LIMIT


def test_an_extended_lease_is_told_anew() -> None:
    lease = marked()
    after = extended(lease, NOW + 14 * DAY)
    assert (after.generation, after.notices) == (lease.generation + 1, ())
    assert (after.expires_at, after.delete_after) == (NOW + 14 * DAY, None)
    assert after.extension is not None
    assert (after.extension.by, after.extension.reason) == (BY, "a demo")
    assert BY in after.reason


def test_the_next_sweep_takes_the_mark_off_and_keeps_the_date() -> None:
    lease = extended(marked(), NOW + 14 * DAY)
    decision = decide(make_stack(), lease, make_account(), POLICY, NOW + HOUR)
    assert decision.action is Action.UNMARK
    assert decision.lease is not None
    assert (decision.lease.state, decision.lease.marked_at) == (LeaseState.ACTIVE, None)
    assert (decision.lease.expires_at, decision.lease.generation) == (NOW + 14 * DAY, 2)
    assert f"the extension by {BY}" in decision.reason


def test_one_extended_by_a_day_is_announced_again_with_the_new_date() -> None:
    lease = extended(marked(), NOW + 5 * DAY)
    decision = decide(make_stack(), lease, make_account(), POLICY, NOW + HOUR)
    assert (decision.action, decision.stage) == (Action.MARK, 7 * DAY)
    assert decision.until is not None
    assert decision.until >= NOW + HOUR + 7 * DAY


def test_a_later_wish_of_the_owner_counts_beside_the_extension() -> None:
    lease = extended(marked(), NOW + 14 * DAY)
    stack = make_stack(tags={"stage": "feature", "expires-at": "2026-12-20T00:00:00Z"})
    after = decide(stack, lease, make_account(), POLICY, NOW + HOUR).lease
    assert after is not None
    assert after.expires_at == datetime.fromisoformat("2026-12-20T00:00:00Z")


def test_an_extension_frees_a_blocked_lease() -> None:
    attempt = Attempt(3, Step.PLAIN, "token", NOW, failure="full")
    lease = marked(state=LeaseState.BLOCKED, attempt=attempt, tried=(Step.PLAIN,), retry_at=NOW)
    after = extended(lease, NOW + 14 * DAY)
    assert (after.state, after.attempt, after.tried, after.retry_at) == (
        LeaseState.ACTIVE,
        None,
        (),
        None,
    )


@pytest.mark.parametrize(
    ("lease", "until", "said"),
    [
        pytest.param(
            marked(),
            LIMIT + SECOND,
            "60 days after its creation; ask platform@example.com",
            id="cap",
        ),
        pytest.param(marked(), NOW + 4 * DAY, "no later than what it has", id="no gain"),
        pytest.param(make_lease(expires_at=NOW - DAY), NOW, "no later", id="now"),
        pytest.param(
            marked(state=LeaseState.REAPING), NOW + 9 * DAY, "being deleted", id="being deleted"
        ),
        pytest.param(
            marked(state=LeaseState.REAPED, reason="deleted"), NOW + 9 * DAY, "gone", id="reaped"
        ),
        pytest.param(marked(state=LeaseState.GONE), NOW + 9 * DAY, "gone", id="gone"),
        pytest.param(
            marked(state=LeaseState.EXEMPT, reason="kept by its owner"),
            NOW + 9 * DAY,
            "needs no extension: kept by its owner",
            id="exempt",
        ),
    ],
)
def test_what_cannot_be_extended_is_told_why(lease: Lease, until: datetime, said: str) -> None:
    refusal = extend(lease, until, BY, "", POLICY, NOW)
    assert isinstance(refusal, CannotExtend)
    assert said in refusal.reason
    assert refusal.being_deleted is (lease.state is LeaseState.REAPING)


def test_the_limit_itself_is_granted() -> None:
    assert extended(marked(), LIMIT).expires_at == LIMIT


def test_a_shorter_longest_life_cuts_an_extension_that_was_granted() -> None:
    lease = extended(marked(), NOW + 40 * DAY)
    shorter = make_policy(lease={"ttl": "14d", "max_lifetime": "20d"})
    after = decide(make_stack(), lease, make_account(), shorter, NOW + HOUR).lease
    assert after is not None
    assert after.expires_at == CREATED + 20 * DAY
