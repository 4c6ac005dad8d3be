"""R2: whose date counts, what is shown when sources differ, and which dates moved."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from steward.domain.runtimes.claims import Claim, Override, Speaker, milestone_of
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.moved import dates_moved
from steward.domain.runtimes.sources import Settled, in_force, settle, settle_all
from steward.domain.runtimes.states import RuntimeState, state_of
from tests.unit.domain.runtimes.samples import (
    DEPRECATED,
    TODAY,
    days,
    make_lifecycle,
    make_runtime,
)

EARLIER, LATER = DEPRECATED - days(100), DEPRECATED + days(100)
TABLE = make_lifecycle(make_runtime())
HERE = "eu-west-1"


def claim(day: date | None = LATER, **facts: Any) -> Claim:
    defaults: dict[str, Any] = {
        "speaker": Speaker.CATALOG,
        "runtime_id": "python3.9",
        "milestone": Milestone.DEPRECATED,
        "as_of": TODAY,
    }
    return Claim(day=day, **{**defaults, **facts})


def override(**facts: Any) -> Override:
    defaults: dict[str, Any] = {
        "runtime": "python3.9",
        "deprecated": EARLIER,
        "reason": "told by AWS support",
        "created": TODAY,
        "expires": TODAY + days(30),
    }
    return Override(**{**defaults, **facts})


def settled(*claims: Claim, region: str = HERE, today: date = TODAY) -> Settled:
    found = settle("python3.9", TABLE, claims, region, today)
    assert found is not None
    return found


def deprecated(*claims: Claim, **where: Any) -> date | None:
    return settled(*claims, **where).runtime.deprecated


OF_OVERRIDE = next(override().claims())
OF_CATALOG = claim(LATER)
OF_NOTICE = claim(LATER + days(1), speaker=Speaker.NOTICE)


@pytest.mark.parametrize(
    ("claims", "day", "speaker"),
    [
        pytest.param([], DEPRECATED, Speaker.TABLE, id="the table alone"),
        pytest.param([OF_NOTICE], LATER + days(1), Speaker.NOTICE, id="notice over table"),
        pytest.param([OF_NOTICE, OF_CATALOG], LATER, Speaker.CATALOG, id="catalog over notice"),
        pytest.param(
            [OF_NOTICE, OF_CATALOG, OF_OVERRIDE], EARLIER, Speaker.OVERRIDE, id="override over all"
        ),
        pytest.param([claim(None)], None, Speaker.CATALOG, id="not scheduled is a word, too"),
        pytest.param(
            [claim(LATER), claim(EARLIER)], EARLIER, Speaker.CATALOG, id="one speaker, two dates"
        ),
        pytest.param(
            [claim(EARLIER, as_of=TODAY - days(1)), claim(LATER)],
            LATER,
            Speaker.CATALOG,
            id="one speaker, its newest word",
        ),
    ],
)
def test_r2_the_first_speaker_counts(
    claims: list[Claim], day: date | None, speaker: Speaker
) -> None:
    found = settled(*claims)
    assert found.runtime.deprecated == day
    assert found.provenance[Milestone.DEPRECATED].speaker is speaker
    assert found.provenance[Milestone.UPDATE_BLOCK].speaker is Speaker.TABLE


@pytest.mark.parametrize(
    ("age", "day"),
    [
        pytest.param(29, LATER, id="29 days old"),
        pytest.param(30, LATER, id="30 days old"),
        pytest.param(31, DEPRECATED, id="31 days old"),
    ],
)
def test_r2_an_old_word_gives_way_to_an_earlier_date(age: int, day: date) -> None:
    assert deprecated(claim(LATER, as_of=TODAY - days(age))) == day


def test_r2_an_old_word_that_is_earlier_stands() -> None:
    assert deprecated(claim(EARLIER, as_of=TODAY - days(99))) == EARLIER


def test_r2_an_old_not_scheduled_gives_way_to_any_date() -> None:
    assert deprecated(claim(None, as_of=TODAY - days(99))) == DEPRECATED


def test_r2_an_override_has_its_own_end_and_does_not_grow_old() -> None:
    put = override(deprecated=LATER, created=TODAY - days(99), expires=TODAY + days(1))
    assert deprecated(*put.claims()) == LATER


@pytest.mark.parametrize(
    ("today", "day", "ignored"),
    [
        pytest.param(TODAY + days(29), EARLIER, 0, id="the day before"),
        pytest.param(TODAY + days(30), DEPRECATED, 1, id="on the day"),
        pytest.param(TODAY + days(31), DEPRECATED, 1, id="the day after"),
    ],
)
def test_r2_an_override_ends_on_its_day(today: date, day: date, ignored: int) -> None:
    found = settled(*override().claims(), today=today)
    assert found.runtime.deprecated == day
    assert len(found.ignored) == ignored
    assert all("over since 2026-12-23" in each for each in found.ignored)


def test_r2_a_conflict_is_shown_with_every_word() -> None:
    (conflict,) = settled(OF_CATALOG).conflicts
    assert conflict.chosen is OF_CATALOG
    assert conflict.reason == (
        "python3.9, deprecated: version catalog of 2026-11-23: 2027-09-09; "
        "bundled table of 2026-11-23: 2027-06-01; the version catalog comes first"
    )


def test_r2_a_conflict_with_an_old_word_says_that_the_earlier_date_counts() -> None:
    (conflict,) = settled(claim(LATER, as_of=TODAY - days(31))).conflicts
    assert conflict.reason.endswith(
        "the version catalog is older than 30 days, the earlier date counts"
    )


def test_r2_agreement_is_no_conflict() -> None:
    assert settled(claim(DEPRECATED)).conflicts == ()


@pytest.mark.parametrize(
    ("region", "day"),
    [
        pytest.param("eu-west-1", DEPRECATED, id="elsewhere"),
        pytest.param("us-east-1", LATER, id="there"),
    ],
)
def test_r2_a_word_for_some_regions_holds_there_only(region: str, day: date) -> None:
    assert deprecated(claim(LATER, regions=frozenset({"us-east-1"})), region=region) == day


def test_r2_a_runtime_only_the_catalog_knows_is_dated_but_never_a_target() -> None:
    news = claim(TODAY, runtime_id="python9.9")
    found = settle_all(TABLE, [news], HERE, TODAY)
    table = in_force(TABLE, found)
    assert state_of("python9.9", "Zip", table, TODAY).state is RuntimeState.DEPRECATED
    assert found["python9.9"].runtime.os is None
    assert found.keys() == {"python3.9", "python9.9"}


def test_r2_a_runtime_nobody_speaks_of_is_not_settled() -> None:
    over = claim(LATER, runtime_id="python9.9", until=TODAY)
    assert settle("python9.9", TABLE, [over], HERE, TODAY) is None


def test_r2_a_moved_date_is_told_once_with_both_days() -> None:
    before = {"python3.9": make_runtime()}
    moves = list(dates_moved(before, {"python3.9": settled(OF_CATALOG)}))
    assert [move.sentence for move in moves] == [
        "python3.9: deprecated moved from 2027-06-01 to 2027-09-09, 100 days later, "
        "says the version catalog"
    ]
    after = {"python3.9": settled(OF_CATALOG).runtime}
    assert list(dates_moved(after, {"python3.9": settled(OF_CATALOG)})) == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        pytest.param(
            DEPRECATED, DEPRECATED - days(1), "to 2027-05-31, 1 day earlier", id="earlier"
        ),
        pytest.param(DEPRECATED, DEPRECATED + days(1), "to 2027-06-02, 1 day later", id="later"),
        pytest.param(None, DEPRECATED, "is now scheduled for 2027-06-01", id="scheduled"),
        pytest.param(DEPRECATED, None, "of 2027-06-01 is no longer scheduled", id="called off"),
    ],
)
def test_r2_what_moved_is_said(before: date | None, after: date | None, sentence: str) -> None:
    known = {"python3.9": make_runtime(deprecated=before)}
    (move,) = dates_moved(known, {"python3.9": settled(claim(after))})
    assert sentence in move.sentence


def test_r2_a_new_runtime_has_not_moved() -> None:
    assert list(dates_moved({}, {"python3.9": settled(OF_CATALOG)})) == []


@pytest.mark.parametrize(
    ("written", "milestone"),
    [
        ("END_OF_SUPPORT", Milestone.DEPRECATED),
        ("end-of-support", Milestone.DEPRECATED),
        (" block resource create ", Milestone.CREATE_BLOCK),
        ("BLOCK_RESOURCE_UPDATE", Milestone.UPDATE_BLOCK),
        ("END_OF_LIFE", None),
        ("", None),
    ],
)
def test_r2_the_catalogs_events_are_milestones(written: str, milestone: Milestone | None) -> None:
    assert milestone_of(written) is milestone


def test_r2_an_override_speaks_only_of_what_it_writes() -> None:
    put = override(update_block=None)
    assert [(each.milestone, each.day) for each in put.claims()] == [
        (Milestone.DEPRECATED, EARLIER),
        (Milestone.UPDATE_BLOCK, None),
    ]


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        pytest.param({"expires": TODAY}, "write a day after created", id="ends as it begins"),
        pytest.param({"expires": None}, "expires", id="no expiry"),
        pytest.param({"reason": "  "}, "reason", id="no reason"),
        pytest.param({"runtime": "Python"}, "runtime", id="no runtime"),
        pytest.param({"until": TODAY}, "until", id="unknown key"),
    ],
)
def test_r2_a_bad_override_is_refused(facts: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        override(**facts)


def test_r2_an_override_without_a_date_is_refused() -> None:
    with pytest.raises(ValidationError, match="names no date; write deprecated, create_block"):
        Override(runtime="python3.9", reason="r", created=TODAY, expires=TODAY + days(1))


DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))
CLAIMS = st.lists(
    st.builds(
        claim,
        st.none() | DAYS,
        speaker=st.sampled_from([Speaker.CATALOG, Speaker.NOTICE, Speaker.OVERRIDE]),
        as_of=st.dates(TODAY - days(60), TODAY),
    ),
    max_size=4,
)


@given(claims=CLAIMS)
def test_r2_no_order_of_claims_changes_the_outcome(claims: list[Claim]) -> None:
    forward, backward = settled(*claims), settled(*reversed(claims))
    assert forward.runtime == backward.runtime
    assert len(forward.conflicts) == len(backward.conflicts)


@given(claims=CLAIMS)
def test_r2_a_conflict_settled_by_an_old_word_takes_the_earliest_date(
    claims: list[Claim],
) -> None:
    found = settled(*claims)
    said = [*claims, Claim(Speaker.TABLE, "python3.9", Milestone.DEPRECATED, DEPRECATED, TODAY)]
    first = min(
        said, key=lambda each: (each.speaker.rank, TODAY - each.as_of, each.day or date.max)
    )
    is_old = first.as_of < TODAY - days(30) and first.speaker is not Speaker.OVERRIDE
    earliest = min(each.day or date.max for each in said)
    assert (found.runtime.deprecated or date.max) == (earliest if is_old else first.day or date.max)
