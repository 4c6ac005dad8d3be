"""Whether Steward does its rounds and sees everything on them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.coverage import SweepCoverage
from steward.domain.modes import Mode
from steward.domain.stacks import Unit
from steward.ledger.organization import Gap
from steward_cli.doctor.findings import Status
from steward_cli.doctor.judging.sweeps import judge_breaker, judge_coverage, judge_last_sweep
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMIT = timedelta(hours=6)
UNIT = Unit("222222222222", "eu-west-1")
OTHER = Unit("222222222222", "us-east-1")
LAST = SweepCoverage(
    sweep_id="s-1",
    swept_at=NOW - LIMIT,
    mode=Mode.REAP,
    held="",
    planned=2,
    swept=2,
    unreachable={},
    unanswered=frozenset(),
    passed_over={},
)


@pytest.mark.parametrize(
    ("last", "status", "words"),
    [
        pytest.param(LAST, OK, "6h ago", id="just in time"),
        pytest.param(
            replace(LAST, swept_at=NOW - LIMIT - timedelta(seconds=1)), FAIL, "longer", id="late"
        ),
        pytest.param(replace(LAST, held="too many"), WARN, "was held: too many", id="held"),
        pytest.param(None, FAIL, "no sweep was ever", id="never"),
    ],
)
def test_the_last_sweep(last: SweepCoverage | None, status: Status, words: str) -> None:
    assert_says(judge_last_sweep(last, LIMIT, NOW), status, words)


@pytest.mark.parametrize(
    ("last", "status", "words"),
    [
        pytest.param(LAST, OK, "2 of 2 units", id="whole"),
        pytest.param(None, WARN, "no sweep has ended", id="none yet"),
        pytest.param(
            replace(LAST, swept=1, unanswered=frozenset({UNIT})), FAIL, "is partial", id="partial"
        ),
        pytest.param(
            replace(LAST, swept=1, unreachable={UNIT: "denied"}), WARN, "could not be", id="denied"
        ),
        pytest.param(replace(LAST, planned=0, swept=0), FAIL, "no unit was planned", id="nothing"),
        pytest.param(replace(LAST, unreadable="odd"), FAIL, "cannot be read", id="unreadable"),
    ],
)
def test_coverage(last: SweepCoverage | None, status: Status, words: str) -> None:
    assert_says(judge_coverage(last, {}, NOW), status, words)


def test_units_with_one_reason_are_one_line_that_says_since_when() -> None:
    last = replace(LAST, swept=0, unreachable={UNIT: "denied; mend it", OTHER: "denied; mend it"})
    gaps = {unit: Gap("denied", NOW - timedelta(days=3)) for unit in (UNIT, OTHER)}
    (seen,) = judge_coverage(last, gaps, NOW).evidence
    assert (seen.field, seen.value) == (f"{UNIT}, {OTHER}", "denied (since 3d)")


@pytest.mark.parametrize(
    ("last", "tripped", "status", "words"),
    [
        pytest.param(None, "", OK, "no sweep", id="no sweep"),
        pytest.param(LAST, "", OK, "was not stopped", id="not tripped"),
        pytest.param(LAST, "cap of 10", FAIL, "cap of 10", id="tripped"),
    ],
)
def test_the_breaker(last: SweepCoverage | None, tripped: str, status: Status, words: str) -> None:
    assert_says(judge_breaker(last, tripped), status, words)
