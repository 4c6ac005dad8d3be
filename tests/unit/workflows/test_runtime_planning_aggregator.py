"""Which source of the aggregator speaks for a unit, and which is worst off."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.runtimes.inventory import AggregatorSource
from steward.domain.stacks import Unit
from steward.workflows.runtimes.planning_aggregator import Aggregator
from steward.workflows.runtimes.planning_seen import Shown

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNIT = Unit("222222222222", "eu-west-1")
SHOWN = Shown(rows=3, parts=1)


def source(
    account_id: str = UNIT.account_id,
    region: str = UNIT.region,
    status: str = "SUCCEEDED",
    hours: int = 1,
    error: str = "",
) -> AggregatorSource:
    return AggregatorSource(account_id, region, status, NOW - hours * HOUR, error)


def test_a_fresh_source_with_functions_covers_its_unit() -> None:
    assert Aggregator([source()]).why_not(UNIT, SHOWN, NOW) == ""


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        pytest.param(("organization", ""), ("organization", "eu-west-1"), id="organization-region"),
        pytest.param(("organization", "eu-west-1"), (UNIT.account_id, ""), id="account"),
        pytest.param((UNIT.account_id, ""), (UNIT.account_id, "eu-west-1"), id="account-region"),
    ],
)
def test_the_narrowest_source_speaks_for_a_unit(
    wide: tuple[str, str], narrow: tuple[str, str]
) -> None:
    failed, fine = source(*wide, status="FAILED"), source(*narrow)
    assert Aggregator([failed, fine]).why_not(UNIT, SHOWN, NOW) == ""
    failed, fine = source(*narrow, status="FAILED"), source(*wide)
    assert "FAILED" in Aggregator([failed, fine]).why_not(UNIT, SHOWN, NOW)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(source(account_id="333333333333"), id="another-account"),
        pytest.param(source(region="us-east-1"), id="another-region"),
    ],
)
def test_a_source_elsewhere_does_not_speak_for_a_unit(other: AggregatorSource) -> None:
    assert "no source" in Aggregator([other]).why_not(UNIT, SHOWN, NOW)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        pytest.param("PAUSED", "Config reports PAUSED for it (E: off)", id="unheard-of"),
        pytest.param("", "Config reports no status for it (E: off)", id="none"),
    ],
)
def test_a_status_that_is_not_known_is_no_cover(status: str, says: str) -> None:
    aggregator = Aggregator([source(status=status, error="E: off")])
    assert aggregator.why_not(UNIT, SHOWN, NOW) == says


def test_without_sources_none_is_worst() -> None:
    assert Aggregator([]).worst(frozenset(), NOW) is None


@pytest.mark.parametrize(("daily", "warns"), [(frozenset({UNIT}), False), (frozenset(), True)])
def test_the_worst_source_is_judged_by_how_often_it_records(
    daily: frozenset[Unit], warns: bool
) -> None:
    worst = Aggregator([source(hours=30)]).worst(daily, NOW)
    assert worst is not None
    assert (worst.age, bool(worst.warning)) == (30 * HOUR, warns)


def test_a_source_that_was_never_copied_is_worse_than_an_old_one() -> None:
    never = AggregatorSource("333333333333", "eu-west-1", "SUCCEEDED", None)
    worst = Aggregator([source(hours=30), never]).worst(frozenset(), NOW)
    assert worst is not None
    assert (worst.source, worst.age) == ("Config of 333333333333/eu-west-1", None)
