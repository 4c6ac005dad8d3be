"""Reports on mails find the notices that those told of, and the leases behind them."""

from collections.abc import Iterator
from datetime import datetime

from steward.domain.outbox import Notice
from steward.domain.outcomes import Outcome, is_news
from steward.ledger.attributes import Item, text
from steward.ledger.dealings import Dealing
from steward.ledger.delivery_items import deliveries_attribute, told_key
from steward.ledger.keys import MAILED_PREFIX, mail_partition
from steward.ledger.leases import LeaseChanged
from steward.ledger.notice_items import notice_from
from steward.ledger.outbox import Outbox

_TRIES = 5


class Heeding(Outbox):
    """A report is on record before its notices are looked for; a notice that is recorded later
    finds it there."""

    def note_outcome(self, outcome: Outcome) -> Iterator[Notice]:
        """Put the report on record, then look up the notices that its mail told of."""
        self.save_outcome(outcome)
        return self.notices_told_by(outcome.message_id)

    def notices_told_by(self, message_id: str) -> Iterator[Notice]:
        """The notices that a mail told of, as they are now."""
        for mailed in self.query(mail_partition(message_id), MAILED_PREFIX):
            item = self.read(told_key(mailed))
            if item:
                yield notice_from(item)

    def heed(
        self, outcome: Outcome, notice: Notice, fallback: str, at: datetime, actor: str
    ) -> Dealing | None:
        """Let a notice, as it was read, and its lease know what became of a mail; None when that is
        no news. Raise LeaseChanged when they do not stand still: hand the report in again.
        """
        for _ in range(_TRIES):
            if not is_news(outcome, notice):
                return None
            lease = self.lease(notice.unit, notice.stack_id)
            dealing = Dealing(notice, notice, lease, lease).heeding(outcome, fallback, at, actor)
            as_read: Item = {
                ":state": text(notice.state),
                ":read": deliveries_attribute(notice.deliveries),
            }
            condition = "#state = :state AND #deliveries = :read"
            if not self.settle(dealing, at, condition, as_read):
                return dealing
            notice = self.stored(notice)
        raise LeaseChanged(notice.stack_id)
