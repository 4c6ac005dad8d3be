"""R7: eight stages before each milestone, each told once, and who hears of it when nobody does."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.escalation import Audience, escalate
from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.stages import (
    NEVER_MOVED,
    STAGES,
    DueNotice,
    StageKey,
    current_stage,
    due_notice,
)
from tests.unit.domain.runtimes.samples import (
    DEPRECATED,
    TODAY,
    UPDATE_BLOCK,
    days,
    make_runtime,
    without_dates,
)

ENDING = without_dates(deprecated=DEPRECATED)


def key(
    stage: int, day: date = DEPRECATED, milestone: Milestone = Milestone.DEPRECATED
) -> StageKey:
    return StageKey("orders", "python3.9", milestone, day, stage)


def due(
    *told: StageKey,
    today: date,
    runtime: Runtime = ENDING,
    known_since: Mapping[tuple[str, Milestone], date] = NEVER_MOVED,
) -> DueNotice | None:
    return due_notice("orders", [runtime], told, today, known_since)


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (181, None),
        (180, 180),
        (179, 180),
        (91, 180),
        (90, 90),
        (61, 90),
        (60, 60),
        (31, 60),
        (30, 30),
        (15, 30),
        (14, 14),
        (8, 14),
        (7, 7),
        (2, 7),
        (1, 1),
        (0, 0),
        (-99, 0),
    ],
)
def test_r7_the_stage_of_a_day(left: int, stage: int | None) -> None:
    assert current_stage(TODAY + days(left), TODAY) == stage


def test_r7_each_stage_is_told_once_on_its_day() -> None:
    told: list[StageKey] = []
    told_on: dict[int, int] = {}
    for left in range(200, -5, -1):
        notice = due(*told, today=DEPRECATED - days(left))
        if notice is not None:
            told += notice.settles
            told_on[notice.headline.stage] = left
    assert told_on == {stage: stage for stage in STAGES}


def test_r7_a_missed_day_is_told_the_day_after_and_not_for_every_stage() -> None:
    notice = due(key(180), today=DEPRECATED - days(29))
    assert notice is not None
    assert notice.settles == (key(30),)
    assert notice.reason == "python3.9: deprecated on 2027-06-01, in 29 days"


def test_r7_a_nearer_stage_settles_those_before_it() -> None:
    assert due(key(14), today=DEPRECATED - days(20)) is None


def test_r7_the_first_install_sends_one_message_for_the_present_stages() -> None:
    row = make_runtime(
        deprecated=TODAY - days(800), create_block=TODAY + days(70), update_block=TODAY + days(100)
    )
    notice = due(today=TODAY, runtime=row)
    assert notice is not None
    assert notice.headline == key(90, TODAY + days(70), Milestone.CREATE_BLOCK)
    assert {each.milestone for each in notice.settles} == set(Milestone)
    assert due(*notice.settles, today=TODAY, runtime=row) is None


def test_r7_of_two_milestones_on_one_day_the_graver_is_the_headline() -> None:
    day = TODAY + days(30)
    row = without_dates(create_block=day, update_block=day)
    notice = due(today=TODAY, runtime=row)
    assert notice is not None
    assert notice.headline.milestone is Milestone.UPDATE_BLOCK


def test_r7_what_comes_today_is_the_headline_before_what_comes_later() -> None:
    notice = due(today=UPDATE_BLOCK - days(31), runtime=make_runtime())
    assert notice is not None
    assert notice.headline.milestone is Milestone.CREATE_BLOCK


def test_r7_milestones_long_past_are_history() -> None:
    notice = due(today=UPDATE_BLOCK + days(500), runtime=make_runtime())
    assert notice is not None
    assert [each.milestone for each in notice.settles] == [Milestone.UPDATE_BLOCK]
    assert notice.reason == "python3.9: update block since 2027-08-01"


def test_r7_on_the_day_it_says_today() -> None:
    notice = due(today=DEPRECATED)
    assert notice is not None
    assert notice.reason == "python3.9: deprecated on 2027-06-01, today"


LATER = DEPRECATED + days(100)
MOVED = without_dates(deprecated=LATER)
ON_TWENTIETH_DAY = DEPRECATED - days(20)
SINCE = {("python3.9", Milestone.DEPRECATED): ON_TWENTIETH_DAY}


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        pytest.param(120, None, id="moved back: stage 180 lies behind"),
        pytest.param(91, None, id="a day before the next stage"),
        pytest.param(90, 90, id="the next stage"),
    ],
)
def test_r7_a_date_moved_later_arms_only_stages_to_come(left: int, stage: int | None) -> None:
    notice = due(key(180), key(30), today=LATER - days(left), runtime=MOVED, known_since=SINCE)
    assert (notice.headline.stage if notice else None) == stage


def test_r7_a_date_known_since_the_day_of_a_stage_does_not_send_that_stage() -> None:
    since = {("python3.9", Milestone.DEPRECATED): LATER - days(90)}
    on_the_day = LATER - days(90)
    assert due(key(30), today=on_the_day, runtime=MOVED, known_since=since) is None
    since = {("python3.9", Milestone.DEPRECATED): LATER - days(91)}
    assert due(key(30), today=on_the_day, runtime=MOVED, known_since=since) is not None


def test_r7_a_date_moved_earlier_does_not_send_old_stages() -> None:
    sooner = without_dates(deprecated=TODAY + days(20))
    since = {("python3.9", Milestone.DEPRECATED): TODAY}
    assert due(key(180), today=TODAY, runtime=sooner, known_since=since) is None
    notice = due(key(180), today=TODAY + days(6), runtime=sooner, known_since=since)
    assert notice is not None
    assert notice.headline.stage == 14


def test_r7_who_was_never_told_hears_of_a_moved_date_at_once() -> None:
    sooner = without_dates(deprecated=TODAY + days(20))
    since = {("python3.9", Milestone.DEPRECATED): TODAY}
    other = StageKey("billing", "python3.9", Milestone.DEPRECATED, DEPRECATED, 180)
    notice = due(other, today=TODAY, runtime=sooner, known_since=since)
    assert notice is not None
    assert notice.headline.stage == 30


def test_r7_two_runtimes_of_one_group_are_one_message() -> None:
    rows = [without_dates(name, deprecated=DEPRECATED) for name in ("python3.9", "python3.8")]
    notice = due_notice("orders", rows, [], DEPRECATED - days(90))
    assert notice is not None
    assert [each.runtime_id for each in notice.settles] == ["python3.8", "python3.9"]


MAYBE = st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1))


@given(deprecated=MAYBE, create=MAYBE, update=MAYBE, today=st.dates(TODAY, date(2028, 6, 1)))
def test_r7_what_was_told_today_is_not_due_again_today(
    deprecated: date | None, create: date | None, update: date | None, today: date
) -> None:
    row = make_runtime(deprecated=deprecated, create_block=create, update_block=update)
    notice = due(today=today, runtime=row)
    if notice is not None:
        assert notice.headline in notice.settles
        assert due(*notice.settles, today=today, runtime=row) is None


@pytest.mark.parametrize(
    ("level", "waited", "audience", "next_in"),
    [
        pytest.param(Level.LOW, 999, Audience.OWNER, None, id="low stays"),
        pytest.param(Level.MEDIUM, 13, Audience.OWNER, 1, id="medium, 13 days"),
        pytest.param(Level.MEDIUM, 14, Audience.UNIT_OWNER, 14, id="medium, 14 days"),
        pytest.param(Level.MEDIUM, 28, Audience.PLATFORM, None, id="medium, 28 days"),
        pytest.param(Level.HIGH, 6, Audience.OWNER, 1, id="high, 6 days"),
        pytest.param(Level.HIGH, 7, Audience.UNIT_OWNER, 7, id="high, 7 days"),
        pytest.param(Level.CRITICAL, 2, Audience.OWNER, 1, id="critical, 2 days"),
        pytest.param(Level.CRITICAL, 3, Audience.UNIT_OWNER, 3, id="critical, 3 days"),
        pytest.param(Level.CRITICAL, 6, Audience.PLATFORM, None, id="critical, 6 days"),
        pytest.param(Level.BREACH, 3, Audience.UNIT_OWNER, 3, id="breach, 3 days"),
        pytest.param(Level.BREACH, 99, Audience.PLATFORM, None, id="breach, long ago"),
        pytest.param(Level.HIGH, -1, Audience.OWNER, 8, id="told tomorrow"),
    ],
)
def test_r7_silence_climbs_to_the_next(
    level: Level, waited: int, audience: Audience, next_in: int | None
) -> None:
    found = escalate(level, TODAY - days(waited), False, TODAY)
    assert found.audience is audience
    assert found.next_on == (None if next_in is None else TODAY + days(next_in))


@pytest.mark.parametrize(("waited", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_r7_it_says_for_how_long_nobody_answered(waited: int, said: str) -> None:
    found = escalate(Level.HIGH, TODAY - days(waited), False, TODAY)
    assert found.reason == f"HIGH: no answer for {said}"


def test_r7_an_answer_ends_it() -> None:
    found = escalate(Level.CRITICAL, TODAY - days(99), True, TODAY)
    assert (found.audience, found.next_on) == (Audience.OWNER, None)
