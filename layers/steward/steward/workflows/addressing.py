"""Look through the outbox: which notices may be sent now, and to whom."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from steward.domain.deliveries import Unreachable
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.ledger import Ledger
from steward.observability import logger
from steward.workflows.letters import (
    ACTOR,
    CLAIM_LASTS,
    Letter,
    letter_for,
    why_held,
    why_overtaken,
)


@dataclass(slots=True)
class Addressing:
    """Nothing is sent yet, so that whatever is wrong with one notice may wait for the next run.

    Of the notices that are not to be sent, `held` says why each waits, `cut_off` those of them
    that wait for addresses; `cancelled` and `unreadable` are counted, `unread` at least one.
    """

    ledger: Ledger
    policy: Policy
    now: datetime
    account_of: Callable[[str], Account | None]
    unreachable: Mapping[str, Unreachable]
    held: list[tuple[Notice, str]] = field(default_factory=list)
    cut_off: list[Letter] = field(default_factory=list)
    cancelled: int = 0
    unreadable: int = 0
    unread: int = 0

    @property
    def awaited_addresses(self) -> set[str]:
        """Those that would have been mailed, had they not been unreachable."""
        return {address.casefold() for letter in self.cut_off for address in letter.refused}

    def letters(self, may_read_on: Callable[[], bool] = lambda: True) -> Iterator[Letter]:
        """The open notices, longest waiting first, each with those whom mails reach."""
        for notice in self.ledger.open_notices():
            if not may_read_on():
                self.unread = 1
                return
            letter = self._letter(notice)
            if letter is not None:
                yield letter

    def _letter(self, notice: Notice) -> Letter | None:
        try:
            return self._addressed(notice)
        except Exception:
            self.unreadable += 1
            logger.exception("notice not addressed", stack_id=notice.stack_id)
            return None

    def _addressed(self, notice: Notice) -> Letter | None:
        why = why_held(notice, self.account_of(notice.unit.account_id), self.policy)
        if why:
            self.held.append((notice, why))
            return None
        is_stage = notice.kind is NoticeKind.STAGE
        lease = self.ledger.lease(notice.unit, notice.stack_id) if is_stage else None
        overtaken = why_overtaken(notice, lease)
        if overtaken:
            self._cancel(notice, overtaken)
            return None
        letter = letter_for(notice, lease, self.policy, self.unreachable)
        if letter.waiting:
            return letter
        # Its owner is told nothing, so that no deletion comes near while this lasts.
        self.cut_off.append(letter)
        self.held.append((notice, letter.problems))
        return None

    def _cancel(self, notice: Notice, why: str) -> None:
        if self.ledger.claim(notice, self.now, CLAIM_LASTS):
            self.ledger.cancel(notice, why, self.now, ACTOR)
            self.cancelled += 1
