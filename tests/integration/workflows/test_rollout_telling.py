"""What is due of a rollout is queued once, in any order, however often and whatever crashes."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import Cause, Outcome, Phase, Status
from steward.workflows.rollouts.telling import queue_rollout_notices
from tests.factories import NOW
from tests.integration.digest_hub import DigestHub, make_hub
from tests.rollout_records import (
    FAILED_ID,
    MINUTE,
    ROLLBACK_ID,
    make_result,
    make_rollback,
    make_rollout,
    make_succeeded,
    make_verdict,
)

CRASHED = make_rollout(verdicts=(make_verdict(cause=Cause.FAILSAFE),))
STEPS = (
    make_rollout(status="InProgress", verdicts=()),
    make_rollout(status="InProgress", verdicts=CRASHED.verdicts),
    CRASHED,
    CRASHED.model_copy(update={"rolled_back_by": ROLLBACK_ID}),
    make_rollback(status="InProgress"),
    make_rollback(),
)
IDS = count()


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        yield make_hub()


def events(hub: DigestHub, deployment_id: str) -> list[Told]:
    return [each.event for each in hub.ledger.rollout_notices_of(deployment_id)]


def put_on_record(hub: DigestHub, rollout: Rollout) -> None:
    assert hub.ledger.save_rollout(hub.ledger.rollout(rollout.unit, rollout.deployment_id), rollout)


def test_what_is_due_is_queued_with_its_story(hub: DigestHub) -> None:
    assert queue_rollout_notices(hub.ledger, CRASHED, NOW) == 2
    notices = {each.event: each for each in hub.ledger.rollout_notices_of(FAILED_ID)}
    assert notices.keys() == {Told.FAILED, Told.STUCK}
    assert notices[Told.FAILED].owners == ("dev@example.com",)
    assert [*hub.ledger.open_rollout_notices()] == [*notices.values()]


def test_what_was_queued_is_not_queued_again(hub: DigestHub) -> None:
    queue_rollout_notices(hub.ledger, CRASHED, NOW)
    before = hub.ledger.rollout_notices_of(FAILED_ID)
    changed = CRASHED.model_copy(update={"owners": ("eve@example.com",)})
    assert queue_rollout_notices(hub.ledger, changed, NOW + MINUTE) == 0
    assert hub.ledger.rollout_notices_of(FAILED_ID) == before


def test_what_happens_later_is_queued_then(hub: DigestHub) -> None:
    stuck = make_rollout(status="InProgress", verdicts=CRASHED.verdicts)
    assert queue_rollout_notices(hub.ledger, stuck, NOW) == 1
    assert queue_rollout_notices(hub.ledger, CRASHED, NOW + MINUTE) == 1
    assert events(hub, FAILED_ID) == [Told.STUCK, Told.FAILED]


def test_only_what_cannot_wait_counts_for_sending_at_once(hub: DigestHub) -> None:
    few = make_result(outcome=Outcome.INCONCLUSIVE, fails=False)
    verdict = make_verdict(status=Status.SUCCEEDED, results=(few,), notify=("inconclusive",))
    undecided = make_succeeded(verdicts=(verdict,))
    assert queue_rollout_notices(hub.ledger, undecided, NOW) == 0
    assert events(hub, FAILED_ID) == [Told.INCONCLUSIVE]


def test_a_rollback_is_told_as_what_it_undoes_asked_for(hub: DigestHub) -> None:
    verdict = make_verdict(notify=("failed",))
    put_on_record(hub, make_rollout(verdicts=(verdict,)))
    assert queue_rollout_notices(hub.ledger, make_rollback(), NOW) == 0
    assert events(hub, ROLLBACK_ID) == []


def test_a_rollback_to_before_the_hooks_is_told(hub: DigestHub) -> None:
    bare = make_rollback(hooks={}, verdicts=())
    assert queue_rollout_notices(hub.ledger, bare, NOW) == 0
    put_on_record(hub, make_rollout())
    assert queue_rollout_notices(hub.ledger, bare, NOW) == 1


def test_the_same_id_in_another_place_is_another_deployment(hub: DigestHub) -> None:
    queue_rollout_notices(hub.ledger, make_rollout(), NOW)
    assert queue_rollout_notices(hub.ledger, make_rollout(region="us-east-1"), NOW) == 1
    assert len(hub.ledger.rollout_notices_of(FAILED_ID)) == 2


@pytest.mark.parametrize("place", range(2))
def test_a_crash_before_any_write_loses_nothing(hub: DigestHub, place: int) -> None:
    crashes = iter([False] * place + [True])

    def crash() -> None:
        if next(crashes, False):
            raise Crash

    hub.before("TransactWriteItems", crash)
    with pytest.raises(Crash):
        queue_rollout_notices(hub.ledger, CRASHED, NOW)
    assert len(events(hub, FAILED_ID)) == place
    assert queue_rollout_notices(hub.ledger, CRASHED, NOW) == 2 - place
    assert set(events(hub, FAILED_ID)) == {Told.FAILED, Told.STUCK}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.permutations([*STEPS, *STEPS]), first=st.sampled_from(Phase))
def test_in_any_order_and_repetition_each_event_is_told_once(
    hub: DigestHub, news: list[Rollout], first: Phase
) -> None:
    failed_id, rollback_id = (f"d-{name}{next(IDS)}" for name in ("F", "R"))
    ids = {FAILED_ID: failed_id, ROLLBACK_ID: rollback_id, "": ""}
    total = 0
    for step in news:
        renamed = {
            "deployment_id": ids[step.deployment_id],
            "rolls_back": ids[step.rolls_back],
            "rolled_back_by": ids[step.rolled_back_by],
            "verdicts": tuple(
                make_verdict(cause=each.cause, status=each.status, phase=first)
                for each in step.verdicts
            ),
        }
        total += queue_rollout_notices(hub.ledger, step.model_copy(update=renamed), NOW)
    assert total == 3
    assert sorted(events(hub, failed_id)) == [Told.FAILED, Told.STUCK]
    assert events(hub, rollback_id) == [Told.ROLLED_BACK]
