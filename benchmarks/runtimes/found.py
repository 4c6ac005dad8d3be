"""What each contender found: functions on runtimes that end, and what it says of them."""

import gzip
from dataclasses import dataclass
from datetime import date

from benchmarks.runtimes.hub import Hub
from steward.data.runtime_table import bundled
from steward.domain.runtimes.findings import Bucket, find
from steward.domain.runtimes.functions import Function
from steward.domain.runtimes.places import results_prefix
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import DEFAULTS
from steward.domain.runtimes.sources import in_force, settle_all
from steward.domain.stacks import Unit


@dataclass(frozen=True, slots=True)
class Found:
    """`versions`: published ones. `dated`, `owned`: how many of both have a date and an owner."""

    functions: int
    versions: int = 0
    dated: int = 0
    owned: int = 0


def ending_runtimes(region: str, today: date) -> list[str]:
    """Identifiers that Steward's table and rules have an end for, so that all ask for the same."""
    table, unit = bundled(), Unit("000000000000", region)
    lifecycle = in_force(table, settle_all(table, (), region, today))

    def ends(runtime: str) -> bool:
        found = find(Function(unit, "any", runtime), lifecycle, (), today, DEFAULTS)
        return found.bucket is Bucket.AFFECTED

    return sorted(filter(ends, lifecycle.runtimes))


def found_by_steward(hub: Hub, scan_id: str) -> Found:
    """Counted from the files that the worker left of every unit."""
    rows = [row for key in hub.keys(results_prefix(scan_id)) for row in _affected(hub, key)]
    return Found(
        functions=sum(not row.is_version for row in rows),
        versions=sum(row.is_version for row in rows),
        dated=sum(row.day is not None for row in rows),
        owned=sum(row.owned for row in rows),
    )


def _affected(hub: Hub, key: str) -> list[ReportedFunction]:
    _header, *lines = gzip.decompress(hub.file(key)).decode().splitlines()
    rows = [ReportedFunction.model_validate_json(line) for line in lines]
    return [row for row in rows if row.bucket is Bucket.AFFECTED]
