"""One notice on its way to its owners: is it still true, who took it, and what goes on record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.decisions import effective_mode
from steward.domain.deliveries import Unreachable
from steward.domain.leases import Lease
from steward.domain.modes import Mode
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.ledger import Ledger
from steward.notify.digest import Row, event_row, stage_row
from steward.notify.message import NoticeMessage, notice_message
from steward.workflows.mailing import Mailing, Office, out_of_reach
from steward.workflows.reachability import learn

ACTOR = "notice_digest"
# Longer than a run can last, so that only a run that died is taken over from.
CLAIM_LASTS = timedelta(minutes=15)


@dataclass(slots=True, eq=False)
class Letter(Mailing):
    """`row` is known once it may be sent."""

    notice: Notice
    row: Row | None = None

    @property
    def name(self) -> str:
        return self.notice.stack_id

    @property
    def tries(self) -> int:
        return self.notice.tries

    @property
    def is_ready(self) -> bool:
        return self.row is not None

    @property
    def account_ids(self) -> tuple[str]:
        return (self.notice.unit.account_id,)

    def open(self, office: Office) -> bool:
        if not office.ledger.claim(self.notice, office.now, CLAIM_LASTS):
            return False
        self.row = written_row(self.notice, office.ledger, office.policy, office.now)
        return self.row is None

    def message(self, office: Office) -> NoticeMessage:
        assert self.row is not None
        account = office.account_of(self.notice.unit.account_id)
        told = tuple(self.taken)
        return notice_message(self.row, told, self.refused, office.policy, office.now, account)

    def record(self, office: Office) -> None:
        """What was reported of a mail before it was on record is known by then."""
        ledger, now = office.ledger, office.now
        if self.refused:
            ledger.record_failure(self.notice, self.problems, now)
        if not self.taken:
            return
        fallback = office.policy.owners.fallback
        mailed = {message_id: address for address, message_id in self.taken.items()}
        for outcome in ledger.record_delivery(self.notice, now, self.taken, ACTOR, fallback):
            learn(ledger, outcome, mailed[outcome.message_id], now)


def letter_for(
    notice: Notice, lease: Lease | None, policy: Policy, unreachable: Mapping[str, Unreachable]
) -> Letter:
    """The notice, addressed to those owners whom mails reach; to none when there is no such.

    A coming deletion is told to whoever owns the stack by now. News whose owners are all out of
    reach goes to the fallback, since no sweep will find other owners for it.
    """
    is_stage = notice.kind is NoticeKind.STAGE
    owners = (lease.owners if is_stage and lease else notice.owners) or (policy.owners.fallback,)
    reached = [each for each in owners if each.casefold() not in unreachable]
    if not reached and not is_stage and policy.owners.fallback.casefold() not in unreachable:
        reached = [policy.owners.fallback]
    return Letter(set(reached), notice, refused=out_of_reach(owners, unreachable))


def letters_by_owner[M: Mailing](letters: Iterable[M]) -> dict[str, list[M]]:
    """The letters for each address, which counts as one however its case is written."""
    spelled: dict[str, str] = {}
    addressed: dict[str, list[M]] = {}
    for letter in letters:
        letter.waiting = {spelled.setdefault(each.casefold(), each) for each in letter.waiting}
        for address in sorted(letter.waiting):
            addressed.setdefault(address, []).append(letter)
    return addressed


def why_held(notice: Notice, account: Account | None, policy: Policy) -> str:
    """Why a notice of a coming deletion waits; empty when it may be sent.

    What has already happened is always told.
    """
    if notice.kind is not NoticeKind.STAGE:
        return ""
    if account is None:
        return f"account {notice.unit.account_id} is not on record; the next sweep records it"
    mode = effective_mode(account, policy)
    return "" if mode.allows(Mode.NOTIFY) else f"the mode is {mode}"


def why_overtaken(notice: Notice, lease: Lease | None) -> str:
    """Why a notice is not true any more; empty when it still is, as what has happened always is."""
    if notice.kind is not NoticeKind.STAGE:
        return ""
    if lease is None:
        return "its lease has ended"
    if lease.generation != notice.generation:
        return f"its lease is in generation {lease.generation} now"
    return "" if lease.marked_at else "its lease is not marked any more"


def written_row(notice: Notice, ledger: Ledger, policy: Policy, now: datetime) -> Row | None:
    """What to tell about a claimed notice; None when the lease has moved on and it is cancelled."""
    if notice.kind is not NoticeKind.STAGE:
        return event_row(notice)
    lease = ledger.lease(notice.unit, notice.stack_id)
    overtaken = why_overtaken(notice, lease)
    if lease is None or overtaken:
        ledger.cancel(notice, overtaken, now, ACTOR)
        return None
    return stage_row(notice, lease, policy, now)
