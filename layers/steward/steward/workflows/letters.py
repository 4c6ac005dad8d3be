"""One notice on its way to its owners: is it still true, who took it, and what goes on record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steward.domain.decisions import effective_mode
from steward.domain.leases import Lease
from steward.domain.modes import Mode
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.ledger import Ledger
from steward.notify.digest import Row, event_row, stage_row

ACTOR = "notice_digest"
# Longer than a run can last, so that only a run that died is taken over from.
CLAIM_LASTS = timedelta(minutes=15)


@dataclass(slots=True, eq=False)
class Letter:
    """`waiting` holds the owners who were not tried yet; `row` is known once it may be sent.

    `taken` maps addresses to message ids, `refused` addresses (and the topic) to the reason.
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


def letters_by_owner(notices: Iterable[Notice], policy: Policy) -> dict[str, list[Letter]]:
    """The letters for each address, which counts as one however its case is written."""
    spelled: dict[str, str] = {}
    addressed: dict[str, list[Letter]] = {}
    for notice in notices:
        owners = notice.owners or (policy.owners.fallback,)
        addresses = {spelled.setdefault(owner.casefold(), owner) for owner in owners}
        letter = Letter(notice, set(addresses))
        for address in sorted(addresses):
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
    """Why a notice of a coming deletion is not true any more; empty when it still is."""
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


def record(letter: Letter, ledger: Ledger, now: datetime) -> None:
    """Put on record how sending went: delivered when at least one owner's mail was accepted.

    Whom it did not reach is written first, as a delivery ends the notice; a crash between the
    two repeats the mail.
    """
    if letter.refused:
        ledger.record_failure(letter.notice, letter.problems, now)
    if letter.taken:
        ledger.record_delivery(letter.notice, now, letter.taken, ACTOR)
