"""The ledger as it would be after a sweep now: what the sweep would write is kept in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steward.domain.audit import AuditEvent
from steward.domain.leases import ENDED_STATES, Lease
from steward.domain.news import News
from steward.domain.outbox import Notice, NoticeState
from steward.domain.stacks import Account, Unit
from steward.ledger.attributes import Item, ItemReader
from steward.ledger.keys import news_key, notice_key
from steward_cli.dry_ledger import DryLedger

type NoticeId = tuple[str, int, str]


def notice_id(notice: Notice) -> NoticeId:
    return notice.stack_id, notice.generation, notice.stage


@dataclass(frozen=True)
class Rehearsal(DryLedger):
    """`leases_then` holds what the sweep would save, `queued` the notices it would add to those
    that are open; `cancelled` says why a notice would not be sent any more.

    What was read once is not read again: all of it is judged as of one moment.
    """

    leases_then: dict[str, Lease] = field(default_factory=dict)
    queued: dict[NoticeId, Notice] = field(default_factory=dict)
    cancelled: dict[NoticeId, tuple[Notice, str]] = field(default_factory=dict)
    accounts_then: dict[str, Account] = field(default_factory=dict)
    _items: dict[str, Item | None] = field(default_factory=dict)

    @classmethod
    def over(cls, ledger: DryLedger) -> "Rehearsal":
        return cls(ledger.client, ledger.name, ledger.audit_retention)

    def read(self, item_key: Item) -> Item | None:
        place = f"{item_key['pk']} {item_key['sk']}"
        if place not in self._items:
            self._items[place] = super().read(item_key)
        return self._items[place]

    def save(
        self,
        before: Lease | None,
        after: Lease,
        event: AuditEvent,
        notices: Sequence[Notice] = (),
    ) -> Lease:
        stored = super().save(before, after, event, notices)
        self.leases_then[stored.stack_id] = stored
        self.queued.update({notice_id(notice): notice for notice in notices})
        return stored

    def lease(self, unit: Unit, stack_id: str) -> Lease | None:
        then = self.leases_then.get(stack_id)
        if then is None:
            return super().lease(unit, stack_id)
        return None if then.state in ENDED_STATES else then

    def save_accounts(self, accounts: Iterable[Account]) -> None:
        self.accounts_then.update({account.account_id: account for account in accounts})

    def account(self, account_id: str) -> Account | None:
        return self.accounts_then.get(account_id) or super().account(account_id)

    def open_notices(self) -> Iterator[Notice]:
        """Those that are open now, then the sweep's; one that exists already is not queued anew."""
        yield from super().open_notices()
        for notice in self.queued.values():
            if self.read(notice_key(notice)) is None:
                yield notice

    def claim(self, notice: Notice, now: datetime, lease_for: timedelta) -> bool:
        """Whether a run now could take the notice; another run may be sending it."""
        if notice.state is not NoticeState.CLAIMED:
            return True
        return self._is_abandoned(self.read(notice_key(notice)), now - lease_for)

    @staticmethod
    def _is_abandoned(item: Item | None, since: datetime) -> bool:
        claimed_at = ItemReader(item).moment_or_none("claimed_at") if item else None
        return claimed_at is None or claimed_at < since

    def claim_news(self, notice: News, now: datetime, lease_for: timedelta) -> bool:
        """The same for a notice without a lease."""
        if notice.state is not NoticeState.CLAIMED:
            return True
        return self._is_abandoned(self.read(news_key(notice)), now - lease_for)

    def cancel(self, notice: Notice, why: str, at: datetime, actor: str = "") -> None:  # noqa: ARG002  # as Outbox has it
        self.cancelled[notice_id(notice)] = notice, why
