"""What a report covers, and its headline, which says no number without that."""

from collections.abc import Iterable, Mapping

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.freshness import Coverage
from steward.domain.runtimes.plans import ScanPlan
from steward.domain.runtimes.reporting.overview import CoverageBox, SourceLine

MOST_PROBLEMS = 200
NEVER_SCANNED_WHOLE = (
    "the whole organization was never scanned: only the units named here are covered; "
    "start a scan of all with `steward report runtimes --now`"
)


def headline(box: CoverageBox, buckets: Mapping[Bucket, int]) -> str:
    """The report in a sentence. With a gap, none affected is worded as not proven."""
    affected = buckets.get(Bucket.AFFECTED, 0)
    said = Coverage(box.covered, box.total).sentence(affected)
    parts = [said, *_others(buckets)]
    if affected == 0 and _has_gap(box, buckets):
        parts.append("not proven for what was not covered")
    if box.partial:
        parts.append("PARTIAL: the scan was not finished when this was written")
    return "; ".join(parts)


def _others(buckets: Mapping[Bucket, int]) -> Iterable[str]:
    named = (Bucket.EXCEPTED, Bucket.UNKNOWN, Bucket.NOT_COVERED)
    return [f"{buckets[each]} {each}" for each in named if buckets.get(each)]


def _has_gap(box: CoverageBox, buckets: Mapping[Bucket, int]) -> bool:
    return box.covered < box.total or box.total == 0 or buckets.get(Bucket.NOT_COVERED, 0) > 0


def sources_of(*plans: ScanPlan) -> tuple[SourceLine, ...]:
    """Capabilities and ages; what the first plan says of a source, no later one says again."""
    found: dict[str, SourceLine] = {}
    for plan in plans:
        for line in _sources(plan):
            found.setdefault(line.name, line)
    return tuple(found.values())


def _sources(plan: ScanPlan) -> Iterable[SourceLine]:
    for each in plan.capabilities:
        yield SourceLine(
            name=each.name.value, available=each.available, warning=each.reason, lowers=each.lowers
        )
    for age in plan.ages:
        # A source that was written while the scan ran is as old as the scan.
        hours = None if age.age is None else max(round(age.age.total_seconds() / 3600, 1), 0.0)
        yield SourceLine(name=age.source, age_hours=hours, warning=age.warning)


def at_most(problems: Iterable[str]) -> tuple[str, ...]:
    """The first problems, and how many more there are: none is left out silently."""
    shown: list[str] = []
    more = 0
    for problem in problems:
        if len(shown) < MOST_PROBLEMS:
            shown.append(problem)
        else:
            more += 1
    return (*shown, f"{more} more; see the units' results") if more else tuple(shown)
