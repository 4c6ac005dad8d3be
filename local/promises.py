"""What Steward promises about telling owners, looked up after the last day in inbox and ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.hub import Hub
from local.inbox import Mail
from local.scenario_accounts import LEFT
from local.scenario_model import ActionKind, SeededStack
from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease
from steward.domain.outbox import Notice, NoticeKind, NoticeState
from steward.domain.stacks import Unit

FULL_NOTICE = timedelta(days=7)
MINIMUM_NOTICE = timedelta(hours=24)


@dataclass(frozen=True)
class Run:
    """One run of the digest on a day of the demo, and the mails it sent."""

    day: int
    mails: tuple[Mail, ...]


@dataclass(frozen=True)
class History:
    """What the ledger says of one stack."""

    stack: SeededStack
    lease: Lease | None
    notices: Sequence[Notice]
    events: Sequence[AuditEvent]

    def at(self, what: str) -> datetime | None:
        return next((event.at for event in self.events if event.what == what), None)

    def told_since(self, moment: datetime) -> list[datetime]:
        """When a notice of a coming deletion was accepted for delivery, from `moment` on."""
        return [
            event.at
            for event in self.events
            if event.what == "delivered"
            and event.evidence["kind"] == NoticeKind.STAGE
            and event.at >= moment
        ]

    @property
    def reached_nobody(self) -> Notice | None:
        """The first notice whose every mail failed."""
        failed = (
            notice
            for notice in self.notices
            if notice.deliveries and all(each.status.failed for each in notice.deliveries)
        )
        return next(failed, None)


def broken_promises(
    hub: Hub, runs: Iterable[Run], scenario: Iterable[SeededStack], ids: Mapping[str, str]
) -> list[str]:
    """One sentence for each promise that was broken; none is what is expected."""
    runs = list(runs)
    histories = [_history(hub, stack, ids[stack.key]) for stack in scenario]
    inbox = {mail.message_id: mail for run in runs for mail in run.mails}
    broken = [*_one_digest_each(runs)]
    for history in histories:
        broken += _none_lost_or_repeated(history, inbox)
        broken += _the_right_one_was_told(history)
        broken += _a_bounce_moved_the_date(history)
        broken += _told_again_after_the_page(history)
    return broken


def _history(hub: Hub, stack: SeededStack, stack_id: str) -> History:
    _, _, _, region, account, _ = stack_id.split(":", 5)
    unit = Unit(account, region)
    lease = hub.ledger.lease(unit, stack_id) or hub.ledger.ended_lease(unit, stack_id)
    notices = hub.ledger.notices_of(stack_id)
    return History(stack, lease, notices, hub.ledger.audit_trail(stack_id))


def _one_digest_each(runs: Iterable[Run]) -> Iterator[str]:
    for run in runs:
        received = Counter(address for mail in run.mails for address in mail.recipients)
        for address, count in received.items():
            if count > 1:
                yield f"day {run.day}: {address} got {count} digests instead of one"


def _none_lost_or_repeated(history: History, inbox: Mapping[str, Mail]) -> Iterator[str]:
    name = history.stack.name
    told = Counter(
        (event.evidence["stage"], event.version)
        for event in history.events
        if event.what == "delivered"
    )
    yield from (f"{name}: told twice: {key}" for key, count in told.items() if count > 1)
    for notice in history.notices:
        which = f"{name}: the {notice.stage} notice of generation {notice.generation}"
        if notice.state not in {NoticeState.SENT, NoticeState.CANCELLED}:
            yield f"{which} is still {notice.state}: {notice.error or 'it waits'}"
        for delivery in notice.deliveries:
            mail = inbox.get(delivery.message_id)
            if mail is None or delivery.address not in mail.recipients:
                yield f"{which} counts as sent to {delivery.address}, who has no such mail"
            elif notice.stack_id not in mail.html:
                yield f"{which} is not in the mail to {delivery.address}"


def _the_right_one_was_told(history: History) -> Iterator[str]:
    stack = history.stack
    reached = {
        delivery.address
        for notice in history.notices
        for delivery in notice.deliveries
        if not delivery.status.failed
    }
    if stack.told and stack.told not in reached:
        source = history.lease.owner_source if history.lease else "no lease"
        yield f"{stack.name}: {stack.told} was never told, but {sorted(reached)} ({source})"


def _a_bounce_moved_the_date(history: History) -> Iterator[str]:
    lost, bounced_at = history.reached_nobody, history.at("bounced")
    if lost is None:
        if history.stack.tags.get("owner") == LEFT:
            yield f"{history.stack.name}: the mail to its owner did not bounce"
        return
    told = history.told_since(bounced_at or lost.queued_at)
    ended_at = history.at("reaped")
    if not told or ended_at is None:
        yield f"{history.stack.name}: its notice bounced, and nobody was told instead"
    elif ended_at < told[0] + FULL_NOTICE or ended_at <= (lost.delete_after or ended_at):
        yield f"{history.stack.name}: its notice bounced, and the date did not move"


def _told_again_after_the_page(history: History) -> Iterator[str]:
    kinds = {action.kind for action in history.stack.actions}
    if not kinds & {ActionKind.EXTEND, ActionKind.KEEP}:
        return
    name, extended_at, ended_at = history.stack.name, history.at("extended"), history.at("reaped")
    if extended_at is None:
        yield f"{name}: its owner asked for more time at the page and did not get it"
    elif ended_at is not None:
        told = history.told_since(extended_at)
        if not told or told[-1] + MINIMUM_NOTICE > ended_at or told[0] + FULL_NOTICE > ended_at:
            yield f"{name}: extended, and deleted without being told again in full"
