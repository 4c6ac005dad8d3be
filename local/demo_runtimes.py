"""The runtimes part of the demo: what is hit, who is told, what is fixed a week later."""

import os
import sys
import webbrowser
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from rich.table import Table

from local.demo_story import Story, step
from local.emulator_environment import HOME_REGION
from local.function_seeds import change_runtimes, seed_functions
from local.hub import RUNTIME_QUEUES, HubError
from local.runtime_control import RuntimeControl
from local.runtime_reports import (
    RuntimeReport,
    await_report,
    download_page,
    read_report,
    report_ids,
)
from local.runtime_signals import health_bus_event, say_everything, tell_health
from local.runtime_truth import Compared, Moment, compare_report, wrong_counts
from local.scenario import LAST_DAY
from local.scenario_runtimes import EXCEPTED, LIFETIMES, ORDERS, RESEARCH, SHOP, STACKS

FIRST_DAY = LAST_DAY + 1
A_WEEK_LATER = FIRST_DAY + 7
RECENTLY_FIXED = "shop-mail"
MOVED_FROM = "python3.9"
QUIET = {RESEARCH}  # the account's tag steward:mode=observe keeps every mail back
OPERATOR = "operator@example.com"


def show_runtimes(story: Story) -> int:
    """Scan, tell, fix, scan again. Returns how much differs from the ground truth."""
    story.console.rule("[bold]Lambda runtimes: what ends, where, and whose it is", align="left")
    stack_ids = _seed(story)
    enforced = story.emulator.enforce_iam
    at_first = Moment(story.day(FIRST_DAY).date(), live=True, enforced=enforced)
    first, wrong = _scan(story, FIRST_DAY, at_first)
    wrong += _tell(story)
    story.console.rule("[bold]A week later: owners have changed functions", align="left")
    _owners_fix(story, stack_ids)
    wrong += _health_tells(story)
    later = replace(
        at_first,
        today=story.day(A_WEEK_LATER).date(),
        live=False,
        fixed=True,
        excepted=_still_excepted(story),
    )
    second, differing = _scan(story, A_WEEK_LATER, later)
    wrong += differing + _burned_down(story, first, second)
    wrong += _dead_letters(story)
    _open(story, download_page(story.hub, second.overview.scan_id))
    return wrong


def _seed(story: Story) -> dict[str, str]:
    count = sum(len(stack.functions) for stack in STACKS)
    now = story.day(FIRST_DAY)
    story.emulator.control.travel_to(now - timedelta(hours=2))
    with step(story.console, f"seeding {count} functions in {len(STACKS)} stacks"):
        stack_ids = seed_functions(story.organization, STACKS, now)
        say_everything(story.organization, now - timedelta(hours=1))
        _lag(story, RECENTLY_FIXED)
        runtimes = {RECENTLY_FIXED: "python3.13"}
        change_runtimes(story.organization, SHOP, stack_ids[SHOP.key], runtimes)
    return stack_ids


def _lag(story: Story, name: str) -> None:
    account = story.organization.accounts[SHOP.account]
    RuntimeControl(story.organization.endpoint).let_config_lag(account, SHOP.region, name)


def _scan(story: Story, day: int, moment: Moment) -> tuple[RuntimeReport, int]:
    now = story.day(day)
    story.emulator.control.travel_to(now)
    known = report_ids(story.hub)
    with step(story.console, "the daily schedule: a scan of every account and region"):
        story.hub.scan_runtimes(now)
        scan_id = await_report(story.hub, known)
        story.hub.await_queues(RUNTIME_QUEUES)
    report = read_report(story.hub, scan_id)
    story.console.print(report.overview.headline, markup=False, highlight=False)
    for unit in report.overview.coverage.uncovered:
        where = f"{story.organization.name_of(unit.account_id)}/{unit.region}"
        story.console.print(f"  not covered: {where}: {unit.reason}", markup=False)
    return report, _reckon(story, report, moment)


def _reckon(story: Story, report: RuntimeReport, moment: Moment) -> int:
    compared = compare_report(story.organization, report, moment)
    counts = list(wrong_counts(story.organization, report, moment))
    story.console.print(_table(compared))
    for sentence in counts:
        story.console.print(f"[red]{sentence}")
    wrong = sum(bool(each.difference) for each in compared)
    right = len(compared) - wrong
    story.console.print(f"functions: {right} of {len(compared)} as expected")
    return wrong + len(counts)


def _table(compared: Iterable[Compared]) -> Table:
    table = Table("account", "function", "found", "why", title="what the report says")
    for each in compared:
        found = f"[red]{each.found}[/]" if each.difference else each.found
        table.add_row(each.account, each.name, found, each.difference or each.why)
    return table


def _tell(story: Story) -> int:
    """Every owner of a function that ends soon gets one digest; who is only observed gets none."""
    mails = story.send_digests(FIRST_DAY)
    for mail in mails:
        line = f"  told {', '.join(mail.recipients)}: {mail.subject}"
        story.console.print(line, markup=False, highlight=False)
    told = {address for mail in mails for address in mail.recipients}
    wrong = [f"{owner} owns functions that end and was not told" for owner in _owners() - told]
    wrong += [f"{owner} was told, though the account is only observed" for owner in told & QUIET]
    for sentence in sorted(wrong):
        story.console.print(f"[red]{sentence}")
    return len(wrong)


def _owners() -> set[str]:
    functions = (each for stack in STACKS if stack.covered for each in stack.functions)
    return {each.owner for each in functions if each.owner} - QUIET


def _owners_fix(story: Story, stack_ids: dict[str, str]) -> None:
    now = story.day(A_WEEK_LATER)
    story.emulator.control.travel_to(now - timedelta(hours=2))
    for stack in STACKS:
        runtimes = {each.name: each.fixed_to for each in stack.functions if each.fixed_to}
        if runtimes:
            change_runtimes(story.organization, stack, stack_ids[stack.key], runtimes)
            names = ", ".join(f"{name} to {runtime}" for name, runtime in runtimes.items())
            story.console.print(f"the owner of {stack.name} changes {names}")
    control = RuntimeControl(story.organization.endpoint)
    account = story.organization.accounts[SHOP.account]
    control.let_config_catch_up(account, SHOP.region, RECENTLY_FIXED)
    place = (SHOP.account, SHOP.region)
    tell_health(control, story.organization, place, [RECENTLY_FIXED], now, "RESOLVED")
    _except(story)


def _except(story: Story) -> None:
    """The operator lets one function stay as it is until its create block."""
    stack, name = EXCEPTED
    account = story.organization.accounts[stack.account]
    runtime = next(each.runtime for each in stack.functions if each.name == name)
    answer = story.hub.invoke(
        "RuntimeReportFunctionName",
        {
            "action": "except",
            "kind": "arn",
            "scope": f"arn:aws:lambda:{stack.region}:{account}:function:{name}",
            "runtime": runtime,
            "reason": "frozen until the shop is replaced",
            "approver": OPERATOR,
            "expires": (story.day(A_WEEK_LATER) + timedelta(days=20)).date().isoformat(),
            "by": OPERATOR,
        },
    )
    story.console.print(f"the operator asks for an exception of {name}: {answer.get('reason')}")
    if not answer.get("done"):
        raise HubError(f"the exception was refused: {answer}")


def _still_excepted(story: Story) -> frozenset[str]:
    """The exception is granted today; a milestone that comes before the second scan ends it."""
    stack, name = EXCEPTED
    (lifetime,) = (LIFETIMES[each.runtime] for each in stack.functions if each.name == name)
    then, later = story.day_zero.date(), story.day(A_WEEK_LATER).date()
    return frozenset({name} if lifetime.state(then) == lifetime.state(later) else ())


def _health_tells(story: Story) -> int:
    """An event of AWS Health on the bus: one unit is looked at at once, not the organization."""
    place, now = (ORDERS.account, ORDERS.region), story.day(A_WEEK_LATER) - timedelta(hours=1)
    story.emulator.control.travel_to(now)
    known = report_ids(story.hub)
    with step(story.console, f"AWS Health tells of {place[0]}/{place[1]} on the event bus"):
        event = health_bus_event(story.organization, place, now)
        story.emulator.control.put_event(event)
        scan_id = await_report(story.hub, known)
        story.hub.await_queues(RUNTIME_QUEUES)
    report = read_report(story.hub, scan_id)
    account = story.organization.accounts[place[0]]
    still = [
        each.name
        for each in ORDERS.functions
        if each.fixed_to and _is_affected(report, account, each.name)
    ]
    for name in still:
        story.console.print(f"[red]{name} is fixed and its finding is still open")
    return len(still)


def _is_affected(report: RuntimeReport, account: str, name: str) -> bool:
    row = report.latest(account, HOME_REGION, name)
    return row is None or str(row.bucket) != "fine"


def _burned_down(story: Story, first: RuntimeReport, second: RuntimeReport) -> int:
    """Fewer functions are hit than a week ago, and the report shows both counts."""
    waves = (wave for wave in second.overview.waves if MOVED_FROM in wave.runtimes)
    for wave in islice(waves, 1):
        points = ", ".join(f"{point.day}: {point.functions}" for point in wave.history)
        story.console.print(wave.sentence, markup=False, highlight=False)
        story.console.print(f"  burn-down: {points}", markup=False, highlight=False)
        if _hit(second) < _hit(first) and len({each.functions for each in wave.history}) > 1:
            return 0
    story.console.print("[red]nothing burned down, though owners fixed functions")
    return 1


def _hit(report: RuntimeReport) -> int:
    return report.overview.buckets["affected"] + report.overview.buckets["excepted"]


def _dead_letters(story: Story) -> int:
    queues = ("RuntimeUnitsDeadLetterQueueUrl", "RuntimeReportsDeadLetterQueueUrl")
    found = sum(story.hub.messages_in(queue) for queue in queues)
    if found:
        story.console.print(f"[red]{found} messages in the dead-letter queues of runtimes")
    return found


def _open(story: Story, page: Path) -> None:
    story.console.print(f"the report: {page}", markup=False, highlight=False, soft_wrap=True)
    on_a_desktop = sys.platform == "darwin" or os.environ.get("DISPLAY")
    if sys.stdout.isatty() and on_a_desktop:
        webbrowser.open(page.as_uri())
