"""A plan for people: a table, what it adds up to, and everything that is missing from it."""

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from rich.console import Console

from steward.domain.instants import spoken
from steward.domain.stacks import Unit
from steward_cli.gaps import gap_lines
from steward_cli.plan_report import NotRead, PlanReport
from steward_cli.plan_table import print_stacks
from steward_cli.terminal import say


def show_plan(report: PlanReport, zone: ZoneInfo, console: Console) -> None:
    """Print the whole report; times are in `zone`."""
    if report.stacks:
        print_stacks(report.stacks, report.at, zone, console)
    for line in _sums(report, zone):
        say(console, line)


def show_what_is_missing(report: PlanReport, console: Console) -> None:
    """Say what could not be read, so that no partial plan passes for a whole one."""
    show_gaps(report.units_not_read, report.stacks_not_judged, console)
    if not report.whole:
        read = report.units_planned - len(report.units_not_read)
        say(
            console,
            f"this plan is not whole: {read} of {report.units_planned} units were read, "
            f"{len(report.stacks_not_judged)} stacks could not be judged",
        )


def show_gaps(
    units_not_read: Iterable[NotRead], stacks_not_judged: Mapping[str, str], console: Console
) -> None:
    """Say which units could not be read, and which stacks not be judged."""
    gaps = {Unit(each.account_id, each.region): each.reason for each in units_not_read}
    for line in gap_lines(gaps):
        say(console, f"not read: {line}")
    for stack_id, why in stacks_not_judged.items():
        say(console, f"not judged: {stack_id}: {why}")


def _sums(report: PlanReport, zone: ZoneInfo) -> Iterator[str]:
    counted = ", ".join(f"{number} {action}" for action, number in report.actions.items())
    read = report.units_planned - len(report.units_not_read)
    yield f"{sum(report.actions.values())} stacks in {read} units: {counted or 'nothing to do'}"
    if report.outside:
        yield f"{report.outside} stacks are out of scope (--all lists them with the reason)"
    policy = report.policy
    yield (
        f"policy {policy.fingerprint} from {policy.source}, mode {policy.mode}, "
        f"as of {spoken(report.at, zone)}; times are {zone.key}"
    )
    yield from _cautions(report)
    for account_id, why in report.accounts_passed_over.items():
        yield f"account {account_id} is passed over: {why}"


def _cautions(report: PlanReport) -> Iterator[str]:
    if report.policy.problem:
        yield f"the last good policy is used, and deletes nothing: {report.policy.problem}"
    if report.without_ledger:
        yield (
            f"no ledger is used, so every stack counts as never seen before: "
            f"{report.without_ledger}"
        )
    if report.held:
        yield f"the sweep would only observe: {report.held}"
    if report.last_sweep:
        yield f"{report.last_sweep} (`steward coverage` names the units)"
    yield from _selection(report)
    due = report.actions.get("reap", 0)
    if due > report.caps.reaps:
        yield (
            f"{due} deletes are due, but a sweep may do {report.caps.reaps} (limits): "
            "it would stop there and raise an alarm"
        )


def _selection(report: PlanReport) -> Iterator[str]:
    number = report.selection.newly_selected
    if number == 0:
        return
    said = f"the scope newly selects {number} stacks older than itself"
    if report.only_accounts:
        said += f" in {', '.join(report.only_accounts)} alone; plan all for the whole number"
    elif report.selection.acknowledge:
        said += (
            "; to notify or reap with it, acknowledge them: "
            f"limits.acknowledged_new_leases: {report.selection.acknowledge}"
        )
    else:
        said += ", as many as its limits allow or fewer"
    yield said
