"""The outbox: notices wait here until their delivery, or the reason against it, is on record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from steward.domain.outbox import Notice
from steward.domain.outcomes import Outcome
from steward.ledger.attributes import UnreadableItem
from steward.ledger.claims import Claims
from steward.ledger.dealings import accepted, cancelled
from steward.ledger.delivery_items import mailed_item
from steward.ledger.keys import OPEN, notice_key, notice_partition, notice_sort
from steward.ledger.leases import LeaseChanged
from steward.ledger.notice_items import notice_from
from steward.ledger.notice_updates import IS_OPEN, OPEN_VALUES
from steward.ledger.settling import Settling
from steward.ledger.table import Write

_TRIES = 5


class Outbox(Settling, Claims):
    """Claim, send, then record: a crash repeats a mail; the other order counts an unsent one."""

    def notices_of(self, stack_id: str) -> list[Notice]:
        return [notice_from(item) for item in self.query(notice_partition(stack_id))]

    def open_notices(self) -> Iterator[Notice]:
        """Notices still to be sent, longest waiting first.

        The index only says where to look: it lags, and holds no text.
        """
        for listed in self.query_index(OPEN):
            item = self.read({"pk": listed["pk"], "sk": listed["sk"]})
            notice = notice_from(item) if item else None
            if notice is not None and notice.state.is_open:
                yield notice

    def claim(self, notice: Notice, now: datetime, lease_for: timedelta) -> bool:
        """Take the notice to send it, unless it is settled or another's claim is still young."""
        return self.claim_item(notice_key(notice), now, lease_for)

    def record_delivery(
        self,
        notice: Notice,
        at: datetime,
        message_ids: Mapping[str, str],
        actor: str,
        fallback: str = "",
    ) -> Sequence[Outcome]:
        """The notice was accepted for delivery to the addresses of `message_ids`.

        It counts for the lease only while that is still in the notice's generation. Reports that
        came before this counted for nobody yet: they are heeded in the same transaction, which
        fails when one more comes, and are returned. So whichever of the two is written first, the
        other sees it. A notice that is settled already stays as it is.
        """
        if not message_ids:
            raise ValueError(
                f"the {notice.stage} notice of {notice.stack_id} has no message id, so nobody "
                "accepted it; record a failure instead"
            )
        known: Mapping[str, Outcome] = {}
        for _ in range(_TRIES):
            lease = self.lease(notice.unit, notice.stack_id)
            dealing = accepted(notice, lease, at, message_ids, actor)
            for outcome in known.values():
                dealing = dealing.heeding(outcome, fallback, at, actor)
            mails = self._mails(notice, at, message_ids, known)
            refused = self.settle(dealing, at, IS_OPEN, OPEN_VALUES, mails)
            if not refused or 0 in refused:
                return tuple(known.values())
            known = self.outcomes_of(message_ids.values())
        raise LeaseChanged(notice.stack_id)

    def record_failure(self, notice: Notice, error: str, at: datetime) -> Notice:
        """Put the notice back with its `error`, to be tried again; return it as stored.

        A notice that was settled meanwhile is returned as it is.
        """
        failed = self.put_back(notice_key(notice), error, at)
        return notice_from(failed) if failed else self.stored(notice)

    def cancel(self, notice: Notice, why: str, at: datetime, actor: str = "notice_digest") -> None:
        """The notice will not be sent any more; one that is settled already stays as it is."""
        lease = self.lease(notice.unit, notice.stack_id)
        self.settle(cancelled(notice, lease, why, at, actor), at, IS_OPEN, OPEN_VALUES)

    def stored(self, notice: Notice) -> Notice:
        """The notice as it is now."""
        item = self.read(notice_key(notice))
        if item is None:
            sort = notice_sort(notice.generation, notice.stage)
            pk = notice_partition(notice.stack_id)
            raise UnreadableItem(pk, sort, "the notice is not in the table")
        return notice_from(item)

    def _mails(
        self,
        notice: Notice,
        at: datetime,
        message_ids: Mapping[str, str],
        known: Mapping[str, Outcome],
    ) -> list[Write]:
        """What leads from a mail to its notice, as long as no more is known of the mail."""
        ids = set(message_ids.values())
        mailed = [self.put(mailed_item(notice, each, at)) for each in ids]
        return [*mailed, *(self.outcome_unchanged(each, known.get(each)) for each in ids)]
