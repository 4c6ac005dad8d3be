"""One notice on its way to its owners: is it still true, who took it, and what goes on record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steward.domain.decisions import effective_mode
from steward.domain.deliveries import Unreachable
from steward.domain.instants import iso
from steward.domain.leases import Lease
from steward.domain.modes import Mode
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.ledger import Ledger
from steward.notify.digest import Row, event_row, stage_row
from steward.workflows.reachability import learn

ACTOR = "notice_digest"
# Longer than a run can last, so that only a run that died is taken over from.
CLAIM_LASTS = timedelta(minutes=15)


@dataclass(slots=True, eq=False)
class Letter:
    """`waiting` holds the owners who were not tried yet; `row` is known once it may be sent.

    `taken` maps addresses to message ids, `refused` addresses (and the topics) to the reason.
    `is_hopeless`: a mail was refused in a way that trying again will not change.
    """

    notice: Notice
    waiting: set[str]
    is_unopened: bool = True
    row: Row | None = None
    taken: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    is_hopeless: bool = False

    @property
    def problems(self) -> str:
        return "; ".join(f"{whom}: {why}" for whom, why in self.refused.items())

    @property
    def failed_tries(self) -> int:
        """How often in a row nobody's mail was accepted, this run included."""
        return 0 if self.taken else self.notice.tries + 1

    @property
    def failed_for_good(self) -> bool:
        return self.is_hopeless and not self.taken


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
    letter = Letter(notice, set(reached))
    for owner in owners:
        if owner.casefold() in unreachable:
            letter.refused[owner] = _out_of_reach(unreachable[owner.casefold()])
    return letter


def _out_of_reach(known: Unreachable) -> str:
    return f"not mailed before {iso(known.until)}: {known.status} ({known.detail})"


def letters_by_owner(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    """The letters for each address, which counts as one however its case is written."""
    spelled: dict[str, str] = {}
    addressed: dict[str, list[Letter]] = {}
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


def record(letter: Letter, ledger: Ledger, policy: Policy, now: datetime) -> None:
    """Put on record how sending went: delivered when at least one owner's mail was accepted.

    Whom it did not reach is written first, as a delivery ends the notice; a crash between the
    two repeats the mail. What was reported of a mail before it was on record is known by then.
    """
    if letter.refused:
        ledger.record_failure(letter.notice, letter.problems, now)
    if not letter.taken:
        return
    fallback = policy.owners.fallback
    mailed = {message_id: address for address, message_id in letter.taken.items()}
    for outcome in ledger.record_delivery(letter.notice, now, letter.taken, ACTOR, fallback):
        learn(ledger, outcome, mailed[outcome.message_id], now)
