"""Notices for people: by generation, each with what became of its mails."""

from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from rich.console import Console

from steward.domain.instants import spoken
from steward.domain.leases import ENDED_STATES
from steward.domain.outbox import NoticeKind, NoticeState
from steward_cli.notices_report import MailDelivery, NoticesReport, SentNotice
from steward_cli.terminal import say


def show_notices(report: NoticesReport, zone: ZoneInfo, console: Console) -> None:
    """Print every notice; times are in `zone`."""
    say(console, f"{report.stack}: {report.lease_state or 'never leased'}")
    for generation, notices in groupby(report.notices, attrgetter("generation")):
        ended = "" if generation == report.generation else ", over"
        say(console, f"generation {generation}{ended}")
        for notice in notices:
            _show_notice(notice, zone, console)
    if not report.notices:
        say(console, _why_none(report))
    for earlier in report.earlier_stacks:
        say(console, f"not of an earlier stack of this name: {earlier}")


def _why_none(report: NoticesReport) -> str:
    if not report.lease_state:
        return "no notice: nobody is told of a stack that is not leased; `steward explain` says why"
    if report.lease_state in ENDED_STATES:
        return "no notice was ever queued: the lease ended before one was due"
    return "no notice was queued so far; `steward explain` says what is planned"


def _show_notice(notice: SentNotice, zone: ZoneInfo, console: Console) -> None:
    what = f"{notice.stage} before deletion" if notice.kind == NoticeKind.STAGE else notice.kind
    say(console, f"{spoken(notice.queued_at, zone)}: {what}: {notice.state}", indent=2)
    for delivery in notice.deliveries:
        say(console, _delivered(delivery, zone), indent=4)
    if not notice.deliveries:
        say(console, _addressed(notice), indent=4)
    if notice.error:
        say(console, f"after {notice.tries} tries: {notice.error}", indent=4)


def _delivered(delivery: MailDelivery, zone: ZoneInfo) -> str:
    detail = f": {delivery.detail}" if delivery.detail else ""
    return f"{delivery.address}: {delivery.status} {spoken(delivery.at, zone)}{detail}"


def _addressed(notice: SentNotice) -> str:
    source = f" (found by {notice.owner_source})" if notice.owner_source else ""
    to = f"{', '.join(notice.owners) or 'the fallback contact'}{source}"
    return f"for {to}" if notice.state != NoticeState.SENT else f"to {to}"
