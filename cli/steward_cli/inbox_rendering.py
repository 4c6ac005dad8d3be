"""An inbox for people: each mail with its rows or its text, then what is not sent and why."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from steward.domain.instants import spoken
from steward.domain.outbox import NoticeKind
from steward_cli.inbox_report import (
    DueNotice,
    HeldNotice,
    InboxReport,
    MailRow,
    RolloutDue,
    RuntimeDue,
)
from steward_cli.plan_rendering import show_gaps
from steward_cli.terminal import say


def show_inbox(report: InboxReport, zone: ZoneInfo, console: Console) -> None:
    """Print every mail's rows and everything that is not sent; times are in `zone`."""
    for mail in report.mails:
        say(console, f"{mail.to}: {mail.subject}")
        for row in mail.rows:
            say(console, _row(row, zone), indent=2)
        for notice in mail.runtimes:
            say(console, f"runtimes: {_of_runtimes(notice)}", indent=2)
        for rollout in mail.rollouts:
            say(console, f"rollout: {_of_rollout(rollout)}", indent=2)
    _show_held("held", report.held, console)
    for held in report.runtimes_held:
        say(console, f"held: {_of_runtimes(held)}, to {_addressees(held)}: {held.why}")
    for waiting in report.rollouts_held:
        say(console, f"held: {_of_rollout(waiting)}, to {_addressees(waiting)}: {waiting.why}")
    _show_held("not true any more, so never sent", report.cancelled, console)
    for line in _sums(report, zone):
        say(console, line)


def show_texts(report: InboxReport, console: Console) -> None:
    """Print the plain text of every mail, as it would be sent but for the links' signatures."""
    for place, mail in enumerate(report.mails):
        if place:
            console.print()
        say(console, f"To: {mail.to}")
        say(console, f"Subject: {mail.subject}")
        console.print()
        console.print(Text(mail.text), soft_wrap=True)


def show_missing(report: InboxReport, console: Console) -> None:
    """Say what could not be read, so that no part of an inbox passes for the whole."""
    show_gaps(report.units_not_read, report.stacks_not_judged, console)
    if report.notices_not_read:
        notices = _counted(report.notices_not_read, "notice")
        say(console, f"not read: {notices} of the ledger, which notice_digest's log explains")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _row(row: MailRow, zone: ZoneInfo) -> str:
    deletion = f", deleted not before {spoken(row.not_before, zone)}" if row.not_before else ""
    queued = "" if row.is_queued else ", queued by the sweep"
    return f"{row.section}: {_named(row)}{deletion}{queued}{_trouble(row)}"


def _named(notice: DueNotice) -> str:
    what = f"{notice.stage} before deletion" if notice.kind == NoticeKind.STAGE else notice.kind
    where = f"{notice.account_name or notice.account_id}, {notice.region}"
    return f"{notice.stack_name} ({where}): {what}"


def _of_runtimes(notice: RuntimeDue) -> str:
    one = notice.functions == 1
    functions = "1 function or version" if one else f"{notice.functions} functions or versions"
    return f"{notice.place}, {functions}: {notice.headline}{_trouble(notice)}"


def _of_rollout(notice: RolloutDue) -> str:
    place = f"{notice.account_id}, {notice.region}"
    what = f"{notice.function or notice.deployment_id} ({place}), {notice.deployment_id}"
    return f"{what}: {notice.event}: {notice.reason}{_trouble(notice)}"


def _addressees(notice: DueNotice | RuntimeDue | RolloutDue) -> str:
    return ", ".join(notice.owners) or "the fallback contact"


def _trouble(notice: DueNotice | RuntimeDue | RolloutDue) -> str:
    return f", after {notice.tries} tries: {notice.error}" if notice.error else ""


def _show_held(title: str, notices: Iterable[HeldNotice], console: Console) -> None:
    for notice in notices:
        say(console, f"{title}: {_named(notice)}, to {_addressees(notice)}: {notice.why}")


def _sums(report: InboxReport, zone: ZoneInfo) -> Iterable[str]:
    whose = f" to {report.only_owner}" if report.only_owner else ""
    rows = sum(len(mail.rows + mail.runtimes + mail.rollouts) for mail in report.mails)
    mails = _counted(len(report.mails), "mail")
    held = _counted(len(report.held + report.runtimes_held + report.rollouts_held), "notice")
    yield f"{mails}{whose} with {_counted(rows, 'notice')}, {held} held; nothing was sent"
    policy = report.policy
    yield (
        f"policy {policy.fingerprint} from {policy.source}, mode {policy.mode}, "
        f"as of {spoken(report.at, zone)}; times are {zone.key}"
    )
    if policy.problem:
        yield f"the last good policy is used: {policy.problem}"
