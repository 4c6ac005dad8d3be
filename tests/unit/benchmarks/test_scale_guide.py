"""docs/guide/scale.md says what follows from the committed measurements and prices."""

from dataclasses import replace
from itertools import pairwise

import pytest

from benchmarks.rollouts import guide
from benchmarks.scale.figures import KINDS, monthly, tables
from benchmarks.scale.measured import Work
from benchmarks.scale.model import (
    FIRST_WORKERS,
    MORE_WORKERS_A_SECOND,
    Timing,
    by_job,
    drained_within,
)
from benchmarks.scale.money import bill, prices
from benchmarks.scale.results import GUIDE, measured, verdicts

REMEDY = 'run `make benchmark ARGS="--parts scale"` and read what the guide says of the figures'
WORKS = measured()
TABLES = tables(WORKS)
WORK = Work(
    job="lease_worker",
    accounts=10,
    all_units=40,
    units=20,
    invocations=4,
    cpu_seconds=0.0,
    peak_bytes=0,
    log_bytes=500_000_000,
    reads=1_000_000,
    writes=500_000,
    metrics=100_000,
    stored_bytes=0,
    calls={"s3.PutObject": 200_000, "s3.GetObject": 2_500_000},
)


@pytest.mark.parametrize("key", list(TABLES))
def test_the_guide_shows_what_was_measured(key: str) -> None:
    shown = guide.shown(GUIDE.read_text(encoding="utf-8"))
    assert shown[key] == TABLES[key], REMEDY


def test_a_bill_is_the_whole_organizations_calls_times_the_list_prices() -> None:
    found = bill(Timing(WORK), 200, {**prices(), "lambda_gb_second": 0.0})
    assert found.ledger == pytest.approx(2 * (0.125 + 0.3125))
    assert found.files == pytest.approx(2 * (1.0 + 1.0))
    assert found.logs == pytest.approx(2 * 0.25)
    assert found.metrics == pytest.approx(2 * 1.0)
    assert found.queue == pytest.approx(2 * 2 * 4 * 0.0000004)
    assert found.compute == pytest.approx(2 * 4 * 0.0000002)


def test_compute_is_waiting_and_processor_time_by_the_memory_it_is_charged_for() -> None:
    busy = replace(WORK, units=40, cpu_seconds=10.0, calls={"sts.AssumeRole": 1000})
    timing = Timing(busy)
    seconds = 1000 * 0.03 + 10 * 1769 / 512
    assert timing.busy_seconds == pytest.approx(seconds)
    assert timing.gigabyte_seconds(200) == pytest.approx(seconds / 2)


@pytest.mark.parametrize(
    ("busy", "workers", "taken"),
    [
        pytest.param(100.0, 5, 20.0, id="no more workers than at first"),
        pytest.param(0.0, 200, 0.0, id="no work"),
        pytest.param(3997.5, 200, 39.0, id="done when the last worker starts"),
        pytest.param(4197.5, 200, 40.0, id="a second of all workers more"),
        pytest.param(5 * 2 + 2.5 * 4, 200, 2.0, id="done while workers still start"),
    ],
)
def test_work_is_drained_by_workers_that_become_more(
    busy: float, workers: int, taken: float
) -> None:
    assert (FIRST_WORKERS, MORE_WORKERS_A_SECOND) == (5, 5)
    assert drained_within(busy, workers) == pytest.approx(taken)


def test_a_planner_waits_for_tags_together_and_no_faster_than_it_is_answered() -> None:
    timing = Timing(
        replace(WORK, job="lease_planner", calls={"organizations.ListTagsForResource": 800})
    )
    assert timing.planned_within(threads=8) == pytest.approx(3.0)
    assert timing.planned_within(threads=1) == pytest.approx(24.0)
    assert timing.planned_within(threads=8, tags_a_second=10) == pytest.approx(80.0)


def test_the_report_waits_for_its_files_together() -> None:
    calls = {"s3.GetObject": 800, "dynamodb.Query": 10}
    timing = Timing(replace(WORK, job="runtime_report", calls=calls))
    assert timing.reported_within(threads=8) == pytest.approx(3.3)
    assert timing.reported_within(threads=1) == pytest.approx(24.3)
    assert timing.gigabyte_seconds(200) == pytest.approx(timing.reported_within())


@pytest.mark.parametrize("kind", list(KINDS))
def test_money_grows_no_faster_than_the_organization(kind: str) -> None:
    timings = by_job(WORKS)
    sizes = sorted({work.accounts for work in WORKS})
    each = [monthly(timings, kind, size).total / size for size in sizes]
    assert all(larger <= smaller * 1.1 for smaller, larger in pairwise(each)), each


def test_every_demand_was_met_in_what_is_committed() -> None:
    missed = [verdict.what for verdict in verdicts(WORKS) if verdict.is_demand and not verdict.met]
    assert not missed
