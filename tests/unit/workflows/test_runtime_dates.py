"""Dates that count now against those on record, over the regions that are asked."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.lifecycle import Lifecycle, Milestone, Runtime
from steward.domain.runtimes.records import DateOnRecord
from steward.workflows.runtimes.dates import DatesSeen, look_at_dates

TODAY = date(2026, 11, 23)
LONG_AGO = date(2026, 6, 2)
TABLE_DAY = date(2027, 3, 3)
OTHER_DAY = date(2027, 9, 1)
BLOCK = Milestone.UPDATE_BLOCK
REGIONS = ("eu-west-1", "us-east-1")
TABLE = Lifecycle(
    as_of=TODAY,
    runtimes={"python3.9": Runtime(id="python3.9", family="python", update_block=TABLE_DAY)},
)


def claim(day: date | None, *regions: str, runtime_id: str = "python3.9") -> Claim:
    return Claim(Speaker.CATALOG, runtime_id, BLOCK, day, TODAY, frozenset(regions))


def look(
    *claims: Claim, on_record: Sequence[DateOnRecord] = (), regions: Sequence[str] = REGIONS
) -> DatesSeen:
    return look_at_dates(TABLE, claims, regions, TODAY, on_record)


def recorded(*claims: Claim) -> list[DateOnRecord]:
    """What an earlier first look put on record."""
    seen = look_at_dates(TABLE, claims, REGIONS, LONG_AGO, [])
    return list(seen.changed)


def blocks(seen: DatesSeen) -> dict[str, date | None]:
    return {each.region: each.day for each in seen.changed if each.milestone is BLOCK}


def test_a_first_look_puts_all_three_dates_on_record_with_those_not_scheduled() -> None:
    seen = look()
    assert {(each.milestone, each.day) for each in seen.changed} == {
        (Milestone.DEPRECATED, None),
        (Milestone.CREATE_BLOCK, None),
        (BLOCK, TABLE_DAY),
    }
    assert seen.moved == ()


def test_nothing_is_written_of_what_is_on_record() -> None:
    seen = look(on_record=recorded())
    assert (seen.moved, seen.changed, seen.known_since) == ((), (), {})


def test_regions_that_agree_share_a_row_and_those_that_differ_have_their_own() -> None:
    assert blocks(look()) == {"": TABLE_DAY}
    assert blocks(look(claim(OTHER_DAY, "us-east-1"))) == {
        "eu-west-1": TABLE_DAY,
        "us-east-1": OTHER_DAY,
    }


def test_a_move_in_all_regions_is_one_move_and_one_row() -> None:
    seen = look(claim(OTHER_DAY), on_record=recorded())
    assert [(each.before, each.after) for each in seen.moved] == [(TABLE_DAY, OTHER_DAY)]
    assert blocks(seen) == {"": OTHER_DAY}
    assert seen.known_since == {"python3.9": {"update block": TODAY}}


def test_a_move_in_one_region_is_written_for_that_region_alone() -> None:
    seen = look(claim(OTHER_DAY, "us-east-1"), on_record=recorded())
    assert blocks(seen) == {"us-east-1": OTHER_DAY}
    assert len(seen.moved) == 1


def test_regions_that_agree_again_keep_their_rows_which_would_hide_a_common_one() -> None:
    apart = recorded(claim(OTHER_DAY, "us-east-1"))
    seen = look(claim(OTHER_DAY), on_record=apart)
    assert blocks(seen) == {"eu-west-1": OTHER_DAY}
    after = [each for each in apart if each.region != "eu-west-1" or each.milestone is not BLOCK]
    settled = look(claim(OTHER_DAY), on_record=[*after, *seen.changed])
    assert (settled.moved, blocks(settled)) == ((), {})


def test_a_region_that_is_asked_for_the_first_time_is_no_move() -> None:
    seen = look(on_record=recorded(), regions=(*REGIONS, "ap-south-1"))
    assert (seen.moved, seen.changed) == ((), ())


def test_a_runtime_that_is_new_is_put_on_record_and_is_no_move() -> None:
    seen = look(claim(OTHER_DAY, runtime_id="python4.0"), on_record=recorded())
    assert seen.moved == ()
    assert [(each.runtime_id, each.day, each.moved) for each in seen.changed] == [
        ("python4.0", OTHER_DAY, False)
    ]


def test_a_milestone_that_is_dated_after_its_runtime_was_known_is_a_move() -> None:
    create = Claim(Speaker.CATALOG, "python3.9", Milestone.CREATE_BLOCK, OTHER_DAY, TODAY)
    seen = look(create, on_record=recorded())
    assert [(each.milestone, each.before, each.after) for each in seen.moved] == [
        (Milestone.CREATE_BLOCK, None, OTHER_DAY)
    ]


@pytest.mark.parametrize(
    ("until", "moves"),
    [
        pytest.param(date(2026, 11, 24), True, id="until-tomorrow"),
        pytest.param(TODAY, False, id="over-today"),
    ],
)
def test_an_override_counts_until_its_day(until: date, moves: bool) -> None:
    word = Claim(
        Speaker.OVERRIDE, "python3.9", BLOCK, OTHER_DAY, LONG_AGO, reason="agreed", until=until
    )
    seen = look(word, on_record=recorded())
    assert bool(seen.moved) is moves
    assert bool(seen.ignored) is not moves


def test_a_date_that_moved_is_known_since_the_last_time() -> None:
    first = look(claim(OTHER_DAY), on_record=recorded())
    ten_days_on = TODAY + timedelta(days=10)
    later = look_at_dates(TABLE, [claim(OTHER_DAY)], REGIONS, ten_days_on, first.changed)
    assert later.known_since == {"python3.9": {"update block": TODAY}}
