"""R3: how old each source may be before it is said, and that coverage is always said."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.runtimes.freshness import (
    Coverage,
    aggregator_age,
    catalog_age,
    health_age,
    table_age,
)
from tests.unit.domain.runtimes.samples import TODAY, days

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "stale"),
    [
        pytest.param(0, False, id="today"),
        pytest.param(89, False, id="89 days"),
        pytest.param(90, False, id="90 days"),
        pytest.param(91, True, id="91 days"),
    ],
)
def test_r3_the_table_is_stale_after_90_days(age: int, stale: bool) -> None:
    found = table_age(TODAY - days(age), TODAY)
    assert found.age == days(age)
    assert (f"the runtime table is {age} days old; upgrade Steward" in found.warning) is stale


@pytest.mark.parametrize(
    ("age", "stale"),
    [
        pytest.param(days(7) - SECOND, False, id="a second less"),
        pytest.param(days(7), False, id="7 days"),
        pytest.param(days(7) + SECOND, True, id="a second more"),
    ],
)
def test_r3_the_catalog_is_stale_after_7_days(age: timedelta, stale: bool) -> None:
    warning = catalog_age(NOW - age, NOW).warning
    assert bool(warning) is stale
    assert "last read 7 days ago" in warning or not stale


@pytest.mark.parametrize(("hours", "said"), [(191, "7 days"), (192, "8 days")])
def test_r3_an_age_is_said_in_whole_days(hours: int, said: str) -> None:
    assert f"last read {said} ago" in catalog_age(NOW - timedelta(hours=hours), NOW).warning


@pytest.mark.parametrize(("hours", "said"), [(71, "71 hours"), (72, "3 days")])
def test_r3_an_age_of_less_than_three_days_is_said_in_hours(hours: int, said: str) -> None:
    updated = NOW - timedelta(hours=hours)
    found = aggregator_age("222222222222/eu-west-1", "SUCCEEDED", updated, NOW, daily=False)
    assert f"last copied {said} ago" in found.warning


def test_r3_a_catalog_that_was_never_read_says_what_it_needs() -> None:
    assert "support plan" in catalog_age(None, NOW).warning


@pytest.mark.parametrize(
    ("hours", "daily", "stale"),
    [
        pytest.param(24, False, False, id="24 hours"),
        pytest.param(24, True, False, id="24 hours, daily"),
        pytest.param(48, False, True, id="48 hours"),
        pytest.param(48, True, False, id="48 hours, daily"),
    ],
)
@pytest.mark.parametrize("more", [timedelta(0), SECOND], ids=["exactly", "a second more"])
def test_r3_a_copy_is_stale_after_a_day_or_two(
    hours: int, daily: bool, stale: bool, more: timedelta
) -> None:
    limit = 48 if daily else 24
    age = timedelta(hours=hours) + more
    found = aggregator_age("222222222222/eu-west-1", "SUCCEEDED", NOW - age, NOW, daily=daily)
    assert bool(found.warning) is (stale or (hours == limit and bool(more)))


@pytest.mark.parametrize("status", ["FAILED", "OUTDATED"])
def test_r3_a_copy_that_failed_is_stale_whatever_its_age(status: str) -> None:
    found = aggregator_age("222222222222/eu-west-1", status, NOW, NOW, daily=False)
    assert found.warning.startswith(f"Config reports {status}; look at")


@pytest.mark.parametrize("status", ["SUCCEEDED", "SOMETHING_NEW"])
def test_r3_a_copy_that_never_came_is_said(status: str) -> None:
    found = aggregator_age("222222222222/eu-west-1", status, None, NOW, daily=False)
    assert found.warning.startswith("Config never copied it")
    assert not aggregator_age("x", status, NOW, NOW, daily=False).warning


def test_r3_the_age_of_health_is_told_without_a_warning() -> None:
    polled = health_age(NOW - days(99), NOW)
    assert (polled.age, polled.warning) == (days(99), "")
    assert health_age(None, NOW).age is None


def test_r3_none_affected_is_never_said_without_what_was_covered() -> None:
    assert Coverage(3, 7).sentence(0) == "0 functions affected in 3 of 7 account regions"
    assert Coverage(0, 0).sentence(0) == "0 functions affected in 0 of 0 account regions"
    assert Coverage(7, 7).sentence(1) == "1 function affected in 7 of 7 account regions"


@pytest.mark.parametrize(("covered", "total"), [(8, 7), (-1, 7)])
def test_r3_coverage_cannot_be_more_than_all(covered: int, total: int) -> None:
    with pytest.raises(ValueError, match="count them again"):
        Coverage(covered, total)
