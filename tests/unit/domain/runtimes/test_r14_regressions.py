"""New on a runtime that ends: what came since its account region was read, and nothing else."""

from datetime import date
from typing import Any

import pytest

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.reconciliation import Outcome
from steward.domain.runtimes.reporting.regressions import as_known_on, is_regression
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import Windows
from steward.domain.runtimes.states import RuntimeState
from tests.unit.domain.runtimes.samples import TODAY, days, make_runtime, without_dates

YESTERDAY = TODAY - days(1)
ENDED = make_runtime(deprecated=date(2025, 12, 15))
SHORT = Windows(info=120, low=90, medium=60, high=30, block=30)


def row(**facts: Any) -> ReportedFunction:
    """One whose finding was opened today."""
    defaults: dict[str, Any] = {
        "account_id": "222222222222",
        "region": "eu-west-1",
        "name": "orders-get",
        "runtime_id": "python3.9",
        "bucket": Bucket.AFFECTED,
        "state": RuntimeState.DEPRECATED,
        "reason": "",
        "outcome": Outcome.OPEN,
        "opened_on": TODAY,
    }
    return ReportedFunction(**{**defaults, **facts})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, True, id="opened-today"),
        pytest.param({"opened_on": YESTERDAY}, False, id="opened-when-it-was-last-read"),
        pytest.param({"opened_on": None}, False, id="no-finding"),
        pytest.param({"version": "7"}, False, id="a-published-version"),
        *(
            pytest.param({"bucket": bucket}, False, id=bucket.value)
            for bucket in Bucket
            if bucket is not Bucket.AFFECTED
        ),
    ],
)
def test_r14_only_an_affected_function_that_is_news_is_one(
    facts: dict[str, Any], expected: bool
) -> None:
    assert is_regression(row(**facts), YESTERDAY, ENDED, TODAY) is expected


def test_r14_one_whose_finding_was_opened_meanwhile_is_none() -> None:
    assert not is_regression(row(opened_on=YESTERDAY), TODAY - days(30), ENDED, TODAY)


@pytest.mark.parametrize(
    ("read_before", "expected"),
    [
        pytest.param(None, False, id="never"),
        pytest.param(TODAY - days(30), True, id="a-month-ago"),
        pytest.param(YESTERDAY, True, id="yesterday"),
        pytest.param(TODAY, False, id="today"),
    ],
)
def test_r14_its_account_region_was_read_on_an_earlier_day(
    read_before: date | None, expected: bool
) -> None:
    assert is_regression(row(), read_before, ENDED, TODAY) is expected


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        pytest.param(make_runtime(deprecated=YESTERDAY + days(181)), False, id="181-days-before"),
        pytest.param(make_runtime(deprecated=YESTERDAY + days(180)), True, id="180-days-before"),
        pytest.param(make_runtime(deprecated=TODAY), True, id="the-day-before"),
        pytest.param(make_runtime(deprecated=YESTERDAY), True, id="on-the-day"),
        pytest.param(make_runtime(create_block=YESTERDAY), True, id="create-blocked"),
        pytest.param(make_runtime(update_block=YESTERDAY), True, id="update-blocked"),
        pytest.param(without_dates(), False, id="without-dates"),
        pytest.param(None, False, id="not-in-the-table"),
    ],
)
def test_r14_its_runtime_was_ending_when_that_was(runtime: Runtime | None, expected: bool) -> None:
    assert is_regression(row(), YESTERDAY, runtime, TODAY) is expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        pytest.param(121, False, id="it-came-into-the-window-today"),
        pytest.param(120, True, id="it-was-in-the-window"),
    ],
)
def test_r14_where_windows_are_short_what_grows_old_into_one_is_none(
    left: int, expected: bool
) -> None:
    runtime = make_runtime(deprecated=YESTERDAY + days(left))
    assert is_regression(row(), YESTERDAY, runtime, TODAY, SHORT) is expected
    assert is_regression(row(), YESTERDAY, runtime, TODAY) is True


@pytest.mark.parametrize(
    ("since", "remains"),
    [
        pytest.param(TODAY, False, id="moved-today"),
        pytest.param(YESTERDAY, True, id="moved-on-the-day"),
    ],
)
def test_r14_a_date_that_moved_since_was_not_known_then(since: date, remains: bool) -> None:
    runtime = make_runtime(deprecated=TODAY + days(90))
    moved = {("python3.9", milestone): since for milestone in Milestone}
    then = as_known_on(YESTERDAY, runtime, moved)
    assert then == (runtime if remains else without_dates())
    assert is_regression(row(), YESTERDAY, then, TODAY) is remains


def test_r14_another_date_that_moved_leaves_those_that_were_known() -> None:
    since = {
        ("python3.9", Milestone.CREATE_BLOCK): TODAY,
        ("python3.8", Milestone.DEPRECATED): TODAY,
    }
    then = as_known_on(YESTERDAY, ENDED, since)
    assert then == ENDED.model_copy(update={"create_block": None})
    assert is_regression(row(), YESTERDAY, then, TODAY)
