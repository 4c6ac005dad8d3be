"""Compares a report on runtimes with what the scenario says must be found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from local.organization import Organization
from local.runtime_reports import RuntimeReport
from local.runtime_scenario_model import FunctionStack, SeededFunction
from local.scenario_runtimes import CUSTOM, CUSTOM_PLACE, LIFETIMES, LIFETIMES_OF_OWN, STACKS
from steward.domain.runtimes.results import ReportedFunction

WITHOUT_DATES = {"image": "IMAGE", "unknown": "UNKNOWN"}
DATES = LIFETIMES | LIFETIMES_OF_OWN
CUSTOM_STACK = FunctionStack(CUSTOM_PLACE[0], "", (CUSTOM,), CUSTOM_PLACE[1])


@dataclass(frozen=True)
class Moment:
    """When the scenario is looked at, and what owners and operators have done until then.

    `live`: Lambda itself is read everywhere, which alone tells who is pinned. `enforced`: without
    IAM, even a role that does not exist lets Steward in.
    """

    today: date
    live: bool = False
    enforced: bool = True
    fixed: bool = False
    excepted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Compared:
    """One function. `difference` is empty when everything is as expected."""

    account: str
    region: str
    name: str
    expected: str
    found: str
    why: str
    difference: str


def compare_report(
    organization: Organization, report: RuntimeReport, moment: Moment
) -> list[Compared]:
    """Every function of the scenario, the versions of each included."""
    return [
        _compared(organization, report, stack, _now(function, moment), moment)
        for stack in (*STACKS, CUSTOM_STACK)
        for function in stack.functions
    ]


def wrong_counts(
    organization: Organization, report: RuntimeReport, moment: Moment
) -> Iterator[str]:
    """Sentences about counts that do not fit the organization's real inventory."""
    overview, uncovered = report.overview, set(_uncovered(report))
    outside = {
        (organization.accounts[stack.account], stack.region)
        for stack in STACKS
        if moment.enforced and not stack.covered
    }
    if missing := outside - uncovered:
        yield f"counted as covered, though nobody could look: {sorted(missing)}"
    real = [place for place in _inventory(organization) if place[:2] not in uncovered]
    known = sum(unit.functions for unit in overview.coverage.uncovered)
    if overview.total != len(real) + known:
        yield f"{overview.total} functions in the report, {len(real)} in the organization"
    in_buckets = sum(overview.buckets.values())
    if in_buckets != overview.total:
        yield f"the buckets hold {in_buckets} functions, the report {overview.total}"
    rows = {(row.account_id, row.region, row.name) for row in report.functions}
    if lost := set(real) - rows:
        yield f"not in the report: {sorted(lost)}"


def _uncovered(report: RuntimeReport) -> Iterator[tuple[str, str]]:
    for unit in report.overview.coverage.uncovered:
        yield unit.account_id, unit.region


def _inventory(organization: Organization) -> Iterator[tuple[str, str, str]]:
    """Every function that there is where the scenario has any, and in the hub."""
    regions = sorted({stack.region for stack in STACKS})
    for account, account_id in organization.accounts.items():
        for region in regions:
            client = organization.session(account, region).client("lambda")
            for page in client.get_paginator("list_functions").paginate():
                for function in page["Functions"]:
                    yield account_id, region, function["FunctionName"]


def _now(function: SeededFunction, moment: Moment) -> SeededFunction:
    if moment.fixed and function.fixed_to:
        return replace(function, runtime=function.fixed_to)
    return function


def _compared(
    organization: Organization,
    report: RuntimeReport,
    stack: FunctionStack,
    function: SeededFunction,
    moment: Moment,
) -> Compared:
    place = (organization.accounts[stack.account], stack.region, function.name)
    row = report.latest(*place)
    known = stack.covered or not moment.enforced
    expected = _expected(function, moment) if known else "nobody knows"
    found = f"{row.bucket}, {row.state}" if row else "nobody knows"
    differences = [f"expected {expected}"] if found != expected else []
    if row:
        differences += _differences(function, row)
        differences += _pins(function, row) if moment.live else []
        differences += _versions(function, moment, report.versions(*place))
    where = (stack.account, stack.region, function.name)
    return Compared(*where, expected, found, function.why, "; ".join(differences))


def _expected(function: SeededFunction, moment: Moment) -> str:
    if function.bucket:
        return f"{function.bucket}, {WITHOUT_DATES[function.bucket]}"
    lifetime = DATES[function.runtime]
    bucket = "affected" if lifetime.is_reported(moment.today) else "fine"
    if function.name in moment.excepted:
        bucket = "excepted"
    return f"{bucket}, {lifetime.state(moment.today)}"


def _differences(function: SeededFunction, row: ReportedFunction) -> Iterator[str]:
    if function.owner and function.owner not in row.owner.split(", "):
        yield f"owner {row.owner or 'nobody'} ({row.owner_source}), not {function.owner}"
    if row.origin != function.origin:
        yield f"counts as {row.origin}, is {function.origin}"
    if bool(row.blocking_layers) is not bool(function.made_for):
        yield f"blocking layers: {', '.join(row.blocking_layers) or 'none'}"


def _pins(function: SeededFunction, row: ReportedFunction) -> Iterator[str]:
    if bool(row.pinned) is not function.pinned:
        yield f"pinned: {row.pinned or 'no'}"


def _versions(
    function: SeededFunction, moment: Moment, rows: Iterable[ReportedFunction]
) -> Iterator[str]:
    ending = [each for each in function.published if LIFETIMES[each].is_reported(moment.today)]
    found = [row.runtime_id or "" for row in rows]
    if sorted(found) != sorted(ending):
        yield f"versions on {', '.join(found) or 'nothing old'}, not on {', '.join(ending)}"
