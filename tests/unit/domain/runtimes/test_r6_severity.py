"""R6: severity by the days left, then by who is exposed; overridable, and never below LOW."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.data.runtime_table import bundled
from steward.domain.runtimes.lifecycle import OperatingSystem
from steward.domain.runtimes.severity import Exposure, Level, Windows, severity_of
from tests.unit.domain.runtimes.samples import TODAY, days, make_runtime, without_dates

L = Level


@pytest.mark.parametrize(
    ("left", "level"),
    [
        pytest.param(366, L.NONE, id="366 days"),
        pytest.param(365, L.INFO, id="365 days"),
        pytest.param(181, L.INFO, id="181 days"),
        pytest.param(180, L.LOW, id="180 days"),
        pytest.param(91, L.LOW, id="91 days"),
        pytest.param(90, L.MEDIUM, id="90 days"),
        pytest.param(31, L.MEDIUM, id="31 days"),
        pytest.param(30, L.HIGH, id="30 days"),
        pytest.param(1, L.HIGH, id="a day"),
        pytest.param(0, L.HIGH, id="deprecated"),
    ],
)
def test_r6_days_to_the_deprecation(left: int, level: Level) -> None:
    row = without_dates(deprecated=TODAY + days(left))
    assert severity_of(row, TODAY).level is level


@pytest.mark.parametrize(
    ("create", "update", "level"),
    [
        pytest.param(91, 191, L.HIGH, id="create block in 91 days"),
        pytest.param(90, 191, L.CRITICAL, id="create block in 90 days"),
        pytest.param(1, 191, L.CRITICAL, id="create block tomorrow"),
        pytest.param(0, 191, L.HIGH, id="create block today, update block far"),
        pytest.param(0, 91, L.HIGH, id="update block in 91 days"),
        pytest.param(0, 90, L.CRITICAL, id="update block in 90 days"),
        pytest.param(None, 90, L.CRITICAL, id="no create block, update block in 90 days"),
        pytest.param(None, None, L.HIGH, id="no blocks scheduled"),
        pytest.param(0, 0, L.BREACH, id="update block today"),
        pytest.param(None, -1, L.BREACH, id="update block yesterday"),
    ],
)
def test_r6_once_deprecated(create: int | None, update: int | None, level: Level) -> None:
    row = without_dates(
        deprecated=TODAY - days(1),
        create_block=None if create is None else TODAY + days(create),
        update_block=None if update is None else TODAY + days(update),
    )
    assert severity_of(row, TODAY).level is level


def test_r6_create_blocked_in_a_deployed_stack_is_critical() -> None:
    row = make_runtime(create_block=TODAY, update_block=TODAY + days(365))
    assert severity_of(row, TODAY).level is L.HIGH
    assert severity_of(row, TODAY, Exposure(stack_deployed=True)).level is L.CRITICAL


@pytest.mark.parametrize(
    ("facts", "exposure", "level", "why"),
    [
        pytest.param({}, Exposure(internet_facing=True), L.HIGH, "the internet", id="internet"),
        pytest.param({}, Exposure(invocations=1), L.HIGH, "it is in use", id="in use"),
        pytest.param(
            {}, Exposure(internet_facing=True, invocations=9), L.HIGH, "the internet", id="one step"
        ),
        pytest.param({}, Exposure(invocations=0), L.LOW, "was not called", id="not called"),
        pytest.param({}, Exposure(invocations=None), L.MEDIUM, "", id="nobody counted"),
        pytest.param(
            {"os": OperatingSystem.AL2}, Exposure(), L.HIGH, "Linux 2 has ended", id="ended system"
        ),
        pytest.param(
            {"os": OperatingSystem.AL1},
            Exposure(invocations=9),
            L.CRITICAL,
            "Amazon Linux has ended on 2023-12-31",
            id="both",
        ),
        pytest.param(
            {"os": OperatingSystem.AL2}, Exposure(invocations=0), L.MEDIUM, "", id="they cancel"
        ),
    ],
)
def test_r6_exposure_moves_the_level(
    facts: dict[str, Any], exposure: Exposure, level: Level, why: str
) -> None:
    row = without_dates(deprecated=TODAY + days(60), **facts)
    found = severity_of(row, TODAY, exposure)
    assert found.level is level
    assert why in found.reason


@pytest.mark.parametrize(
    ("today", "level"),
    [
        pytest.param(date(2026, 6, 29), L.LOW, id="the day before"),
        pytest.param(date(2026, 6, 30), L.MEDIUM, id="on the day"),
        pytest.param(date(2026, 7, 1), L.MEDIUM, id="the day after"),
    ],
)
def test_r6_amazon_linux_2_ends_on_its_day(today: date, level: Level) -> None:
    row = without_dates(os=OperatingSystem.AL2, deprecated=today + days(120))
    assert severity_of(row, today).level is level


@pytest.mark.parametrize(
    ("facts", "exposure", "level"),
    [
        pytest.param({"deprecated": TODAY + days(366)}, Exposure(True), L.NONE, id="far away"),
        pytest.param(
            {"deprecated": TODAY, "os": OperatingSystem.AL1, "update_block": TODAY + days(9)},
            Exposure(True, 9, True),
            L.CRITICAL,
            id="never a breach by exposure",
        ),
        pytest.param({"update_block": TODAY}, Exposure(invocations=0), L.BREACH, id="a breach"),
        pytest.param({"deprecated": TODAY + days(200)}, Exposure(invocations=0), L.INFO, id="info"),
    ],
)
def test_r6_exposure_has_bounds(facts: dict[str, Any], exposure: Exposure, level: Level) -> None:
    assert severity_of(without_dates(**facts), TODAY, exposure).level is level


def test_r6_what_nobody_calls_is_to_be_deleted() -> None:
    found = severity_of(without_dates(deprecated=TODAY), TODAY, Exposure(invocations=0))
    assert found.advice == "nobody has called it for 90 days: delete it"
    assert severity_of(without_dates(), TODAY, Exposure(invocations=0)).advice == ""


@given(
    left=st.integers(-900, 900),
    exposure=st.builds(Exposure, st.booleans(), st.none() | st.integers(0, 9), st.booleans()),
)
def test_r6_deprecated_is_never_below_low(left: int, exposure: Exposure) -> None:
    row = without_dates(deprecated=TODAY, create_block=TODAY + days(left))
    assert severity_of(row, TODAY, exposure).level.rank >= Level.LOW.rank


def test_r6_an_organizational_unit_may_have_other_windows() -> None:
    row = without_dates(deprecated=TODAY + days(200))
    assert severity_of(row, TODAY, windows=Windows(low=250)).level is L.LOW
    assert severity_of(row, TODAY, windows=Windows(199, 4, 3, 1, 1)).level is L.NONE


@pytest.mark.parametrize("windows", [{"high": 90}, {"low": 365}, {"high": 0}, {"block": 0}])
def test_r6_windows_in_disorder_are_refused(windows: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="windows: write"):
        Windows(**windows)


@pytest.mark.parametrize("runtime_id", ["nodejs16.x", "python3.10", "dotnet8", "provided.al2"])
def test_r6_the_wave_of_2027_02_01_is_critical_70_days_before(runtime_id: str) -> None:
    row = bundled().runtime(runtime_id)
    assert row is not None
    assert severity_of(row, TODAY).level is L.CRITICAL
