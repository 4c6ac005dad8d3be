"""Look through the outbox of leases: which notices may be sent now, and to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from steward.domain.deliveries import Unreachable
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger
from steward.workflows.letters import (
    ACTOR,
    CLAIM_LASTS,
    Letter,
    letter_for,
    why_held,
    why_overtaken,
)
from steward.workflows.mailing import AccountOf, Addresser


@dataclass(slots=True)
class Addressing(Addresser[Notice, Letter]):
    """`cancelled` counts notices that are not true any more."""

    ledger: Ledger
    policy: Policy
    now: datetime
    account_of: AccountOf
    unreachable: Mapping[str, Unreachable]
    cancelled: int = 0

    def _open_notices(self) -> Iterator[Notice]:
        return self.ledger.open_notices()

    def _named(self, notice: Notice) -> dict[str, str]:
        return {"stack_id": notice.stack_id}

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
        # An owner who is told nothing sees no deletion come near while this lasts.
        return self._if_it_reaches_anybody(notice, letter)

    def _cancel(self, notice: Notice, why: str) -> None:
        if self.ledger.claim(notice, self.now, CLAIM_LASTS):
            self.ledger.cancel(notice, why, self.now, ACTOR)
            self.cancelled += 1
