"""What the benchmark demands of a scan of runtimes, and whether it was so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from benchmarks.calls import Calls
from benchmarks.comparison import CUSTODIAN, FLOOR, PLANNER, Row
from benchmarks.runtimes.comparison import FROM_CONFIG, LIVE, REPORT, Scans
from benchmarks.runtimes.inventory import Inventory
from benchmarks.runtimes.large_unit import LargeScan
from benchmarks.shape import HUB_ACCOUNT, SCANNED
from benchmarks.verdicts import MEGABYTE, Verdict, at_most

MOST_DRIFT = 1.3  # Of memory, from a tenth of the functions to all of them.
MOST_RESIDENT_BYTES = 256 * MEGABYTE
MOST_OF_PEER_CPU = 1.0
_STACKS = {"cloudformation:DescribeStacks"}


def of_scans(scans: Scans) -> Iterator[Verdict]:
    rows = scans.rows
    writes = sum(rows[name].calls.ledger_writes for name in (FROM_CONFIG, LIVE, PLANNER, REPORT))
    yield Verdict("a day without news: no ledger write", f"{writes}", writes == 0)
    expected = scans.found[LIVE].functions + scans.found[LIVE].versions
    written = scans.first.calls.ledger_writes
    what = "the first day: one ledger write a finding"
    yield Verdict(what, f"{written}, findings {expected}", written == expected)
    yield _pages(rows)
    yield _quiet_units(rows[FROM_CONFIG].calls)
    yield _from_config_same(scans)
    yield _of_peer(rows)


def _pages(rows: Mapping[str, Row]) -> Verdict:
    pages, fewest = _listed(rows[LIVE]), _listed(rows[FLOOR])
    what = "from Lambda: as many pages of ListFunctions as the floor"
    return Verdict(what, f"{pages}, floor {fewest}", pages == fewest)


def _listed(row: Row) -> int:
    return row.calls.by_operation().get("lambda:ListFunctions", 0)


def _quiet_units(calls: Calls) -> Verdict:
    """Stacks say whose a function is, so one list of them is asked for everywhere."""
    quiet = set(SCANNED.regions) - set(SCANNED.ending_regions)
    asked = {
        f"{call.service}:{call.operation}"
        for call in calls
        if call.account != HUB_ACCOUNT and call.region in quiet
    }
    what = "from Config: where nothing ends, an account is asked for its stacks alone"
    return Verdict(what, ", ".join(sorted(asked)), asked == _STACKS)


def _from_config_same(scans: Scans) -> Verdict:
    config, live = scans.found[FROM_CONFIG], scans.found[LIVE]
    what = "from Config: the same findings as from Lambda, published versions included"
    shown = f"{config.functions + config.versions}, from Lambda {live.functions + live.versions}"
    return Verdict(what, shown, config == live)


def _of_peer(rows: Mapping[str, Row]) -> Verdict:
    ours = sum(rows[name].median.cpu_seconds for name in (PLANNER, FROM_CONFIG, REPORT))
    ratio = ours / rows[CUSTODIAN].median.cpu_seconds
    what = f"planner, worker from Config and report: CPU / {CUSTODIAN}"
    return replace(at_most(what, ratio, MOST_OF_PEER_CPU), is_demand=False)


def of_inventories(inventories: Sequence[Inventory]) -> Iterator[Verdict]:
    """`inventories`: a smaller one and a larger one of as many accounts."""
    small, large = inventories
    for each in inventories:
        what = f"{each.functions} functions: as many calls to the aggregator as pages"
        met = each.pages == each.fewest_pages
        yield Verdict(what, f"{each.pages}, pages {each.fewest_pages}", met)
    times = f"{large.functions} / {small.functions} functions"
    peaks = {
        "planner": (large.planner, small.planner),
        "planner, scattered": (large.scattered, small.scattered),
        "worker": (large.worker, small.worker),
        "report": (large.report, small.report),
    }
    for name, (more, less) in peaks.items():
        ratio = more.peak_bytes / less.peak_bytes
        yield at_most(f"{name}: peak memory, {times}", ratio, MOST_DRIFT)


def of_units(units: Sequence[LargeScan]) -> Verdict:
    large = units[-1]
    most = max(large.config_bytes, large.live_bytes)
    what = f"{large.functions} functions in one unit: peak memory below 256 MB"
    return Verdict(what, f"{most / MEGABYTE:.0f} MB", most < MOST_RESIDENT_BYTES)
