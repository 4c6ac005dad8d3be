"""R1: a runtime's state follows from its dates in UTC, on the day itself and not before."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.states import RuntimeState, State, runtime_state, state_of
from tests.unit.domain.runtimes.samples import (
    CREATE_BLOCK,
    DEPRECATED,
    TODAY,
    UPDATE_BLOCK,
    days,
    make_lifecycle,
    make_runtime,
    without_dates,
)

S = RuntimeState
LEAP_DAY = date(2028, 2, 29)
BY_RANK = [S.SUPPORTED, S.DEPRECATING, S.DEPRECATED, S.CREATE_BLOCKED, S.UPDATE_BLOCKED]


@pytest.mark.parametrize(
    ("today", "state", "milestone", "left"),
    [
        pytest.param(DEPRECATED - days(181), S.SUPPORTED, Milestone.DEPRECATED, 181, id="181 days"),
        pytest.param(
            DEPRECATED - days(180), S.DEPRECATING, Milestone.DEPRECATED, 180, id="180 days"
        ),
        pytest.param(DEPRECATED - days(1), S.DEPRECATING, Milestone.DEPRECATED, 1, id="eve"),
        pytest.param(DEPRECATED, S.DEPRECATED, Milestone.CREATE_BLOCK, 30, id="deprecation"),
        pytest.param(DEPRECATED + days(1), S.DEPRECATED, Milestone.CREATE_BLOCK, 29, id="after"),
        pytest.param(CREATE_BLOCK - days(1), S.DEPRECATED, Milestone.CREATE_BLOCK, 1, id="eve 2"),
        pytest.param(CREATE_BLOCK, S.CREATE_BLOCKED, Milestone.UPDATE_BLOCK, 31, id="create"),
        pytest.param(
            UPDATE_BLOCK - days(1), S.CREATE_BLOCKED, Milestone.UPDATE_BLOCK, 1, id="eve 3"
        ),
        pytest.param(UPDATE_BLOCK, S.UPDATE_BLOCKED, None, None, id="update"),
        pytest.param(UPDATE_BLOCK + days(999), S.UPDATE_BLOCKED, None, None, id="for ever"),
    ],
)
def test_r1_the_state_changes_on_the_date(
    today: date, state: RuntimeState, milestone: Milestone | None, left: int | None
) -> None:
    found = runtime_state(make_runtime(), today)
    assert (found.state, found.milestone, found.days_left) == (state, milestone, left)


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        pytest.param(date(2028, 2, 28), S.DEPRECATING, 1, id="the day before a leap day"),
        pytest.param(LEAP_DAY, S.DEPRECATED, 366, id="a leap day"),
        pytest.param(date(2028, 3, 1), S.DEPRECATED, 365, id="the day after a leap day"),
        pytest.param(date(2027, 9, 2), S.DEPRECATING, 180, id="180 days before a leap day"),
        pytest.param(date(2027, 9, 1), S.SUPPORTED, 181, id="181 days before a leap day"),
    ],
)
def test_r1_leap_days_count(today: date, state: RuntimeState, left: int) -> None:
    row = make_runtime(deprecated=LEAP_DAY, create_block=date(2029, 3, 1), update_block=None)
    found = runtime_state(row, today)
    assert (found.state, found.days_left) == (state, left)


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        pytest.param({}, S.SUPPORTED, "python3.9 is supported; nothing else is", id="no dates"),
        pytest.param({"ga": False}, S.PREVIEW, "python3.9 is a preview; nothing", id="preview"),
        pytest.param(
            {"ga": False, "deprecated": TODAY},
            S.DEPRECATED,
            "python3.9 is deprecated since 2026-11-23; nothing else is scheduled",
            id="dates beat preview",
        ),
        pytest.param(
            {"family": "provided"}, S.OS_ONLY, "python3.9 has no language of its own", id="os only"
        ),
        pytest.param(
            {"family": "provided", "deprecated": TODAY + days(200)},
            S.SUPPORTED,
            "deprecated on 2027-06-11, in 200 days",
            id="an os-only runtime with a date is judged by it",
        ),
        pytest.param(
            {"update_block": TODAY + days(1)},
            S.DEPRECATING,
            "update block on 2026-11-24, in 1 day",
            id="only an update block",
        ),
        pytest.param(
            {"create_block": TODAY},
            S.CREATE_BLOCKED,
            "cannot be given to new functions since 2026-11-23",
            id="only a create block",
        ),
    ],
)
def test_r1_a_missing_date_is_not_scheduled(
    facts: dict[str, Any], state: RuntimeState, reason: str
) -> None:
    found = runtime_state(without_dates(**facts), TODAY)
    assert found.state is state
    assert reason in found.reason


def test_r1_dates_out_of_order_show_the_gravest_that_has_come() -> None:
    row = make_runtime(
        deprecated=TODAY + days(30), create_block=TODAY + days(60), update_block=TODAY
    )
    found = runtime_state(row, TODAY)
    assert (found.state, found.milestone) == (S.UPDATE_BLOCKED, None)


def test_r1_of_two_milestones_on_one_day_the_graver_is_next() -> None:
    row = make_runtime(create_block=UPDATE_BLOCK, update_block=UPDATE_BLOCK)
    assert runtime_state(row, DEPRECATED).milestone is Milestone.UPDATE_BLOCK


@pytest.mark.parametrize(
    ("runtime_id", "package_type", "state", "reason"),
    [
        pytest.param(None, "Image", S.IMAGE, "its base image", id="image"),
        pytest.param("python3.9", "Image", S.IMAGE, "its base image", id="image with runtime"),
        pytest.param(None, "Zip", S.UNKNOWN, "no runtime is named", id="no runtime"),
        pytest.param(None, None, S.UNKNOWN, "no runtime is named", id="nothing at all"),
        pytest.param("", "Zip", S.UNKNOWN, "no runtime is named", id="empty runtime"),
        pytest.param("custom", "Zip", S.CUSTOM, "whoever publishes", id="customer-managed"),
        pytest.param("python9.9", "Zip", S.UNKNOWN, "update the table", id="unknown"),
        pytest.param("PYTHON3.9", "Zip", S.UNKNOWN, "not in the lifecycle", id="other letters"),
        pytest.param("x" * 999, "Zip", S.UNKNOWN, "x… is not in", id="oversized"),
        pytest.param("a\nb", "Zip", S.UNKNOWN, "a b is not in", id="two lines"),
        pytest.param("python3.9", None, S.SUPPORTED, "in 190 days", id="known, no package type"),
    ],
)
def test_r1_what_has_no_dates_says_why(
    runtime_id: str | None, package_type: str | None, state: RuntimeState, reason: str
) -> None:
    found = state_of(runtime_id, package_type, make_lifecycle(make_runtime()), TODAY)
    assert found.state is state
    assert reason in found.reason
    assert found.reason.count("\n") == 0


DAYS = st.dates(date(2015, 1, 1), date(2035, 1, 1))
MAYBE = st.none() | DAYS


def judged(row: Runtime, today: date) -> State:
    return state_of(row.id, "Zip", make_lifecycle(row), today)


@given(dates=st.tuples(DAYS, DAYS, DAYS).map(sorted), first=DAYS, second=DAYS)
def test_r1_a_state_never_gets_better_with_time(
    dates: list[date], first: date, second: date
) -> None:
    row = make_runtime(deprecated=dates[0], create_block=dates[1], update_block=dates[2])
    earlier, later = sorted((first, second))
    before, after = judged(row, earlier).state, judged(row, later).state
    assert BY_RANK.index(before) <= BY_RANK.index(after)


@given(deprecated=MAYBE, create=MAYBE, update=MAYBE, today=DAYS, ga=st.booleans())
def test_r1_any_dates_make_one_consistent_state(
    deprecated: date | None, create: date | None, update: date | None, today: date, ga: bool
) -> None:
    row = make_runtime(deprecated=deprecated, create_block=create, update_block=update, ga=ga)
    found = judged(row, today)
    assert (found.milestone is None) == (found.day is None) == (found.days_left is None)
    assert found.has_ended == any(day <= today for _m, day in row.scheduled())
    if found.day is not None:
        assert found.days_left == (found.day - today).days > 0
        assert found.milestone is not None
        assert row.day_of(found.milestone) == found.day


@given(runtime_id=st.none() | st.text(), package_type=st.none() | st.text(), today=st.dates())
def test_r1_no_input_crashes(runtime_id: str | None, package_type: str | None, today: date) -> None:
    assert state_of(runtime_id, package_type, make_lifecycle(make_runtime()), today).reason
