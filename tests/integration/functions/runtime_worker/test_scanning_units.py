"""One scan of a unit as its message asks for it: what is found, on record, and left for reports."""

import json
from datetime import timedelta

import pytest

from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.places import lifecycle_key, result_key
from steward.domain.runtimes.plans import ScanDates
from steward.domain.runtimes.severity import Level
from steward.domain.stacks import Unit
from tests.factories import UNIT, make_policy
from tests.integration.functions.exchange import Crash
from tests.integration.functions.runtime_units import (
    SCANNED_AT,
    Units,
    shown,
    told,
    unit_work,
)
from tests.integration.functions.samples import failed, queued, sample

OWNED = {"owner": "dev@example.com"}


def test_the_sample_message_finds_the_functions_that_config_shows(units: Units) -> None:
    units.function("orders", "python3.9")
    work = units.planned(shown("orders", "python3.9", tags=OWNED), shown("fresh", "python3.14"))
    assert failed(units.worker(sample("runtime_unit"))) == []
    header = units.header(work)
    assert (header.covered, header.config, header.live) == (True, True, False)
    assert (header.functions, header.versions, header.problems) == (2, 0, ())
    buckets = {row.name: row.bucket for row in units.rows(work)}
    assert buckets == {"orders": Bucket.AFFECTED, "fresh": Bucket.FINE}
    row = units.row("orders")
    assert (row.owner, row.owned, row.smallest) == ("dev@example.com", True, "python3.12")
    assert row.opened_on == SCANNED_AT.date()
    finding = units.findings()["orders"]
    assert (finding.runtime_id, finding.level) == ("python3.9", Level.CRITICAL)
    (event,) = units.hub.ledger.finding_history(UNIT, "orders", "$LATEST")
    assert (event.what, event.actor) == ("opened", "runtime_worker")
    assert event.why.startswith("Config shows an old runtime; python3.9 is deprecated since 2025")


def test_r4_the_inventory_is_the_union_of_all_sources_and_findings(units: Units) -> None:
    """Keyed by account, region and name; published versions are children of their function."""
    units.function("lost", "nodejs18.x")
    units.scan(shown("lost", "nodejs18.x"))
    units.function("known", "python3.9")
    units.function("blind", "python3.10")
    units.function("named", "nodejs20.x")
    version = units.published("kept", "java11", later="java25")
    header = units.scan(
        shown("known", "python3.9"),
        shown("kept", "java25"),
        told("named", "PENDING", day=1),
        told("known", "PENDING", day=1),
        day=1,
        live=True,
    )
    rows = [(row.name, row.version) for row in units.rows()]
    assert sorted(rows) == rows
    assert [row for row in rows if row[0] == "kept"] == [("kept", "$LATEST"), ("kept", version)]
    assert {name for name, _version in rows} == {"known", "blind", "named", "kept", "lost"}
    assert (header.functions, header.versions, header.live) == (5, 1, True)
    assert "Config does not show 3 functions that Lambda has, such as blind" in header.problems[0]


def test_r4_config_alone_asks_lambda_nothing_where_nothing_ends(units: Units) -> None:
    units.scan(shown("fresh", "python3.14"), shown("image", None))
    sent = {call.operation for call in units.hub.exchange.calls if call.role is not None}
    assert sent == set()


def test_r4_functions_of_other_units_are_not_this_units(units: Units) -> None:
    units.function("far", "python3.9", Unit(UNIT.account_id, "us-east-1"))
    units.function("other", "python3.9", Unit("333333333333", "eu-west-1"))
    units.function("here", "python3.9")
    header = units.scan(in_config=False)
    assert [row.name for row in units.rows()] == ["here"]
    assert (header.functions, header.config, header.live) == (1, False, True)


def test_r4_a_live_list_of_several_pages_is_read_to_its_end(units: Units) -> None:
    units.answers.list_pages([f"function-{number:03d}" for number in range(120)], "python3.14")
    assert units.scan(in_config=False).functions == 120
    assert len(units.hub.exchange.sent("ListFunctions")) == 3


def test_a_scan_that_finds_nothing_new_writes_nothing(units: Units) -> None:
    units.function("orders", "python3.9")
    units.function("odd", "cobol85")
    version = units.published("kept", "java11", later="java25")
    units.answers.invoked = {"orders": 7.0}
    functions = [
        shown("orders", "python3.9", tags=OWNED),
        shown("kept", "java25"),
        shown("odd", "cobol85"),
        shown("fresh", "python3.14"),
        shown("image", None),
    ]
    units.scan(*functions, live=True)
    assert set(units.findings()) == {"orders", "odd", f"kept:{version}"}
    assert len(units.hub.exchange.writes) == 3
    units.hub.exchange.calls.clear()
    for day, live in ((1, False), (2, True), (3, False)):
        units.scan(*functions, day=day, live=live)
    assert units.hub.exchange.writes == []
    assert units.row("kept", version).opened_on == SCANNED_AT.date()


def test_a_message_that_comes_twice_leaves_the_same_file_and_no_second_event(units: Units) -> None:
    units.function("orders", "python3.9")
    units.scan(shown("orders", "python3.9"), shown("gone", "python3.9"))
    work = units.planned(shown("orders", "python3.9"), day=1)
    message = queued("runtime_unit", work.model_dump_json())
    key = result_key(work.scan.scan_id, UNIT)
    assert failed(units.worker(message)) == []
    left, writes = units.store.read(key), len(units.hub.exchange.writes)
    assert failed(units.worker(message)) == []
    assert units.store.read(key) == left
    assert len(units.hub.exchange.writes) == writes
    assert units.history("gone") == ["opened", "changed"]


def test_a_crash_before_the_file_is_made_good_and_counts_no_absence_twice(units: Units) -> None:
    units.scan(shown("orders", "python3.9"), shown("gone", "python3.9"))
    work = units.planned(shown("orders", "python3.9"), shown("new", "python3.9"), day=1)
    message = queued("runtime_unit", work.model_dump_json())

    def crash() -> None:
        raise Crash

    units.hub.exchange.before("PutObject", crash)
    with pytest.raises(Crash):
        units.worker(message)
    units.worker.restart()
    assert failed(units.worker(message)) == []
    assert [row.outcome for row in units.rows(work)] == ["ABSENT_ONCE", "OPEN", "OPEN"]
    assert set(units.findings()) == {"orders", "gone", "new"}
    assert units.findings()["gone"].absences == 1
    assert (units.history("gone"), units.history("new")) == (["opened", "changed"], ["opened"])


def test_one_units_failure_is_one_units_failure(units: Units) -> None:
    bad = units.planned(shown("orders", "python3.9"), config_parts=2)
    good = unit_work(region="us-east-1", config_parts=0)
    units.planned(region="us-east-1", config_parts=0)
    works = [bad.model_dump_json(), good.model_dump_json(), "{}"]
    assert failed(units.worker(queued("runtime_unit", *works))) == ["0", "2"]
    assert units.header(good).covered
    assert units.findings() == {}


def test_a_scan_of_the_future_is_refused(units: Units) -> None:
    work = units.planned(shown("orders", "python3.9"))
    units.hub.clock = SCANNED_AT - timedelta(hours=1)
    assert failed(units.worker(queued("runtime_unit", work.model_dump_json()))) == ["0"]
    assert units.findings() == {}


def test_without_its_dates_a_unit_is_not_judged(units: Units) -> None:
    work = units.planned(shown("orders", "python3.9"))
    units.hub.exchange.refuse("GetObject", "NoSuchKey")
    assert failed(units.worker(queued("runtime_unit", work.model_dump_json()))) == ["0"]
    assert failed(units.worker(queued("runtime_unit", work.model_dump_json()))) == []


def test_what_units_have_in_common_is_read_once_a_scan(units: Units) -> None:
    works = []
    for region in ("eu-west-1", "eu-central-1", "us-east-1"):
        works.append(units.planned(region=region))
    units.hub.exchange.calls.clear()
    messages = [work.model_dump_json() for work in works]
    assert failed(units.worker(queued("runtime_unit", *messages))) == []
    keys = [params["Key"] for params in units.hub.exchange.sent("GetObject")]
    assert keys == [lifecycle_key(works[0].scan.scan_id)]
    assert len(units.hub.exchange.sent("GetItem")) == 1


def test_without_a_policy_functions_are_found_and_nobody_is_named(units: Units) -> None:
    units.scan(shown("orders", "python3.9", tags=OWNED), policy="")
    row = units.row("orders")
    assert (row.bucket, row.owner, row.owned) == (Bucket.AFFECTED, "", False)


def test_a_policy_that_is_gone_is_no_reason_to_name_nobody(units: Units) -> None:
    work = units.planned(shown("orders", "python3.9"), policy="fedcba987654")
    assert failed(units.worker(queued("runtime_unit", work.model_dump_json()))) == ["0"]


def test_the_dates_of_the_scan_beat_the_table(units: Units) -> None:
    scan = unit_work().scan
    later = SCANNED_AT.date().replace(year=2030)
    claims = tuple(
        Claim(Speaker.CATALOG, "python3.9", milestone, later, SCANNED_AT.date())
        for milestone in Milestone
    )
    recommended = {"java11": "java21"}
    units.dates(
        ScanDates(scan_id=scan.scan_id, today=later, claims=claims, recommended=recommended)
    )
    units.scan(shown("orders", "python3.9"), shown("till", "java11"))
    assert units.row("orders").bucket is Bucket.FINE
    assert units.row("till").recommended == "java21"
    assert set(units.findings()) == {"till"}


def test_a_finding_that_a_moved_date_makes_idle_is_closed_and_says_so(units: Units) -> None:
    version = units.published("kept", "python3.9", later="python3.14")
    units.scan(shown("kept", "python3.14"), live=True)
    work = unit_work(scan_id="20261124T050000Z").scan
    later = SCANNED_AT.date().replace(year=2030)
    claims = tuple(
        Claim(Speaker.OVERRIDE, "python3.9", milestone, later, SCANNED_AT.date())
        for milestone in Milestone
    )
    units.dates(ScanDates(scan_id=work.scan_id, today=later, claims=claims))
    units.scan(shown("kept", "python3.14"), day=1)
    assert units.findings() == {}
    events = units.hub.ledger.finding_history(UNIT, "kept", version)
    assert [event.what for event in events] == ["opened", "closed"]
    assert "python3.9 is supported" in events[-1].why


def test_severity_begins_where_the_policy_says_for_the_accounts_unit(units: Units) -> None:
    early = {"info": 900, "low": 800, "medium": 720, "high": 600}
    runtimes = {"organizational_units": {"ou-ab12-11111111": early}}
    units.hub.put_in_force(make_policy(runtimes=runtimes), "aaaaaaaaaaaa")
    units.scan(shown("orders", "python3.12"), policy="aaaaaaaaaaaa")
    assert units.row("orders").level is Level.LOW
    assert units.findings()["orders"].level is Level.LOW


def test_findings_of_each_day_are_numbered_and_tell_what_changed(units: Units) -> None:
    units.function("orders", "python3.8")
    units.scan(shown("orders", "python3.8"))
    units.moved("orders", "python3.10")
    units.scan(shown("orders", "python3.10"), day=1)
    finding = units.findings()["orders"]
    assert (finding.runtime_id, finding.revision) == ("python3.10", 2)
    assert finding.opened_at == SCANNED_AT
    assert json.loads(finding.story)["runtime"] == "python3.10"
    assert units.history("orders") == ["opened", "changed"]
