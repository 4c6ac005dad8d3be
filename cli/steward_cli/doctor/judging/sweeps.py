"""Whether Steward does its rounds, sees everything on them, and was stopped on the last."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from steward.domain.coverage import SweepCoverage
from steward.domain.instants import iso
from steward.domain.stacks import Unit
from steward.ledger.organization import Gap
from steward_cli.ages import short_age
from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_NONE_YET = "wait for the schedule, or look at the log of lease_planner"


def judge_last_sweep(last: SweepCoverage | None, limit: timedelta, now: datetime) -> Finding:
    """`limit`: the hours after which NoSweepAlarm is raised."""
    call = "dynamodb:Query SWEEP"
    if last is None:
        todo = f"{_NONE_YET}; docs/runbooks/no-sweep.md"
        return fail("no sweep was ever planned", todo, Evidence(call, "LAST", "none"))
    seen = Evidence(call, "swept_at", iso(last.swept_at))
    age = short_age(last.swept_at, now)
    if now - last.swept_at > limit:
        hours = number(int(limit.total_seconds()) // 3600, "hour")
        why = f"the last sweep was {age} ago, longer than {hours}"
        return fail(why, "docs/runbooks/no-sweep.md", seen)
    if last.held:
        why = f"the last sweep, {age} ago, was held: {last.held}"
        return warn(why, "read `steward plan`, then do as it says", seen)
    return ok(f"the last sweep was {age} ago, mode {last.mode}", seen)


def judge_coverage(last: SweepCoverage | None, gaps: Mapping[Unit, Gap], now: datetime) -> Finding:
    """`last`: the newest sweep that is not under way. `gaps`: units whose last scan failed."""
    if last is None:
        return warn("no sweep has ended yet", _NONE_YET)
    problems = [*_nothing(last, now), *_unanswered(last), *_unreachable(last, gaps, now)]
    passed = number(len(last.passed_over), "account")
    well = f"{last.swept} of {number(last.planned, 'unit')} swept; {passed} passed over"
    return together(problems, ok(well))


def _nothing(last: SweepCoverage, now: datetime) -> list[Finding]:
    if last.planned and not last.unreadable:
        return []
    said = last.sentence(now)
    seen = Evidence(f"dynamodb:Query SWEEP#{last.sweep_id}", "PLAN", said)
    return [fail(f"sweep {last.sweep_id}: {said}", "steward coverage", seen)]


def _unanswered(last: SweepCoverage) -> list[Finding]:
    if not last.unanswered:
        return []
    seen = Evidence(
        f"dynamodb:Query SWEEP#{last.sweep_id}", "DONE", f"{last.swept} of {last.planned} units"
    )
    units = number(len(last.unanswered), "unit")
    named = some(map(str, last.unanswered))
    why = f"sweep {last.sweep_id} is partial: {units} never answered ({named})"
    return [fail(why, "steward dlq list; steward coverage --units", seen)]


def _unreachable(last: SweepCoverage, gaps: Mapping[Unit, Gap], now: datetime) -> list[Finding]:
    unreachable = last.unreachable
    if not unreachable:
        return []
    by_reason: dict[str, list[str]] = {}
    for unit, reason in sorted(unreachable.items()):
        by_reason.setdefault(_why(unit, reason, gaps, now), []).append(str(unit))
    evidence = [
        Evidence(f"dynamodb:Query SWEEP#{last.sweep_id}", some(units), reason)
        for reason, units in list(by_reason.items())[:5]
    ]
    why = f"{number(len(unreachable), 'unit')} could not be read: {some(map(str, unreachable))}"
    todo = "steward doctor --only member-roles --all says why"
    return [warn(why, todo, *evidence)]


def _why(unit: Unit, reason: str, gaps: Mapping[Unit, Gap], now: datetime) -> str:
    gap, reason = gaps.get(unit), reason.partition("; ")[0]
    return f"{reason} (since {short_age(gap.since, now)})" if gap else reason


def judge_breaker(last: SweepCoverage | None, tripped: str) -> Finding:
    """The breaker stops one sweep; the next starts with caps of its own."""
    if last is None:
        return ok("no sweep, so nothing was stopped")
    if not tripped:
        return ok(f"sweep {last.sweep_id} was not stopped")
    seen = Evidence(f"dynamodb:GetItem SWEEP#{last.sweep_id} PERMITS", "tripped", tripped)
    todo = "docs/runbooks/breaker-tripped.md; steward breaker status"
    return fail(f"the breaker stopped sweep {last.sweep_id}: {tripped}", todo, seen)
