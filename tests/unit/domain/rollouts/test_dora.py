"""The four keys against histories worked out by hand, and what holds of any history."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.domain.rollouts.dora import Dora, Period, dora, dora_by
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, Outcome, Phase, Status
from tests.factories import NOW
from tests.rollout_values import make_result, make_rollout, make_verdict

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WEEK = Period(NOW, NOW + timedelta(days=7))


def at(hours: float) -> datetime:
    return NOW + hours * HOUR


def good(name: str, hours: float, **more: Any) -> Rollout:
    return make_rollout(f"d-{name}", created_at=at(hours), **more)


def bad(name: str, hours: float, **more: Any) -> Rollout:
    return make_rollout(f"d-{name}", created_at=at(hours), status="Failed", **more)


def back(name: str, hours: float, **more: Any) -> Rollout:
    known = {"is_rollback": True, "creator": "codeDeployRollback"}
    versions = {"from_version": "4", "to_version": "3"}
    return make_rollout(f"d-{name}", created_at=at(hours), **(known | versions | more))


def keys(*rollouts: Rollout) -> Dora:
    return dora(rollouts, WEEK)


def test_nothing_has_no_rates_and_no_times() -> None:
    found = keys()
    assert (found.changes, found.per_day, found.failure_rate) == (0, 0.0, None)
    assert (found.restored.median, found.hooks.p95, found.inconclusive_rate) == (None, None, None)
    assert found.caught_by == {}


def test_frequency_counts_successes_that_are_no_rollbacks() -> None:
    found = keys(good("A", 1), bad("B", 2), back("C", 3), good("D", 4))
    assert (found.changes, found.succeeded, found.rollbacks) == (3, 2, 1)
    assert found.per_week == pytest.approx(2)
    assert found.per_day == pytest.approx(2 / 7)


@pytest.mark.parametrize(
    ("rollouts", "failures", "of"),
    [
        pytest.param([good("A", 1)], 0, 1, id="all-good"),
        pytest.param([bad("A", 1)], 1, 1, id="all-bad"),
        pytest.param([good("A", 1), bad("B", 2)], 1, 2, id="half"),
        pytest.param([good("A", 1, status="Stopped")], 1, 1, id="stopped"),
        pytest.param([good("A", 1, status="InProgress")], 0, 0, id="running"),
        pytest.param([bad("A", 1), back("B", 2, rolls_back="d-A")], 1, 1, id="one-failure-once"),
        pytest.param([bad("A", 1), back("B", 2, status="Failed")], 1, 1, id="a-failed-rollback"),
        pytest.param([good("A", 1), back("B", 25.1)], 1, 1, id="undone-within-a-day"),
        pytest.param([good("A", 1), back("B", 25.2)], 0, 1, id="undone-later"),
        pytest.param([good("A", 1), back("B", 2, rolls_back="d-A")], 1, 1, id="undone-linked"),
        pytest.param(
            [good("A", 1), back("B", 2, from_version="9")], 0, 1, id="another-versions-rollback"
        ),
        pytest.param(
            [good("A", 1), good("B", 2, from_version="4", to_version="5"), back("C", 3)],
            0,
            2,
            id="another-change-came-first",
        ),
        pytest.param([good("A", 1), back("B", 2, alias="beta")], 0, 1, id="of-another-alias"),
    ],
)
def test_change_failure_rate(rollouts: list[Rollout], failures: int, of: int) -> None:
    found = keys(*rollouts)
    assert (found.failed + found.undone, found.finished) == (failures, of)
    assert found.failure_rate == (failures / of if of else None)


def test_the_day_of_being_undone_ends_exactly() -> None:
    success = good("A", 1)
    assert success.completed_at is not None
    day_later = success.completed_at + timedelta(hours=24)
    on_time = back("B", 0).model_copy(update={"created_at": day_later})
    assert keys(success, on_time).undone == 1
    late = on_time.model_copy(update={"created_at": day_later + timedelta(seconds=1)})
    assert keys(success, late).undone == 0


def test_time_to_restore_is_from_the_failing_verdict_to_the_rollbacks_end() -> None:
    verdict = make_verdict(decided_at=at(1) + 2 * MINUTE)
    failed = bad("A", 1, verdicts=(verdict,))
    rollback = back("B", 1.1, rolls_back="d-A", completed_at=at(1) + 9 * MINUTE)
    repaired = good("C", 4, completed_at=at(1) + 182 * MINUTE)
    found = keys(failed, rollback, repaired)
    assert found.restored.median == 7 * MINUTE
    assert found.recovered.median == 180 * MINUTE
    assert found.unrecovered == 0


def test_without_a_verdict_a_failure_begins_at_its_end() -> None:
    failed = bad("A", 1)
    assert failed.completed_at is not None
    found = keys(failed, good("B", 4, completed_at=failed.completed_at + HOUR))
    assert found.recovered.median == HOUR
    assert found.restored.count == 0


def test_a_success_that_was_undone_failed_when_it_was_taken_back() -> None:
    rollback = back("B", 5, completed_at=at(5) + 3 * MINUTE)
    found = keys(good("A", 1), rollback)
    assert (found.undone, found.restored.median) == (1, 3 * MINUTE)


def test_the_rollback_that_is_linked_restored_it_and_no_earlier_one() -> None:
    failed = bad("A", 1, completed_at=at(1))
    other = back("B", 1.1, completed_at=at(1) + 10 * MINUTE)
    own = back("C", 1.2, rolls_back="d-A", completed_at=at(1) + 20 * MINUTE)
    assert keys(failed, other, own).restored.median == 20 * MINUTE


def test_a_rollback_after_the_next_change_restores_that_one_alone() -> None:
    failed = bad("A", 1)
    repaired = good("B", 2, to_version="5")
    rollback = back("C", 3, from_version="5", completed_at=at(3) + MINUTE)
    found = keys(failed, repaired, rollback)
    assert (found.restored.count, found.restored.median) == (1, MINUTE)


def test_a_failed_rollback_restores_nothing() -> None:
    found = keys(bad("A", 1), back("B", 1.2, rolls_back="d-A", status="Failed"))
    assert (found.restored.count, found.unrecovered) == (0, 1)


def test_what_follows_the_period_still_ends_its_failures() -> None:
    period = Period(NOW, at(2))
    found = dora([bad("A", 1), good("B", 5)], period)
    assert (found.changes, found.recovered.count, found.unrecovered) == (1, 1, 0)


def test_another_workloads_success_recovers_nothing() -> None:
    found = keys(bad("A", 1), good("B", 2, function="other"))
    assert found.unrecovered == 1


def test_lead_time_is_of_those_that_say_when_they_were_committed() -> None:
    found = keys(good("A", 2, committed_at=at(1), completed_at=at(3)), good("B", 4))
    assert found.lead_time.median == 2 * HOUR
    assert found.without_commit_time == 1


def test_what_caught_failures_is_counted() -> None:
    stopped = {"status": "Stopped", "error_code": "MANUAL_STOP"}
    found = keys(
        bad("A", 1, verdicts=(make_verdict(),)), bad("B", 2), good("C", 3, **stopped), good("D", 4)
    )
    assert found.caught_by == {CaughtBy.PRE: 1, CaughtBy.MANUAL: 1, CaughtBy.OTHER: 1}


def test_hooks_took_from_their_first_check_to_the_end_of_the_last() -> None:
    results = (
        make_result("a", started_at=at(1), took=timedelta(seconds=4)),
        make_result("b", started_at=at(1) + timedelta(seconds=2), took=timedelta(seconds=5)),
    )
    guard = make_verdict(phase=Phase.SHIFT, results=results)
    found = keys(good("A", 1, verdicts=(make_verdict(results=results), guard)))
    assert (found.hooks.count, found.hooks.p95) == (1, timedelta(seconds=7))


def test_inconclusive_is_a_share_of_what_was_carried_out() -> None:
    outcomes = [Outcome.PASS, Outcome.INCONCLUSIVE, Outcome.SKIPPED, Outcome.PASS, Outcome.PASS]
    results = tuple(make_result(str(each), each) for each in outcomes)
    found = keys(good("A", 1, verdicts=(make_verdict(status=Status.SUCCEEDED, results=results),)))
    assert found.inconclusive_rate == 0.25


def test_overrides_are_counted_by_deployment() -> None:
    override = make_verdict(status=Status.SUCCEEDED, cause=Cause.OVERRIDE)
    twice = (override, make_verdict(phase=Phase.POST, cause=Cause.OVERRIDE))
    assert keys(good("A", 1, verdicts=twice), good("B", 2)).overridden == 1


@pytest.mark.parametrize(
    ("hours", "counted"), [(-0.001, 0), (0, 1), (24 * 7 - 0.001, 1), (24 * 7, 0)]
)
def test_a_period_has_its_start_and_not_its_end(hours: float, counted: int) -> None:
    assert keys(good("A", hours)).changes == counted


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=-1)])
def test_a_period_without_length_is_refused(length: timedelta) -> None:
    with pytest.raises(ValueError, match="a period ends after it starts"):
        Period(NOW, NOW + length)


STATUSES = ("Created", "InProgress", "Succeeded", "Failed", "Stopped")


@st.composite
def histories(draw: st.DrawFn) -> list[Rollout]:
    found: list[Rollout] = []
    for number in range(draw(st.integers(0, 12))):
        created_at = at(draw(st.integers(-24, 240)))
        status = draw(st.sampled_from(STATUSES))
        took = timedelta(minutes=draw(st.integers(0, 90)))
        earlier = [each.deployment_id for each in found]
        is_rollback = draw(st.booleans())
        linked = draw(st.sampled_from(["", *earlier])) if is_rollback else ""
        decided = st.timedeltas(timedelta(), timedelta(hours=3)).map(created_at.__add__)
        verdict = make_verdict(
            status=draw(st.sampled_from(Status)),
            cause=draw(st.sampled_from(Cause)),
            phase=draw(st.sampled_from(Phase)),
            decided_at=draw(decided),
        )
        found.append(
            make_rollout(
                f"d-{number}",
                created_at=created_at,
                status=status,
                completed_at=draw(st.sampled_from([created_at + took, None])),
                function=draw(st.sampled_from(["", "one", "two"])),
                from_version=draw(st.sampled_from(["", "1", "2", "3"])),
                to_version=draw(st.sampled_from(["", "1", "2", "3"])),
                is_rollback=is_rollback,
                rolls_back=linked,
                committed_at=draw(st.sampled_from([None, created_at - HOUR, created_at + HOUR])),
                verdicts=draw(st.sampled_from([(), (verdict,)])),
            )
        )
    return found


@settings(max_examples=150)
@given(histories())
def test_counts_add_up_and_rates_are_rates(rollouts: list[Rollout]) -> None:
    found = dora(rollouts, WEEK)
    assert found.succeeded + found.failed == found.finished <= found.changes
    assert found.undone <= found.succeeded
    assert found.failure_rate is None or 0 <= found.failure_rate <= 1
    assert (found.failure_rate is None) is (found.finished == 0)
    assert found.recovered.count + found.unrecovered == found.failed + found.undone
    assert found.restored.count <= found.failed + found.undone
    assert found.lead_time.count + found.without_commit_time == found.succeeded
    assert sum(found.caught_by.values()) == found.failed
    assert CaughtBy.NOBODY not in found.caught_by
    for each in (found.restored, found.recovered, found.lead_time, found.hooks):
        assert each.median is None or each.median >= timedelta()


@settings(max_examples=75)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_read_does_not_matter(
    rollouts: list[Rollout], how: Any
) -> None:
    shuffled = rollouts.copy()
    how.shuffle(shuffled)
    assert dora(shuffled, WEEK) == dora(rollouts, WEEK)


@settings(max_examples=75)
@given(histories())
def test_groups_add_up_to_the_whole(rollouts: list[Rollout]) -> None:
    groups = dora_by(rollouts, WEEK, lambda each: each.function).values()
    whole = dora(rollouts, WEEK)
    for field in fields(Dora):
        if isinstance(total := getattr(whole, field.name), int):
            assert sum(getattr(each, field.name) for each in groups) == total, field.name
    assert sum(each.per_day for each in groups) == pytest.approx(whole.per_day)


def test_the_busiest_group_comes_first() -> None:
    one, two = {"function": "one"}, {"function": "two"}
    rollouts = [good("A", 1, **one), good("B", 2, **two), good("C", 3, **two)]
    assert list(dora_by(rollouts, WEEK, lambda each: each.function)) == ["two", "one"]
