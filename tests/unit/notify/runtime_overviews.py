"""Overviews that are true of the rows they are made from, and one of an empty organization."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from steward.data.runtime_table import bundled
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.groups import GroupKey
from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.reporting.burn_down import pace, sentence
from steward.domain.runtimes.reporting.overview import (
    CanaryLine,
    CoverageBox,
    ExceptionLine,
    MoveLine,
    Overview,
    Point,
    RuntimeLine,
    SourceLine,
    UncoveredUnit,
    Wave,
    WorkItem,
)
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import runtime_state
from tests.factories import NOW
from tests.unit.notify.runtime_rows import EXCEPTIONS, TODAY

HIT = {Bucket.AFFECTED, Bucket.EXCEPTED}
NOWHERE = Overview(
    scan_id="20261123T0500Z-0a1b2c",
    scanned_at=NOW - timedelta(hours=4),
    written_at=NOW,
    today=TODAY,
    why="daily schedule",
    headline="0 functions affected; 0 of 0 account regions covered",
    coverage=CoverageBox(covered=0, total=0, live=0),
    total=0,
    buckets={bucket.value: 0 for bucket in Bucket},
    states={},
    levels={},
    versions={},
)
_SOURCES = (
    SourceLine(name="Lambda in member accounts", age_hours=0.2),
    SourceLine(
        name="Config aggregator",
        age_hours=31.5,
        warning="2 of its sources are older than 24 hours; those account regions were read live",
    ),
    SourceLine(
        name="AWS Health, organization view",
        available=False,
        warning="SubscriptionRequiredException: the management account has no Business support "
        "plan; take one, or do without",
        lowers="No cross-check of the inventory by what AWS itself counts as affected.",
    ),
    SourceLine(name="runtime table", age_hours=2_240, warning="it is 93 days old; renew it"),
    SourceLine(name="policy", age_hours=0.1),
)
_DENIED = (
    "steward-inspection cannot be assumed: AccessDenied; deploy org/members/roles.yaml to the "
    "account, or look for a service control policy that denies it"
)


def example_overview(rows: Sequence[ReportedFunction], unread: int = 0) -> Overview:
    """Of `rows`, the last `unread` of which are not covered."""
    functions = [row for row in rows if not row.is_version]
    affected = [row for row in functions if row.bucket is Bucket.AFFECTED]
    versions = [row for row in rows if row.is_version]
    buckets = Counter(row.bucket.value for row in functions)
    known = f"{len(affected):,} of {len(functions):,} functions"
    coverage = _coverage(unread)
    return NOWHERE.model_copy(
        update={
            "headline": f"{known} are on a runtime that ends; {coverage.covered} of "
            f"{coverage.total} account regions covered",
            "coverage": coverage,
            "total": len(functions),
            "buckets": {bucket.value: buckets[bucket.value] for bucket in Bucket},
            "levels": Counter(row.level.value for row in affected),
            "states": Counter(row.state.value for row in functions),
            "versions": {
                "read": 3 * len(functions),
                "ending": len(versions),
                "in use": sum(row.in_use for row in versions),
            },
            "unowned": sum(not row.owned for row in affected),
            "blocked_by_layers": sum(bool(row.blocking_layers) for row in affected),
            "framework": sum(row.origin == "framework" for row in affected),
            "waves": tuple(_waves(rows, coverage.total - coverage.covered)),
            "work": tuple(_work(rows)),
            "runtimes": tuple(_runtimes(rows)),
            "moves": _MOVES,
            "exceptions": tuple(_exceptions(rows)),
            "canaries": _CANARIES,
        }
    )


def _coverage(unread: int) -> CoverageBox:
    if not unread:
        return CoverageBox(covered=48, total=48, live=9, sources=_SOURCES[:1])
    return CoverageBox(
        covered=45,
        total=48,
        live=9,
        uncovered=(
            UncoveredUnit(
                account_id="333333333333",
                account_name="legacy-prod",
                region="eu-west-1",
                reason=_DENIED,
                functions=unread,
                last_read=NOW - timedelta(days=4, hours=4),
            ),
            UncoveredUnit(
                account_id="333333333333",
                account_name="legacy-prod",
                region="us-east-1",
                reason=_DENIED,
            ),
            UncoveredUnit(
                account_id="444444444444",
                account_name="sandbox-17",
                region="eu-west-1",
                reason="no answer within 15 minutes: Lambda throttled every call; the next scan "
                "reads it again",
            ),
        ),
        passed_over={"555555555555": "suspended in AWS Organizations since 2026-11-02"},
        sources=_SOURCES,
        problems=('Config aggregator: a row without an account ({"resourceName":"cart-a)',),
    )


def _waves(rows: Sequence[ReportedFunction], uncovered: int) -> Iterator[Wave]:
    days = sorted(
        {
            (day, milestone.rank, milestone)
            for runtime in bundled().runtimes.values()
            for milestone, day in runtime.scheduled()
            if TODAY < day <= TODAY + timedelta(days=365)
        }
    )
    for day, _rank, milestone in days:
        yield _wave(milestone, day, rows, uncovered)


def _wave(
    milestone: Milestone, day: date, rows: Sequence[ReportedFunction], uncovered: int
) -> Wave:
    hit = _hit_by(milestone, day)
    mine = [row for row in rows if row.bucket in HIT and row.runtime_id in hit]
    functions = sum(not row.is_version for row in mine)
    history = tuple(_history(functions))
    speed = pace(history, day)
    return Wave(
        milestone=milestone,
        day=day,
        days_left=(day - TODAY).days,
        runtimes=tuple(sorted(hit)),
        functions=functions,
        versions=len(mine) - functions,
        excepted=sum(row.bucket is Bucket.EXCEPTED for row in mine),
        owners=len({row.owner for row in mine} - {""}),
        accounts=len({row.account_id for row in mine}),
        history=history,
        needed_per_week=speed.needed,
        actual_per_week=speed.actual,
        forecast=speed.done,
        sentence=sentence(functions, day, TODAY, speed, uncovered),
    )


def _hit_by(milestone: Milestone, day: date) -> set[str]:
    rows = bundled().runtimes.values()
    return {row.id for row in rows if row.day_of(milestone) == day}


def _history(functions: int) -> Iterator[Point]:
    """Slow in the summer, a little faster since the mails began."""
    for week in range(16, 0, -1):
        left = functions * (1 + 0.018 * week + (0.012 * (week - 6) if week > 6 else 0))
        yield Point(day=TODAY - timedelta(weeks=week), functions=round(left))
    yield Point(day=TODAY, functions=functions)


def _work(rows: Sequence[ReportedFunction]) -> Iterator[WorkItem]:
    groups: dict[GroupKey, list[ReportedFunction]] = {}
    for row in rows:
        if row.bucket is Bucket.AFFECTED:
            place = row.stack or f"{row.account_id}/{row.name.split('-')[0]}"
            key = GroupKey(row.owner, row.origin, place, row.milestone)
            groups.setdefault(key, []).append(row)
    items = [_item(key, each) for key, each in groups.items()]
    yield from sorted(items, key=lambda item: (item.day or date.min, -item.level.rank, item.group))


def _item(key: GroupKey, rows: Sequence[ReportedFunction]) -> WorkItem:
    worst = max((row.level for row in rows), key=lambda level: level.rank)
    day = min((row.day for row in rows if row.day), default=None)
    runtimes = _distinct(rows, lambda row: (row.runtime_id or "",))
    targets = _distinct(rows, lambda row: (row.smallest,))
    where = f"the template of stack {key.place}" if rows[0].stack else f"functions of {key.place}"
    urgent = worst.rank >= Level.CRITICAL.rank
    return WorkItem(
        group=str(key),
        owner=key.owner,
        origin=key.origin,
        place=key.place,
        milestone=key.milestone,
        day=day,
        days_left=(day - TODAY).days if day else None,
        level=worst,
        functions=sum(not row.is_version for row in rows),
        versions=sum(row.is_version for row in rows),
        units=_distinct(rows, lambda row: (str(row.unit),)),
        runtimes=runtimes,
        targets=targets,
        breakers=_distinct(rows, lambda row: row.breakers),
        remedy=f"change {' and '.join(runtimes)} in {where} to {' and '.join(targets)}",
        acknowledged="anna@example.com on 2026-11-16: in sprint 49" if len(rows) % 5 == 0 else "",
        told="told its owner on 2026-11-16; the platform team next, on 2026-12-03"
        if urgent
        else "",
    )


def _distinct(
    rows: Sequence[ReportedFunction], of: Callable[[ReportedFunction], tuple[str, ...]]
) -> tuple[str, ...]:
    return tuple(sorted({text for row in rows for text in of(row) if text}))


def _runtimes(rows: Sequence[ReportedFunction]) -> Iterator[RuntimeLine]:
    functions = Counter(row.runtime_id for row in rows if not row.is_version)
    versions = Counter(row.runtime_id for row in rows if row.is_version and row.bucket in HIT)
    for name, runtime in sorted(bundled().runtimes.items()):
        if functions[name] or versions[name]:
            yield _runtime(runtime, functions[name], versions[name])


def _runtime(runtime: Runtime, functions: int, versions: int) -> RuntimeLine:
    differs = "python3.9, create block: AWS Health 2027-02-01; table 2027-02-15; Health comes first"
    return RuntimeLine(
        id=runtime.id,
        os=runtime.os.full_name if runtime.os else "",
        state=runtime_state(runtime, TODAY).state,
        deprecated=runtime.deprecated,
        create_block=runtime.create_block,
        update_block=runtime.update_block,
        said_by={each.value: "the table of 2026-08-22" for each, _day in runtime.scheduled()},
        conflicts=(differs,) if runtime.id == "python3.9" else (),
        confidence=runtime.confidence,
        note=runtime.note,
        latest=runtime.latest or "",
        recommended="python3.13" if runtime.id == "python3.9" else "",
        functions=functions,
        versions=versions,
    )


def _exceptions(rows: Sequence[ReportedFunction]) -> Iterator[ExceptionLine]:
    for each in EXCEPTIONS:
        covered = [row for row in rows if row.excepted and row.runtime_id == each.runtime]
        yield ExceptionLine(
            scope=f"{each.kind}: {each.scope}",
            runtime=each.runtime,
            reason=each.reason,
            approver=each.approver,
            expires=each.expires,
            functions=len(covered),
            ticket=each.ticket,
        )


_MOVES = (
    MoveLine(
        sentence="python3.9: create block moved from 2026-06-01 to 2027-02-01, says cfn-lint",
        seen=date(2026, 6, 2),
    ),
    MoveLine(
        sentence="nodejs20.x: update block moved from 2026-09-30 to 2027-03-03, says cfn-lint",
        seen=date(2026, 6, 2),
    ),
)
_CANARIES = (
    CanaryLine(
        account_id="222222222222",
        account_name="checkout-prod",
        region="eu-west-1",
        name="checkout-heartbeat",
        runtime_version="syn-nodejs-puppeteer-9.1",
        ends=date(2026, 10, 5),
        days_left=-49,
        latest="syn-nodejs-puppeteer-13.1",
        owner="checkout@example.com",
        stack="checkout-orders",
    ),
    CanaryLine(
        account_id="222222222222",
        account_name="search-prod",
        region="eu-west-1",
        name="search-results",
        runtime_version="syn-nodejs-puppeteer-13.1",
        latest="syn-nodejs-puppeteer-13.1",
        owner="search@example.com",
    ),
)
