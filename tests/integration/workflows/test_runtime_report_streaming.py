"""What a report costs: memory does not grow with functions, and no function is ever missing."""

import gc
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steward.aws.report_store import MissingFile, ReportStore
from steward.data.runtime_table import bundled
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.places import report_key, result_key, scan_id_of
from steward.domain.runtimes.plans import PlannedUnit, ScanDates, ScanPlan
from steward.domain.runtimes.reporting.assembled import Counted, overview_of
from steward.domain.runtimes.reporting.manifest import KnownUnit, Manifest, renewed, units_to_report
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.reported_units import ReadUnit, coverage_of, regions_of
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.reporting.told import Told
from steward.domain.runtimes.results import ReportedFunction, UnitHeader
from steward.domain.stacks import Unit
from steward.workflows.runtimes.report_reading import functions_of, survey
from steward.workflows.runtimes.report_writing import write_report
from tests.integration.functions.runtime_reports import SCANNED_AT, row

UNITS = [Unit(f"{number:012}", region) for number in range(3) for region in ("eu-west-1", "x-y-1")]


class Files(ReportStore):
    """A bucket in memory; with `made`, unit files that are made while they are read."""

    def __init__(self, made: int = 0) -> None:
        self.files: dict[str, list[str]] = {}
        self.sizes: Counter[str] = Counter()
        self.bodies: dict[str, bytes] = {}
        self._made = made

    def lines(self, key: str) -> Iterator[str]:
        if self._made:
            yield from _made_lines(self._made)
        elif key in self.files:
            yield from self.files[key]
        else:
            raise MissingFile("bucket", key)

    def write(self, key: str, body: bytes, _content_type: str) -> None:
        self.bodies[key] = body

    def write_file(self, key: str, file: BinaryIO, _content_type: str) -> None:
        file.seek(0)
        out = BytesIO()
        while piece := file.read(1 << 16):
            self.sizes[key] += len(piece)
            if not self._made:
                out.write(piece)
        self.bodies[key] = out.getvalue()


def _header(unit: Unit, **facts: Any) -> str:
    at = facts.pop("scanned_at", SCANNED_AT)
    made = UnitHeader(
        scan_id=scan_id_of(at),
        scanned_at=at,
        account_id=unit.account_id,
        region=unit.region,
        covered=True,
    )
    return made.model_copy(update=facts).model_dump_json()


def _made_lines(count: int) -> Iterator[str]:
    unit = UNITS[0]
    yield _header(unit, functions=count)
    line = row("NAME", unit=unit).model_dump_json()
    for number in range(count):
        yield line.replace("NAME", f"orders-{number % 7}-{number}")


def plan_of(units: list[Unit], at: datetime, *, full: bool = True) -> ScanPlan:
    planned = tuple(PlannedUnit(account_id=each.account_id, region=each.region) for each in units)
    return ScanPlan(scan_id=scan_id_of(at), scanned_at=at, full=full, why="test", units=planned)


def counted(
    store: ReportStore, plan: ScanPlan, manifest: Manifest, results: dict[Unit, str]
) -> Counted:
    summary = Summary()
    units = [survey(store, each, summary) for each in units_to_report(manifest, plan, results)]
    scan = ScanDates(scan_id=plan.scan_id, today=plan.scanned_at.date())
    return Counted(
        plan=plan,
        units=units,
        coverage=coverage_of(units, plan, plan if plan.full else None),
        summary=summary,
        dates=ReportDates(bundled(), scan, regions_of(units)),
        told=Told(),
        snapshots=(),
        dates_on_record=(),
    )


def peak_of(functions: int) -> tuple[int, Overview, Files]:
    store, unit = Files(made=functions), UNITS[0]
    plan = plan_of([unit], SCANNED_AT)
    gc.collect()
    tracemalloc.start()
    try:
        found = counted(store, plan, Manifest(), {unit: result_key(plan.scan_id, unit)})
        overview = overview_of(found, SCANNED_AT)
        write_report(store, overview, functions_of(store, list(found.units)))
        return tracemalloc.get_traced_memory()[1], overview, store
    finally:
        tracemalloc.stop()


def test_ten_times_the_functions_take_no_more_memory() -> None:
    peak_of(20)
    few, _overview, small = peak_of(300)
    many, overview, large = peak_of(3_000)
    assert overview.total == 3_000
    for form, bytes_a_row in {"json": 1_000, "csv": 200, "html": 20}.items():
        key = report_key(overview.scan_id, form)
        assert large.sizes[key] - small.sizes[key] > 2_700 * bytes_a_row
    assert many < few * 1.5, f"{few} bytes for 300 functions, {many} for 3000"


RUNTIMES = ["python3.9", "python3.14", "python9.9", "nodejs16.x", "custom", None]
ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["orders-get", "orders-put", "billing", "x_y"]),
        st.sampled_from(RUNTIMES),
        version=st.sampled_from([LATEST, LATEST, LATEST, "1", "2"]),
        package_type=st.sampled_from(["Zip", "Zip", "Image"]),
        owned=st.booleans(),
        stack=st.sampled_from(["", "orders"]),
        in_use=st.booleans(),
    ),
    max_size=6,
)
LINES = st.fixed_dictionaries(
    {
        "rows": ROWS,
        "covered": st.booleans(),
        "there": st.booleans(),
        "broken": st.sampled_from(["", "", "", "{", '{"name": 1}']),
        "known": ROWS,
        "was_known": st.booleans(),
        "gone": st.booleans(),
    }
)
WORLD = st.dictionaries(st.sampled_from(UNITS), LINES, min_size=1, max_size=len(UNITS))


@given(world=WORLD, full=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_r14_no_function_of_the_inventory_is_missing_from_the_sum(
    world: dict[Unit, dict[str, Any]], full: bool
) -> None:
    store, known, results, expected = Files(), [], {}, 0
    at = SCANNED_AT + timedelta(days=1)
    plan = plan_of(sorted(world), at, full=full)
    for unit, facts in world.items():
        now = _placed(facts["rows"], unit)
        before = _placed(facts["known"], unit) if facts["was_known"] else []
        known += [_remembered(store, unit, before, facts["gone"])] if facts["was_known"] else []
        if facts["there"]:
            key = results[unit] = result_key(plan.scan_id, unit)
            functions = _functions(now) if facts["covered"] else 0
            lines = [each.model_dump_json() for each in now] if facts["covered"] else []
            if facts["broken"] and lines:
                lines[-1] = facts["broken"]
            head = _header(
                unit, functions=functions, covered=facts["covered"], reason="", scanned_at=at
            )
            store.files[key] = [head, *lines]
        is_covered = facts["there"] and facts["covered"]
        expected += _functions(now) if is_covered else _functions(before)
    found = counted(store, plan, Manifest(units=tuple(known)), results)
    overview = overview_of(found, at)
    write_report(store, overview, functions_of(store, list(found.units)))

    assert overview.total == expected
    assert sum(overview.buckets.values()) == overview.total
    assert set(overview.buckets) == {bucket.value for bucket in Bucket}
    assert sum(overview.states.values()) + overview.buckets["not covered"] == overview.total
    assert sum(overview.levels.values()) == overview.buckets["affected"]
    assert sum(each.functions for each in overview.work) == overview.buckets["affected"]
    assert sum(each.functions for each in overview.owners) == overview.buckets["affected"]
    listed = Counter(
        each["bucket"] for each in _written(store, overview) if each["version"] == LATEST
    )
    for bucket, count in overview.buckets.items():
        assert listed[bucket] <= count
    assert sum(listed.values()) + found.summary.lost == overview.total


def _placed(rows: list[ReportedFunction], unit: Unit) -> list[ReportedFunction]:
    """Distinct functions of one unit."""
    place = {"account_id": unit.account_id, "region": unit.region}
    return [
        each.model_copy(update={**place, "name": f"{each.name}-{number}"})
        for number, each in enumerate(rows)
    ]


def _functions(rows: list[ReportedFunction]) -> int:
    return sum(not each.is_version for each in rows)


def _remembered(store: Files, unit: Unit, rows: list[ReportedFunction], gone: bool) -> KnownUnit:
    """As an earlier report left it; with `gone` its file was deleted since."""
    scan_id = scan_id_of(SCANNED_AT)
    key, functions = result_key(scan_id, unit), _functions(rows)
    if not gone:
        store.files[key] = [
            _header(unit, functions=functions),
            *(each.model_dump_json() for each in rows),
        ]
    return KnownUnit(
        account_id=unit.account_id,
        region=unit.region,
        result_key=key,
        scan_id=scan_id,
        covered_key=key,
        functions=functions,
        last_read=SCANNED_AT,
    )


def _written(store: Files, overview: Overview) -> list[dict[str, Any]]:
    document = json.loads(store.bodies[report_key(overview.scan_id, "json")])
    return cast("list[dict[str, Any]]", document["functions"])


def known(unit: Unit, scan_id: str, **facts: Any) -> KnownUnit:
    blank = KnownUnit(account_id=unit.account_id, region=unit.region, scan_id=scan_id)
    return blank.model_copy(update={"result_key": scan_id, **facts})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("20261123T050000Z", "20261123T060000Z", id="in order"),
        pytest.param("20261123T060000Z", "20261123T050000Z", id="the older one last"),
    ],
)
def test_two_reports_at_once_leave_the_newer_word_on_each_unit(first: str, second: str) -> None:
    at = {
        scan: datetime.strptime(scan, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        for scan in (first, second)
    }
    one, two = UNITS[:2]
    manifest = Manifest()
    for scan, units in ((first, [one, two]), (second, [one])):
        plan = plan_of(units, at[scan], full=False)
        manifest = renewed(manifest, plan, [known(unit, scan) for unit in units])
    words = {unit: each.scan_id for unit, each in manifest.by_unit().items()}
    assert words == {one: max(first, second), two: first}


def test_a_unit_that_was_missed_stays_missed_until_it_is_scanned() -> None:
    unit = UNITS[0]
    days = [SCANNED_AT + timedelta(days=day) for day in range(4)]
    manifest = Manifest()
    seen = []
    for day, results in zip(days, ({unit: "a"}, {}, {}, {unit: "d"}), strict=True):
        plan = plan_of([unit], day)
        (each,) = units_to_report(manifest, plan, results)
        manifest = renewed(manifest, plan, [ReadUnit(each).remembered()])
        seen.append((each.result_key, bool(each.missed_in)))
    assert seen == [("a", False), ("a", True), ("a", True), ("d", False)]
    other = plan_of([UNITS[1]], days[2], full=False)
    (missed, _new) = units_to_report(
        Manifest(units=(known(unit, "20261101T000000Z", missed_in="20261102T000000Z"),)), other, {}
    )
    assert missed.missed_in
