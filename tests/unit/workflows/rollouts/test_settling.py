"""How long metrics are waited for."""

from datetime import timedelta
from typing import Literal

import pytest

from steward.domain.rollouts.config_checks import (
    AlarmsCheck,
    AnyCheck,
    CompareCheck,
    ConfigCheck,
    InvokeCheck,
    MetricCheck,
)
from steward.workflows.rollouts.bench import ShiftWindow
from steward.workflows.rollouts.settling import needs_settling, settle_time
from tests.unit.workflows.rollouts.benches import NOW

DEADLINE = NOW + timedelta(seconds=300)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


@pytest.mark.parametrize(
    ("wanted", "timeout", "waits"),
    [
        pytest.param("auto", 3, 60, id="a-quick-function-takes-a-minute"),
        pytest.param("auto", 60, 60, id="exactly-a-minute"),
        pytest.param("auto", 61, 61, id="its-own-timeout"),
        pytest.param("auto", 900, 180, id="three-minutes-at-most"),
        pytest.param("auto", None, 180, id="nobody-knows"),
        pytest.param(0, 900, 0, id="none-declared"),
        pytest.param(90, 3, 90, id="declared"),
        pytest.param(201, 3, 200, id="a-third-of-the-time-is-left"),
    ],
)
def test_the_wait(wanted: int | Literal["auto"], timeout: int | None, waits: int) -> None:
    known = None if timeout is None else seconds(timeout)
    assert settle_time(wanted, known, None, NOW, DEADLINE) == seconds(waits)


@pytest.mark.parametrize(("ended_ago", "waits"), [(0, 60), (25, 35), (60, 0), (3_600, 0)])
def test_it_counts_from_the_end_of_the_shift(ended_ago: int, waits: int) -> None:
    window = ShiftWindow(NOW - seconds(7_200), NOW - seconds(ended_ago))
    assert settle_time(60, None, window, NOW, DEADLINE) == seconds(waits)


def test_a_shift_that_has_not_ended_counts_from_now() -> None:
    assert settle_time(60, None, ShiftWindow(NOW - seconds(600)), NOW, DEADLINE) == seconds(60)


def test_past_the_deadline_nothing_is_waited_for() -> None:
    assert settle_time(60, None, None, NOW, NOW - seconds(1)) == seconds(0)


@pytest.mark.parametrize(
    ("check", "needs"),
    [
        (AlarmsCheck(type="alarms"), True),
        (CompareCheck(type="compare"), True),
        (MetricCheck(type="metric", namespace="Shop", metric_name="Orders", minimum=1), True),
        (CompareCheck(type="compare", enabled=False), False),
        (ConfigCheck(type="config"), False),
        (InvokeCheck(type="invoke", dry_run=True), False),
    ],
)
def test_only_what_reads_metrics_waits_for_them(check: AnyCheck, needs: bool) -> None:
    assert needs_settling([ConfigCheck(type="config"), check]) is needs
