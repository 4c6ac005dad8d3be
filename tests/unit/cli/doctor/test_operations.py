"""Queues, alarms, switches, records, and the runtime scan's sources."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.runtimes.inventory import AggregatorSource
from steward_cli.doctor.findings import Finding, Status
from steward_cli.doctor.judging.inventory import (
    Aggregator,
    judge_aggregator,
    judge_health,
    judge_recorders,
    judge_runtime_table,
)
from steward_cli.doctor.judging.operations import (
    Alarm,
    Queue,
    Switch,
    judge_alarms,
    judge_concurrency,
    judge_dead_letters,
    judge_event_sources,
    judge_queues,
    judge_schedules,
)
from steward_cli.doctor.judging.records import (
    LedgerTable,
    LinkKey,
    judge_ledger,
    judge_link_key,
    judge_logs,
)
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TABLE = LedgerTable("ledger", "ACTIVE", "ENABLED", "ENABLED", "ttl")
SOURCE = AggregatorSource("222222222222", "eu-west-1", "SUCCEEDED", NOW - HOUR)
COPIES = Aggregator("all", is_organization=True, regions=None, sources=(SOURCE,))
REGION = ("eu-west-1",)


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        pytest.param(judge_dead_letters([Queue("D", 0)]), OK, "empty", id="empty"),
        pytest.param(judge_dead_letters([Queue("D", 1)]), FAIL, "1 message in D", id="given up"),
        pytest.param(judge_queues([Queue("Q", 3, HOUR)]), OK, "none for long", id="an hour"),
        pytest.param(judge_queues([Queue("Q", 3, HOUR + SECOND)]), WARN, "oldest", id="too long"),
        pytest.param(judge_queues([Queue("Q", 0)]), OK, "0 messages", id="not measured"),
        pytest.param(judge_alarms([Alarm("A", "OK")], 1), OK, "none raised", id="quiet"),
        pytest.param(judge_alarms([Alarm("A", "ALARM")], 1), FAIL, "A is raised", id="raised"),
        pytest.param(judge_alarms([Alarm("A", "INSUFFICIENT_DATA")], 1), OK, "none", id="no data"),
        pytest.param(
            judge_alarms([Alarm("A", "OK", actions_enabled=False)], 1), WARN, "nobody", id="muted"
        ),
        pytest.param(judge_alarms([], 1), WARN, "1 alarm missing", id="deleted by hand"),
        pytest.param(judge_schedules([Switch("r", "ENABLED", True)]), OK, "all on", id="rule on"),
        pytest.param(judge_schedules([Switch("r", "DISABLED", False)]), FAIL, "r is", id="off"),
        pytest.param(judge_event_sources([Switch("u", "Enabled", True)]), OK, "1", id="source on"),
        pytest.param(
            judge_event_sources([Switch("u", "Disabled", False)]), FAIL, "not worked", id="source"
        ),
        pytest.param(judge_concurrency(1000, 200, 200), OK, "fit into 200", id="just enough"),
        pytest.param(judge_concurrency(1000, 199, 200), WARN, "room for 199", id="too few"),
    ],
)
def test_what_runs(found: Finding, status: Status, words: str) -> None:
    assert_says(found, status, words)


def test_an_alarm_names_its_runbook() -> None:
    found = judge_alarms([Alarm("UnitsDeadLetterQueueAlarm", "ALARM", "1 >= 1")], 1)
    assert found.mend == "docs/runbooks/units-dead-letter-queue.md"


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        pytest.param(judge_ledger(TABLE), OK, "with backups", id="ledger"),
        pytest.param(judge_ledger(replace(TABLE, recovery="DISABLED")), WARN, "recovery", id="pit"),
        pytest.param(judge_ledger(replace(TABLE, expiry="DISABLED")), WARN, "grows", id="ttl off"),
        pytest.param(
            judge_ledger(replace(TABLE, ttl_attribute="expires")), WARN, "grows", id="ttl elsewhere"
        ),
        pytest.param(judge_ledger(replace(TABLE, status="DELETING")), FAIL, "DELETING", id="gone"),
        pytest.param(judge_logs({"/a": 30}, ["/a"]), OK, "30 days", id="logs"),
        pytest.param(judge_logs({"/a": None}, ["/a"]), WARN, "for ever", id="kept for ever"),
        pytest.param(judge_logs({}, ["/a"]), FAIL, "gone: /a", id="no log group"),
        pytest.param(judge_link_key(None, NOW), FAIL, "is gone", id="no key"),
        pytest.param(judge_link_key(LinkKey(NOW, True), NOW), FAIL, "is gone", id="deleted key"),
        pytest.param(
            judge_link_key(LinkKey(NOW - timedelta(days=365), False), NOW), OK, "there", id="a year"
        ),
        pytest.param(
            judge_link_key(LinkKey(NOW - timedelta(days=366), False), NOW),
            WARN,
            "366",
            id="old key",
        ),
    ],
)
def test_what_must_last(found: Finding, status: Status, words: str) -> None:
    assert_says(found, status, words)


def _copies(**changes: object) -> Finding:
    return judge_aggregator(replace(COPIES, **changes), "all", REGION, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        pytest.param(_copies(), OK, "fresh copies of 1", id="fresh"),
        pytest.param(judge_aggregator(None, "all", REGION, NOW), FAIL, "no Config", id="missing"),
        pytest.param(_copies(is_organization=False), WARN, "single accounts", id="accounts"),
        pytest.param(_copies(regions=frozenset({"us-east-1"})), WARN, "eu-west-1", id="region"),
        pytest.param(
            _copies(sources=(replace(SOURCE, status="FAILED"),)), WARN, "failing", id="failing"
        ),
        pytest.param(
            _copies(sources=(replace(SOURCE, updated_at=NOW - 49 * HOUR),)), WARN, "1", id="stale"
        ),
        pytest.param(judge_recorders(frozenset({"1"}), ["1"], "all"), OK, "in all", id="recorded"),
        pytest.param(judge_recorders(frozenset(), ["1"], "all"), WARN, "of 1", id="no recorder"),
        pytest.param(judge_health("", ""), OK, "whole organization", id="health"),
        pytest.param(
            judge_health("SubscriptionRequiredException", "buy a plan"), WARN, "Subs", id="no plan"
        ),
        pytest.param(
            judge_runtime_table(date(2026, 8, 25), NOW.date()), OK, "2026-08-25", id="90 days"
        ),
        pytest.param(
            judge_runtime_table(date(2026, 8, 24), NOW.date()), WARN, "91 days", id="91 days"
        ),
    ],
)
def test_where_the_scan_reads(found: Finding, status: Status, words: str) -> None:
    assert_says(found, status, words)
