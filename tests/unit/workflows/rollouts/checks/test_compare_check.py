"""The two versions side by side, by what CloudWatch counts of each."""

from datetime import timedelta
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.domain.rollouts.config_checks import CompareCheck
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Finding, Outcome, Phase
from steward.workflows.rollouts.bench import ShiftWindow
from steward.workflows.rollouts.checks.compare import check_compare
from tests.rollout_metrics import FakeMetrics
from tests.unit.workflows.rollouts.checks.metrics_bench import (
    MINUTE,
    NOON,
    MetricsBench,
    at,
)

ERRORS = CompareCheck(type="compare")
DURATION = CompareCheck(type="compare", metric="duration")


@pytest.fixture
def world() -> MetricsBench:
    return MetricsBench()


def compared(world: MetricsBench, check: CompareCheck = ERRORS) -> Finding:
    return check_compare(check, world.bench())


def test_a_version_that_fails_more_often_fails(world: MetricsBench) -> None:
    world.every_minute("3", 90)
    world.every_minute("4", 10, failed=2)
    finding = compared(world)
    assert finding.outcome is Outcome.FAIL
    assert finding.evidence["target"] == {"invocations": 90, "errors": 18, "rate": 0.2}
    assert finding.evidence["current"] == {"invocations": 810, "errors": 0, "rate": 0.0}


def test_versions_that_fail_alike_pass(world: MetricsBench) -> None:
    world.every_minute("3", 90, failed=1)
    world.every_minute("4", 10)
    assert compared(world).outcome is Outcome.PASS


def test_missing_errors_beside_invocations_are_none(world: MetricsBench) -> None:
    world.every_minute("3", 90)
    world.every_minute("4", 10)
    finding = compared(world)
    assert finding.outcome is Outcome.PASS
    assert finding.evidence["target"] == {"invocations": 90, "errors": 0, "rate": 0.0}


def test_the_warm_up_and_what_follows_the_shift_do_not_count(world: MetricsBench) -> None:
    world.every_minute("3", 90)
    world.every_minute("4", 10)
    world.metrics.invoke("4", at(0), 100, failed=100)
    world.metrics.invoke("4", at(10), 100, failed=100)
    finding = compared(world)
    assert finding.outcome is Outcome.PASS
    assert finding.evidence["window"] == {
        "start": (NOON + MINUTE).isoformat(),
        "end": (NOON + 10 * MINUTE).isoformat(),
    }


def test_only_minutes_with_traffic_of_both_count(world: MetricsBench) -> None:
    world.every_minute("3", 90, minutes=range(1, 6))
    world.every_minute("4", 10, minutes=range(1, 6))
    world.metrics.invoke("4", at(7), 100, failed=100)
    finding = compared(world)
    assert finding.outcome is Outcome.PASS
    assert (finding.evidence["shared_minutes"], finding.evidence["target"]) == (
        5,
        {"invocations": 50, "errors": 0, "rate": 0.0},
    )


def test_errors_of_one_version_take_one_call_with_its_exact_dimensions(
    world: MetricsBench,
) -> None:
    world.every_minute("3", 90)
    world.every_minute("4", 10)
    compared(world)
    (asked,) = world.asked()
    dimensions = {
        tuple((each["Name"], each["Value"]) for each in query["MetricStat"]["Metric"]["Dimensions"])
        for query in asked["MetricDataQueries"]
    }
    of_alias = (("FunctionName", "shop"), ("Resource", "shop:live"))
    assert dimensions == {
        of_alias,
        (*of_alias, ("ExecutedVersion", "3")),
        (*of_alias, ("ExecutedVersion", "4")),
    }


def test_throttles_of_the_alias_are_evidence(world: MetricsBench) -> None:
    world.every_minute("3", 90)
    world.every_minute("4", 10)
    of_alias = {"FunctionName": "shop", "Resource": "shop:live"}
    world.metrics.publish("AWS/Lambda", "Throttles", of_alias, at(3), 1, 1)
    assert compared(world).evidence["throttles_of_alias"] == 2


def test_what_the_guard_looks_at_ends_now(world: MetricsBench) -> None:
    world.phase, world.shift = Phase.SHIFT, ShiftWindow(NOON)
    world.now = NOON + timedelta(minutes=3, seconds=59)
    world.every_minute("3", 90, minutes=range(4))
    world.every_minute("4", 10, failed=5, minutes=range(4))
    finding = compared(world)
    assert finding.outcome is Outcome.FAIL
    assert finding.evidence["shared_minutes"] == 2


def test_before_traffic_there_is_nothing_to_compare(world: MetricsBench) -> None:
    world.phase = Phase.PRE
    assert compared(world).outcome is Outcome.SKIPPED


def test_without_times_of_the_shift_nothing_is_compared(world: MetricsBench) -> None:
    world.shift = None
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "does not say when traffic shifted" in finding.reason


@pytest.mark.parametrize("check", [ERRORS, DURATION], ids=["errors", "duration"])
def test_data_of_the_alias_alone_tell_no_version_apart(check: CompareCheck) -> None:
    world = MetricsBench(FakeMetrics(by_version=False))
    world.every_minute("3", 90)
    world.every_minute("4", 10)
    finding = compared(world, check)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "none of versions 4 and 3 by the dimension ExecutedVersion" in finding.reason


@pytest.mark.parametrize("check", [ERRORS, DURATION], ids=["errors", "duration"])
def test_without_any_traffic_nothing_is_decided(world: MetricsBench, check: CompareCheck) -> None:
    assert compared(world, check).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("check", [ERRORS, DURATION], ids=["errors", "duration"])
def test_a_target_without_traffic_decides_nothing(world: MetricsBench, check: CompareCheck) -> None:
    world.every_minute("3", 90)
    assert compared(world, check).outcome is Outcome.INCONCLUSIVE


def test_versions_that_never_met_are_not_compared(world: MetricsBench) -> None:
    world.every_minute("3", 90, minutes=range(1, 4))
    world.every_minute("4", 90, failed=90, minutes=range(5, 8))
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "never in the same minute" in finding.reason


def durations(world: MetricsBench, current: list[float], target: list[float]) -> None:
    for minute in range(1, 10):
        world.metrics.invoke("3", at(minute), len(current), ms=current)
        world.metrics.invoke("4", at(minute), len(target), ms=target)


def test_a_version_that_is_slower_fails(world: MetricsBench) -> None:
    durations(world, [float(ms) for ms in range(1, 101)], [200.0] * 10)
    finding = compared(world, DURATION)
    assert finding.outcome is Outcome.FAIL
    threshold = finding.evidence["threshold_ms"]
    assert isinstance(threshold, float)
    assert 94 < threshold < 97
    assert finding.evidence["target"] == {"samples": 90, "slow": 90, "quantile_ms": 200.0}


def test_a_version_that_is_as_fast_passes(world: MetricsBench) -> None:
    durations(world, [float(ms) for ms in range(1, 101)], [float(ms) for ms in range(1, 101, 10)])
    assert compared(world, DURATION).outcome is Outcome.PASS


def test_slow_invocations_are_counted_above_the_current_version_s_quantile(
    world: MetricsBench,
) -> None:
    durations(world, [float(ms) for ms in range(1, 101)], [200.0] * 10)
    finding = compared(world, DURATION)
    first, second = world.asked()
    stats = {query["MetricStat"]["Stat"] for query in first["MetricDataQueries"]}
    assert stats == {"SampleCount", "p95"}
    assert {query["MetricStat"]["Stat"] for query in second["MetricDataQueries"]} == {
        f"TC({finding.evidence['threshold_ms']:g}:)"
    }


def test_a_quantile_is_asked_of_the_whole_window(world: MetricsBench) -> None:
    durations(world, [10.0] * 20 + [100.0], [200.0] * 10)
    compared(world, DURATION)
    first, _ = world.asked()
    periods = {
        query["MetricStat"]["Period"]
        for query in first["MetricDataQueries"]
        if query["MetricStat"]["Stat"] == "p95"
    }
    assert periods == {9 * 60}


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        pytest.param(FakeMetrics(refused="TC"), "CloudWatch refuses TC(", id="refused"),
        pytest.param(FakeMetrics(silent="TC"), "gives no trimmed count", id="no-data"),
        pytest.param(FakeMetrics(silent="p95"), "gives no quantile", id="no-quantile"),
        pytest.param(
            FakeMetrics(statuses={"TC": "PartialData"}), "answers PartialData", id="partial"
        ),
        pytest.param(
            FakeMetrics(statuses={"p95": "InternalError"}), "answers InternalError", id="internal"
        ),
        pytest.param(
            FakeMetrics(statuses={"SampleCount": "Forbidden"}), "answers Forbidden", id="forbidden"
        ),
    ],
)
def test_what_cloudwatch_cannot_count_decides_nothing(metrics: FakeMetrics, reason: str) -> None:
    world = MetricsBench(metrics)
    durations(world, [float(ms) for ms in range(1, 101)], [200.0] * 10)
    finding = compared(world, DURATION)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert reason in finding.reason


def test_pages_are_read_to_the_end() -> None:
    world = MetricsBench(FakeMetrics(page=2))
    world.every_minute("3", 90)
    world.every_minute("4", 10, failed=2)
    assert compared(world).outcome is Outcome.FAIL
    assert len(world.asked()) == 5


def test_a_denied_reading_says_what_to_do(world: MetricsBench) -> None:
    world.exchange.refuse("GetMetricData", "AccessDenied", "not authorized")
    with pytest.raises(NotAllowed, match=r"GetMetricData is not allowed: not authorized; .*org/"):
        compared(world)


def all_at_once(**changes: Any) -> MetricsBench:
    """All traffic moved at noon; it is six past."""
    world = MetricsBench(**changes)
    world.shift = ShiftWindow(NOON, NOON + timedelta(seconds=2))
    world.now = NOON + 6 * MINUTE
    return world


@pytest.mark.parametrize("by_version", [True, False], ids=["by-version", "by-alias-only"])
def test_all_at_once_is_compared_with_the_past_and_only_says_what_it_would(
    by_version: bool,
) -> None:
    world = all_at_once(metrics=FakeMetrics(by_version=by_version))
    world.every_minute("4", 20, failed=10, minutes=range(1, 6))
    world.every_minute("3", 20, minutes=range(-10, 0))
    world.every_minute("2", 20, minutes=range(-7 * 24 * 60, -7 * 24 * 60 + 10))
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "it would fail against both" in finding.reason
    assert (finding.evidence["baseline"], finding.evidence["would_fail"]) == ("historical", True)


def test_worse_than_yesterday_alone_would_not_fail() -> None:
    world = all_at_once()
    world.every_minute("4", 20, failed=10, minutes=range(1, 6))
    world.every_minute("3", 20, minutes=range(-10, 0))
    world.every_minute("2", 20, failed=10, minutes=range(-7 * 24 * 60, -7 * 24 * 60 + 10))
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "it would not fail against both" in finding.reason
    assert finding.evidence["would_fail"] is False


def test_durations_are_compared_with_the_past_too() -> None:
    world = all_at_once()
    usual = [float(ms) for ms in range(1, 51)]
    for minute in range(1, 6):
        world.metrics.invoke("4", at(minute), 50, ms=[200.0] * 50)
        world.metrics.invoke("3", at(minute - 10), 50, ms=usual)
        world.metrics.invoke("2", at(minute - 7 * 24 * 60), 50, ms=usual)
    finding = compared(world, DURATION)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "it would fail against both" in finding.reason


def test_a_current_version_without_traffic_is_replaced_by_the_past(world: MetricsBench) -> None:
    world.every_minute("4", 20, minutes=range(1, 10))
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert finding.reason.startswith("version 3 had no traffic while it shifted")
    assert finding.evidence["baseline"] == "historical"


def test_a_function_deployed_for_the_first_time_has_only_a_past(world: MetricsBench) -> None:
    world.target = Target("shop", "live", "", "4")
    world.every_minute("4", 20, failed=20)
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert finding.evidence["baseline"] == "historical"


def test_all_at_once_without_traffic_decides_nothing() -> None:
    finding = compared(all_at_once())
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "version 4 has had none" in finding.reason


def test_a_guard_does_not_ask_the_past_while_the_other_version_may_get_traffic(
    world: MetricsBench,
) -> None:
    world.phase, world.shift = Phase.SHIFT, ShiftWindow(NOON)
    world.every_minute("4", 20, failed=20)
    finding = compared(world)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert finding.reason.endswith("so far")
    assert len(world.asked()) == 1
