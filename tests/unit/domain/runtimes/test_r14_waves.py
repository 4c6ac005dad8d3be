"""R14: which waves a report shows, and what falls on each; days are whole days in UTC."""

from datetime import date
from typing import Any

import pytest

from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.findings import Bucket, find
from steward.domain.runtimes.lifecycle import Lifecycle, Milestone
from steward.domain.runtimes.plans import ScanDates
from steward.domain.runtimes.reconciliation import Outcome, Reconciled
from steward.domain.runtimes.reporting.coverage_box import headline
from steward.domain.runtimes.reporting.csv_rows import COLUMNS, cells
from steward.domain.runtimes.reporting.overview import CoverageBox, Wave
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.reporting.waves import waves_of
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.rows import Known, Outlook, row_of
from steward.domain.stacks import Unit
from tests.unit.domain.runtimes.findings import ENDING, LASTING, make_function
from tests.unit.domain.runtimes.samples import TODAY, days, make_lifecycle, without_dates

OPEN = Reconciled(Outcome.OPEN, True, "")
BLOCK = TODAY + days(70)


def row(lifecycle: Lifecycle, today: date = TODAY, **facts: Any) -> ReportedFunction:
    finding = find(make_function(**facts), lifecycle, [], today)
    return row_of(finding, OPEN, Known(owned=True), Outlook(lifecycle, today, {}))


def waves(
    lifecycle: Lifecycle,
    *functions: dict[str, Any],
    today: date = TODAY,
    claims: tuple[Claim, ...] = (),
) -> dict[tuple[Milestone, date], Wave]:
    summary = Summary()
    for facts in functions:
        summary.add(row(lifecycle, today, **facts))
    scan = ScanDates(scan_id="x", today=today, claims=claims)
    regions = sorted({each.get("unit", Unit("2", "eu-west-1")).region for each in functions})
    dates = ReportDates(lifecycle, scan, regions)
    found = waves_of(summary, dates, [], 0)
    by_day = {(each.milestone, each.day): each for each in found}
    assert len(by_day) == len(found)
    return by_day


@pytest.mark.parametrize(
    ("today", "is_to_come"),
    [
        pytest.param(BLOCK - days(1), True, id="the-day-before"),
        pytest.param(BLOCK, False, id="on-the-day"),
    ],
)
def test_r14_a_wave_comes_at_midnight_of_its_day(today: date, is_to_come: bool) -> None:
    found = waves(make_lifecycle(ENDING, LASTING), {}, today=today)
    wave = found[(Milestone.CREATE_BLOCK, BLOCK)]
    assert (wave.days_left > 0) is is_to_come
    assert (wave.needed_per_week is not None) is is_to_come
    assert wave.sentence.startswith("1 function left, " if is_to_come else "1 function left since")


def test_r14_of_what_is_past_the_last_wave_of_each_milestone_that_still_hits_is_shown() -> None:
    older = without_dates("python3.7", version=(3, 7), deprecated=TODAY - days(900))
    fixed = without_dates("python3.8", version=(3, 8), deprecated=TODAY - days(9))
    table = make_lifecycle(older, fixed, ENDING, LASTING)
    found = waves(table, {}, {"runtime_id": "python3.7"})
    past = [key for key in found if key[1] <= TODAY]
    assert past == [(Milestone.DEPRECATED, TODAY - days(30))]


def test_r14_a_wave_counts_functions_and_versions_apart() -> None:
    elsewhere = Unit("333333333333", "us-east-1")
    found = waves(
        make_lifecycle(ENDING, LASTING),
        {"name": "a"},
        {"name": "b", "unit": elsewhere, "owner": "x@example.com"},
        {"name": "a", "version": "3"},
        {"name": "c", "runtime_id": "python3.14"},
    )
    wave = found[(Milestone.CREATE_BLOCK, BLOCK)]
    assert (wave.functions, wave.versions, wave.owners, wave.accounts) == (2, 1, 2, 2)
    assert wave.runtimes == ("python3.9",)


def test_r14_what_is_too_far_away_is_not_said_to_be_none() -> None:
    far = without_dates("python3.12", version=(3, 12), deprecated=TODAY + days(900))
    found = waves(make_lifecycle(far, LASTING), {"runtime_id": "python3.12"})
    assert [each.sentence for each in found.values()] == [
        "1 on these runtimes, too early to warn of it"
    ]


def test_r14_dates_that_differ_by_region_are_waves_of_their_own() -> None:
    there = frozenset({"us-east-1"})
    moved = BLOCK + days(30)
    claim = Claim(Speaker.CATALOG, "python3.9", Milestone.CREATE_BLOCK, moved, TODAY, there)
    found = waves(
        make_lifecycle(ENDING, LASTING),
        {"name": "a"},
        {"name": "b", "unit": Unit("333333333333", "us-east-1")},
        claims=(claim,),
    )
    assert found[(Milestone.CREATE_BLOCK, BLOCK)].functions == 1
    assert found[(Milestone.CREATE_BLOCK, moved)].functions == 1


@pytest.mark.parametrize(
    ("covered", "total", "buckets", "says"),
    [
        pytest.param(2, 2, {}, "0 functions affected in 2 of 2 account regions", id="proven"),
        pytest.param(
            1,
            2,
            {},
            "0 functions affected in 1 of 2 account regions; not proven for what was not covered",
            id="a gap",
        ),
        pytest.param(
            2,
            2,
            {Bucket.NOT_COVERED: 3},
            "0 functions affected in 2 of 2 account regions; 3 not covered; not proven for what "
            "was not covered",
            id="lost functions",
        ),
        pytest.param(
            0,
            0,
            {},
            "0 functions affected in 0 of 0 account regions; not proven for what was not covered",
            id="nothing",
        ),
        pytest.param(
            1,
            2,
            {Bucket.AFFECTED: 1, Bucket.UNKNOWN: 2, Bucket.EXCEPTED: 4},
            "1 function affected in 1 of 2 account regions; 4 excepted; 2 unknown",
            id="affected",
        ),
    ],
)
def test_r3_the_headline_never_says_a_number_without_its_coverage(
    covered: int, total: int, buckets: dict[Bucket, int], says: str
) -> None:
    assert headline(CoverageBox(covered=covered, total=total, live=0), buckets) == says


@pytest.mark.parametrize(
    ("owner", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("a=1", "a=1", id="equals later"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_cell_that_would_be_a_formula_begins_with_a_quote(owner: str, cell: str) -> None:
    found = cells(row(make_lifecycle(ENDING, LASTING), owner=owner))
    assert len(found) == len(COLUMNS)
    assert found[COLUMNS.index("owner")] == cell


def test_r14_published_versions_that_are_left_are_not_passed_over() -> None:
    found = waves(make_lifecycle(ENDING, LASTING), {"version": "3"})
    said = found[(Milestone.CREATE_BLOCK, BLOCK)].sentence
    assert said == "no function left, but 1 published version"
