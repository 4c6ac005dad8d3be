"""What an exception would be for, as the latest report has it: nobody excepts what is not there."""

from collections import Counter
from difflib import get_close_matches

from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.functions import Function
from steward.domain.runtimes.results import ReportedFunction
from steward_cli.counting import number
from steward_cli.reports.files import Report


def why_not_used(wish: GrantedException, report: Report) -> str:
    """Why `wish` would be for nothing; empty when some function runs on what it names."""
    on: Counter[str] = Counter()
    others: set[str] = set()
    for row in report.functions():
        named = _named(wish, row)
        if named == wish.scope:
            on[row.runtime_id or "no runtime"] += 1
        else:
            others.add(named)
    if on[wish.runtime]:
        return ""
    if on:
        found = ", ".join(f"{count} on {runtime}" for runtime, count in sorted(on.items()))
        return f"{wish.kind} {wish.scope} has nothing on {wish.runtime}: {found}"
    near = get_close_matches(wish.scope, others - {""}, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    known = number(report.overview.total, "function")
    return f"{wish.kind} {wish.scope} has no function among the {known} of the report{meant}"


def _named(wish: GrantedException, row: ReportedFunction) -> str:
    function = Function(row.unit, row.name, row.runtime_id, owner=row.owner, stack=row.stack)
    return function.as_excepted().named_by(wish.kind)
