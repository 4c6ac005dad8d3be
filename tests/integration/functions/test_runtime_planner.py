"""A planned scan of runtimes: which units, from which source, and what is left for the others."""

import json
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.runtimes.inventory import CapabilityName
from steward.domain.runtimes.places import MANIFEST, lifecycle_key, plan_key, seen_key
from steward.domain.stacks import Unit
from steward.workflows.runtimes.planning_units import is_its_day
from tests.integration.functions.cloudformation import HUB
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import SKEW, SWEPT_AT, Hub
from tests.integration.functions.runtime_scans import DELAY, Scans, open_scans, units
from tests.integration.functions.runtime_sources import HOUR, config_row, source
from tests.integration.functions.samples import sample

SCAN = "20261123T080000Z"


@pytest.fixture
def scans(hub: Hub) -> Scans:
    return open_scans(hub)


def show(scans: Scans, unit: Unit, *names: str, **changes: Any) -> None:
    scans.config.rows += [
        config_row(unit.account_id, unit.region, name, **changes) for name in names
    ]


def test_the_schedule_plans_every_account_with_production_and_management(scans: Scans) -> None:
    answer = scans.plan()
    works = scans.works()
    assert [work.unit for work in works] == scans.everywhere
    assert {HUB, scans.dev, scans.prod} == {work.account.account_id for work in works}
    assert (answer["scan_id"], answer["units"]) == (SCAN, 6)
    assert answer["reason"] == "the daily schedule"
    (scan,) = {work.scan.model_dump_json() for work in works}
    assert json.loads(scan)["scanned_at"] == "2026-11-23T08:00:00Z"
    assert all(work.scan.full for work in works)


def test_the_report_is_asked_for_once_and_held_back(scans: Scans) -> None:
    scans.plan()
    (report,) = scans.reports()
    assert (report.scan.scan_id, report.tries) == (SCAN, 0)
    assert [each["DelaySeconds"] for each in scans.hub.exchange.sent("SendMessage")] == [DELAY]


def test_what_was_read_of_an_account_goes_along(scans: Scans) -> None:
    scans.plan()
    work = next(work for work in scans.works() if work.account.account_id == scans.dev)
    assert work.account.name == "dev"
    planned = next(each for each in scans.written(SCAN).units if each.account_id == scans.dev)
    assert planned.account_name == "dev"


def test_accounts_are_put_on_record_for_the_digest_which_heeds_their_mode(scans: Scans) -> None:
    scans.plan()
    account = scans.hub.ledger.account(scans.dev)
    assert account is not None
    assert account.name == "dev"


def test_regions_are_those_of_the_runtimes_section_before_those_of_the_scope(scans: Scans) -> None:
    scans.deploy(runtimes={"regions": ["ap-south-1"]})
    scans.plan()
    everybody = (HUB, scans.dev, scans.prod)
    assert [work.unit for work in scans.works()] == units(everybody, ["ap-south-1"])


def test_an_excluded_account_is_passed_over_and_what_config_shows_of_it_is_counted(
    scans: Scans,
) -> None:
    scans.deploy(runtimes={"exclude_accounts": [scans.prod]})
    show(scans, Unit(scans.prod, "eu-west-1"), "one", "two")
    scans.plan()
    assert scans.prod not in {work.account.account_id for work in scans.works()}
    assert scans.written(SCAN).passed_over == {
        scans.prod: (
            "excluded by runtimes.exclude_accounts of the policy; "
            "Config aggregator shows 2 functions there"
        )
    }


def test_rows_of_an_account_that_is_no_active_member_are_counted_and_said(scans: Scans) -> None:
    show(scans, Unit("999999999999", "eu-west-1"), "left-behind")
    scans.plan()
    assert scans.written(SCAN).passed_over == {
        "999999999999": (
            "no active account of the organization; Config aggregator shows 1 function there"
        )
    }
    assert "999999999999" not in {work.account.account_id for work in scans.works()}


def test_r4_config_rows_become_files_of_their_unit_and_health_rows_too(scans: Scans) -> None:
    unit = Unit(scans.dev, "eu-west-1")
    show(scans, unit, "orders", "carts")
    scans.health.functions = [(scans.dev, "eu-west-1", "orders")]
    scans.plan()
    work = scans.work(unit)
    assert (work.config_parts, work.health_parts) == (1, 1)
    config = scans.lines(seen_key(SCAN, unit, "config", 0))
    assert [(row["name"], row["runtime_id"]) for row in config] == [
        ("orders", "python3.9"),
        ("carts", "python3.9"),
    ]
    (sight,) = scans.lines(seen_key(SCAN, unit, "health", 0))
    assert (sight["name"], sight["status"]) == ("orders", "PENDING")


def test_r4_a_unit_that_config_covers_is_not_read_live_on_six_days_of_seven(scans: Scans) -> None:
    scans.had_a_report()
    unit, other = scans.quiet(), scans.on_its_day()
    show(scans, unit, "orders")
    show(scans, other, "orders")
    scans.plan()
    works = {work.unit: work for work in scans.works()}
    assert (works[unit].in_config, works[unit].live, works[unit].config_reason) == (True, False, "")
    assert (works[other].in_config, works[other].live) == (True, True)


def test_r4_every_unit_has_its_day_once_in_seven(scans: Scans) -> None:
    for unit in scans.everywhere:
        days = [is_its_day(unit, SWEPT_AT + timedelta(days=number)) for number in range(14)]
        assert days.count(True) == 2
        assert days[:7] == days[7:]


def test_the_first_scan_of_all_reads_every_unit_live(scans: Scans) -> None:
    for unit in scans.everywhere:
        show(scans, unit, "orders")
    scans.plan()
    assert all(work.live and work.in_config for work in scans.works())


def test_regions_that_only_config_or_health_shows_are_planned_too(scans: Scans) -> None:
    show(scans, Unit(scans.dev, "ap-south-1"), "forgotten")
    scans.health.functions = [(scans.prod, "sa-east-1", "older")]
    scans.plan()
    beyond = [Unit(scans.dev, "ap-south-1"), Unit(scans.prod, "sa-east-1")]
    assert [work.unit for work in scans.works()] == sorted([*scans.everywhere, *beyond])


def test_a_unit_in_which_functions_were_known_is_visited_until_they_are_gone(
    scans: Scans,
) -> None:
    """Else what was found there would stay open for ever."""
    known = {"account_id": scans.dev, "region": "ap-south-1", "functions": 2}
    empty = {"account_id": scans.dev, "region": "sa-east-1", "functions": 0}
    gone = {"account_id": "999999999999", "region": "eu-west-1", "functions": 3}
    scans.had_a_report(known, empty, gone)
    scans.plan()
    beyond = [work for work in scans.works() if work.unit not in scans.everywhere]
    assert [work.unit for work in beyond] == [Unit(scans.dev, "ap-south-1")]
    assert beyond[0].live


def test_a_broken_manifest_stops_no_scan_and_is_said(scans: Scans) -> None:
    scans.store.write(MANIFEST, b"{", "application/json")
    scans.plan()
    assert {work.unit for work in scans.works()} == set(scans.everywhere)
    (problem,) = scans.written(SCAN).problems
    assert f"{MANIFEST} cannot be read" in problem


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"LastUpdateStatus": "FAILED"}, "Config reports FAILED", id="failed"),
        pytest.param({"LastUpdateStatus": "OUTDATED"}, "Config reports OUTDATED", id="outdated"),
        pytest.param(
            {"LastUpdateStatus": "FAILED", "LastErrorCode": "Denied", "LastErrorMessage": "no"},
            "(Denied: no)",
            id="failed-and-says-why",
        ),
        pytest.param(
            {"LastUpdateTime": SWEPT_AT - 25 * HOUR}, "last copied 25 hours ago", id="old"
        ),
        pytest.param({"LastUpdateTime": ""}, "never copied it", id="never-copied"),
        pytest.param({"SourceId": "888888888888"}, "has no source for it", id="no-source"),
    ],
)
def test_r3_a_unit_whose_source_is_not_fresh_is_read_live_and_says_why(
    scans: Scans, changes: dict[str, Any], reason: str
) -> None:
    scans.had_a_report()
    unit = scans.quiet()
    show(scans, unit, "orders")
    stale = source(unit.account_id, unit.region, SWEPT_AT - HOUR, **changes)
    others = [
        each
        for each in scans.config.sources
        if (each["SourceId"], each["AwsRegion"]) != (unit.account_id, unit.region)
    ]
    scans.config.sources = [*others, stale]
    scans.plan()
    work = scans.work(unit)
    assert (work.in_config, work.live, work.config_parts) == (False, True, 1)
    assert reason in work.config_reason


@pytest.mark.parametrize(
    ("recorded", "age", "in_config"),
    [
        pytest.param("CONTINUOUS", 24 * HOUR, True, id="exactly-a-day"),
        pytest.param("CONTINUOUS", 24 * HOUR + timedelta(seconds=1), False, id="a-second-more"),
        pytest.param("DAILY", 48 * HOUR, True, id="daily-exactly-two-days"),
        pytest.param("DAILY", 48 * HOUR + timedelta(seconds=1), False, id="daily-a-second-more"),
    ],
)
def test_r3_how_old_a_source_may_be_depends_on_how_often_it_records(
    scans: Scans, recorded: str, age: timedelta, in_config: bool
) -> None:
    unit = scans.quiet()
    show(scans, unit, "orders", recordingFrequency=recorded)
    scans.config.sources = [source(unit.account_id, unit.region, SWEPT_AT - age)]
    scans.plan()
    assert scans.work(unit).in_config is in_config


@pytest.mark.parametrize("source_id", ["organization", "o-exampleorgid"])
def test_a_source_may_be_a_whole_account_or_the_whole_organization(
    scans: Scans, source_id: str
) -> None:
    unit, other = Unit(scans.dev, "eu-west-1"), Unit(scans.prod, "eu-west-1")
    show(scans, unit, "orders")
    show(scans, other, "orders")
    scans.config.sources = [
        source(scans.dev, "", SWEPT_AT - HOUR),
        source(source_id, "eu-west-1", SWEPT_AT - HOUR, SourceType="ORGANIZATION"),
    ]
    scans.plan()
    works = {work.unit: work for work in scans.works()}
    assert works[unit].in_config
    assert works[other].in_config


def test_a_unit_of_which_config_shows_nothing_is_read_live(scans: Scans) -> None:
    scans.had_a_report()
    scans.plan()
    works = scans.works()
    assert {(work.in_config, work.live) for work in works} == {(False, True)}
    assert {work.config_reason for work in works} == {
        "Config shows no function there, as when its recorder is off"
    }


def test_files_come_before_units_and_units_before_the_report(scans: Scans) -> None:
    show(scans, Unit(scans.dev, "eu-west-1"), "orders")
    scans.plan()
    kept = ("PutObject", "SendMessageBatch", "SendMessage", "TransactWriteItems")
    calls = [call for call in scans.hub.exchange.calls if call.operation in kept]
    order = [
        call.params.get("Key", call.operation) if call.service == "s3" else call.operation
        for call in calls
    ]
    first_batch = order.index("SendMessageBatch")
    assert order.index(lifecycle_key(SCAN)) < order.index(plan_key(SCAN)) < first_batch
    assert first_batch < order.index("SendMessage")
    # The first record of dates, after which nobody is told of them again.
    assert order[-1] == "TransactWriteItems"


@pytest.mark.parametrize("operation", ["PutObject", "SendMessageBatch", "SendMessage"])
def test_a_crash_and_the_retry_of_its_event_leave_the_same_scan(
    scans: Scans, operation: str
) -> None:
    show(scans, Unit(scans.dev, "eu-west-1"), "orders", "carts")
    scans.plan()
    undisturbed = scans.contents()
    assert len(undisturbed) == 3
    scans.works()

    def crash() -> None:
        raise Crash

    scans.hub.exchange.after(operation, crash)
    with pytest.raises(Crash):
        scans.plan()
    scans.planner.restart()
    assert scans.plan()["scan_id"] == SCAN
    assert scans.contents() == undisturbed
    assert {work.unit for work in scans.works()} == set(scans.everywhere)


def test_a_second_scan_with_nothing_new_writes_nothing_to_the_ledger(scans: Scans) -> None:
    scans.plan()
    assert scans.hub.exchange.writes != []
    scans.hub.exchange.calls.clear()
    scans.day_after()
    assert scans.hub.exchange.writes == []
    scans.planner.restart()
    scans.plan()
    assert scans.hub.exchange.writes == []


def test_r15_without_a_policy_the_hubs_region_is_scanned_and_the_lack_is_said(
    scans: Scans,
) -> None:
    scans.hub.forget_policies()
    scans.hub.appconfig.document = None
    answer = scans.plan()
    works = scans.works()
    assert [work.unit for work in works] == units((HUB, scans.dev, scans.prod), ["eu-west-1"])
    assert {work.scan.policy for work in works} == {""}
    capability = scans.capability(SCAN, CapabilityName.POLICY)
    assert (capability.available, capability.lowers != "") == (False, True)
    assert "deploy one to AppConfig" in answer["capabilities"]["policy"]


def test_with_a_problem_the_last_good_policy_counts_and_that_is_said(scans: Scans) -> None:
    policy = scans.deploy()
    scans.plan()
    scans.hub.appconfig.document = "{"
    scans.plan()
    assert {work.scan.policy for work in scans.works()} == {policy.fingerprint}
    capability = scans.capability(SCAN, CapabilityName.POLICY)
    assert (capability.available, capability.lowers) == (True, "the last good policy counts")
    assert "Invalid JSON" in capability.reason


def test_an_override_without_a_reason_is_a_problem_of_the_policy(scans: Scans) -> None:
    scans.plan()
    document = json.loads(scans.hub.appconfig.document or "")
    override = {"runtime": "python3.9", "update_block": None, "created": "2026-11-01"}
    document["runtimes"] = {"dates": [override | {"expires": "2027-11-01"}]}
    scans.hub.appconfig.document = json.dumps(document)
    scans.plan()
    assert "runtimes.dates.0.reason: Field required" in (
        scans.capability(SCAN, CapabilityName.POLICY).reason
    )


def test_alone_only_the_own_account_is_scanned_and_organizations_is_not_asked(
    scans: Scans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    scans.planner.restart()
    scans.plan()
    assert [work.unit for work in scans.works()] == units((HUB,))
    assert "organizations" not in {call.service for call in scans.hub.exchange.calls}


def test_accounts_that_cannot_be_listed_are_no_empty_organization(scans: Scans) -> None:
    scans.hub.exchange.refuse("DescribeOrganization", "AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        scans.plan()
    assert scans.works() == []


def test_what_the_queue_refuses_is_said_and_the_report_waits_for_the_retry(scans: Scans) -> None:
    scans.hub.exchange.refuse("SendMessageBatch", "InternalError")
    with pytest.raises(Exception, match="InternalError"):
        scans.plan()
    assert scans.reports() == []
    scans.plan()
    assert {work.scan.scan_id for work in scans.works()} == {SCAN}


@pytest.mark.parametrize(
    ("moved", "is_kept"),
    [
        pytest.param(SKEW, True, id="exactly-the-skew-ago"),
        pytest.param(SKEW + timedelta(seconds=1), False, id="a-second-more"),
    ],
)
def test_the_events_time_is_the_scans_clock_when_it_is_near(
    scans: Scans, moved: timedelta, is_kept: bool
) -> None:
    scans.hub.clock = SWEPT_AT + moved
    scans.plan()
    expected = SWEPT_AT if is_kept else scans.hub.clock
    assert {work.scan.scanned_at for work in scans.works()} == {expected}


def test_a_scan_is_counted(scans: Scans, capsys: pytest.CaptureFixture[str]) -> None:
    scans.plan()
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert line["RuntimeScansPlanned"] == [1.0]
    assert line["RuntimeUnitsPlanned"] == [6.0]
    # The version catalog, which says nothing of Lambda here.
    assert line["RuntimeSourcesMissing"] == [1.0]
    assert "RuntimeDatesChanged" not in line


def test_all_missing_variables_are_named(scans: Scans, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REPORTS_BUCKET", "RUNTIME_UNITS_QUEUE_URL"):
        monkeypatch.delenv(name)
    scans.planner.restart()
    with pytest.raises(Exception, match=r"(?s)RUNTIME_UNITS_QUEUE_URL.*template\.yaml") as caught:
        scans.plan(sample("schedule"))
    assert "REPORTS_BUCKET" in str(caught.value)
