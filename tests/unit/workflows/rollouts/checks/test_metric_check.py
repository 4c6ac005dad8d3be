"""A metric of the workload's own choice, against bounds."""

from datetime import timedelta
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.domain.rollouts.config_checks import MetricCheck
from steward.domain.rollouts.results import Finding, Outcome
from steward.workflows.rollouts.checks.metric import check_metric
from tests.rollout_metrics import FakeMetrics
from tests.unit.workflows.rollouts.checks.metrics_bench import MetricsBench, at

STAGE = {"Stage": "prod"}


@pytest.fixture
def world() -> MetricsBench:
    """It is twelve past, so the last five minutes are from 7 to 11."""
    return MetricsBench()


def orders(**changes: Any) -> MetricCheck:
    written = {
        "type": "metric",
        "namespace": "Shop",
        "metric_name": "OrdersPlaced",
        "dimensions": STAGE,
        "minimum": 10,
    }
    return MetricCheck.model_validate(written | changes)


def placed(world: MetricsBench, minute: int, *values: float) -> None:
    world.metrics.publish("Shop", "OrdersPlaced", STAGE, at(minute), *values)


def found(world: MetricsBench, check: MetricCheck) -> Finding:
    return check_metric(check, world.bench())


@pytest.mark.parametrize(
    ("value", "bounds", "outcome", "said"),
    [
        pytest.param(10, {"minimum": 10}, Outcome.PASS, "within at least 10", id="on-the-minimum"),
        pytest.param(9, {"minimum": 10}, Outcome.FAIL, "is 9, below the minimum 10", id="below"),
        pytest.param(
            20, {"minimum": None, "maximum": 20}, Outcome.PASS, "at most 20", id="on-the-maximum"
        ),
        pytest.param(
            21, {"minimum": None, "maximum": 20}, Outcome.FAIL, "above the maximum 20", id="above"
        ),
        pytest.param(
            15, {"maximum": 20}, Outcome.PASS, "at least 10 and at most 20", id="in-between"
        ),
    ],
)
def test_the_value_is_held_against_its_bounds(
    world: MetricsBench, value: float, bounds: dict[str, Any], outcome: Outcome, said: str
) -> None:
    placed(world, 9, value)
    finding = found(world, orders(**bounds))
    assert (finding.outcome, finding.evidence["value"]) == (outcome, value)
    assert said in finding.reason
    assert "Sum of Shop OrdersPlaced [Stage=prod]" in finding.reason


@pytest.mark.parametrize(
    ("stat", "value"),
    [
        ("Sum", 70.0),
        ("SampleCount", 4.0),
        ("Average", 17.5),
        ("Minimum", 5.0),
        ("Maximum", 30.0),
        ("p50", 17.5),
    ],
)
def test_one_value_stands_for_the_whole_window(
    world: MetricsBench, stat: str, value: float
) -> None:
    placed(world, 7, 5, 15)
    placed(world, 11, 20, 30)
    placed(world, 6, 1000)
    placed(world, 12, 1000)
    assert found(world, orders(stat=stat)).evidence["value"] == value


def test_a_ratio_is_taken_to_the_same_minutes_of_the_past(world: MetricsBench) -> None:
    placed(world, 8, 60)
    placed(world, 8 - 168 * 60, 100)
    finding = found(world, orders(compare_to_hours=168, minimum=0.7))
    assert (finding.outcome, finding.evidence["ratio"]) == (Outcome.FAIL, 0.6)
    assert "is 0.6 times what it was 168 hours earlier (60 after 100)" in finding.reason


def test_a_ratio_within_bounds_passes(world: MetricsBench) -> None:
    placed(world, 8, 70)
    placed(world, 8 - 24 * 60, 100)
    assert found(world, orders(compare_to_hours=24, minimum=0.7)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param((0.0,), "was 0 24 hours earlier", id="zero"),
        pytest.param((), "has no data 24 hours earlier", id="missing"),
    ],
)
def test_there_is_no_ratio_to_nothing(
    world: MetricsBench, before: tuple[float, ...], said: str
) -> None:
    placed(world, 8, 70)
    placed(world, 8 - 24 * 60, *before)
    finding = found(world, orders(compare_to_hours=24, minimum=0.7))
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert said in finding.reason


@pytest.mark.parametrize(
    ("hours", "period"), [(14 * 24, 60), (15 * 24, 300)], ids=["a-minute", "five-minutes"]
)
def test_old_data_are_asked_for_as_long_as_they_are_kept(
    world: MetricsBench, hours: int, period: int
) -> None:
    placed(world, 8, 70)
    found(world, orders(compare_to_hours=hours, minimum=0.7))
    (query,) = world.asked()[1]["MetricDataQueries"]
    assert query["MetricStat"]["Period"] == period


def test_an_old_average_is_asked_for_in_whole_periods(world: MetricsBench) -> None:
    placed(world, 8, 70)
    found(world, orders(stat="Average", window_minutes=7, compare_to_hours=360, minimum=0.7))
    assert world.asked()[1]["MetricDataQueries"][0]["MetricStat"]["Period"] == 600


def test_a_metric_without_data_is_named_with_its_dimensions(world: MetricsBench) -> None:
    finding = found(world, orders())
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "[Stage=prod] has no data in the last 5 minutes" in finding.reason
    assert "CloudWatch knows no metric OrdersPlaced in Shop at all" in finding.reason


def test_dimensions_that_are_not_the_metric_s_are_told_beside_those_that_are(
    world: MetricsBench,
) -> None:
    world.metrics.publish("Shop", "OrdersPlaced", {"Stage": "prod", "Shop": "1"}, at(8), 1)
    finding = found(world, orders())
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert finding.reason.endswith("CloudWatch knows it by [Shop=1, Stage=prod]")


def test_of_many_dimensions_some_are_told(world: MetricsBench) -> None:
    for shop in range(30):
        world.metrics.publish("Shop", "OrdersPlaced", {"Shop": str(shop)}, at(8), 1)
    finding = found(world, orders())
    assert finding.reason.count("[Shop=") == 10
    assert finding.reason.endswith("(and maybe others)")


def test_a_metric_that_was_silent_for_a_while_is_known(world: MetricsBench) -> None:
    placed(world, 1, 5)
    assert "so nothing was published" in found(world, orders()).reason


def test_without_permission_to_list_the_metric_is_still_reported_missing(
    world: MetricsBench,
) -> None:
    world.exchange.refuse("ListMetrics", "AccessDenied", "not authorized")
    finding = found(world, orders())
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "cannot be listed" in finding.reason


def test_partial_data_decide_nothing() -> None:
    world = MetricsBench(FakeMetrics(statuses={"Sum": "PartialData"}))
    placed(world, 8, 1)
    finding = found(world, orders())
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "some of its data may be missing" in finding.reason


def test_a_denied_metric_says_what_to_do(world: MetricsBench) -> None:
    world.exchange.refuse("GetMetricData", "AccessDenied", "not authorized")
    with pytest.raises(NotAllowed, match=r"org/members/hooks\.yaml"):
        found(world, orders())


def test_the_window_ends_with_the_last_whole_minute(world: MetricsBench) -> None:
    world.now += timedelta(seconds=59)
    placed(world, 12, 100)
    placed(world, 11, 10)
    assert found(world, orders()).evidence["value"] == 10
