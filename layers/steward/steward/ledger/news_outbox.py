"""The outbox of news: a notice waits here until its delivery, or why not, is on record."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from steward.domain.news import News
from steward.domain.outbox import NoticeState
from steward.ledger.attributes import (
    TTL,
    Item,
    UnreadableItem,
    epoch_seconds,
    moment,
    text,
    text_map,
)
from steward.ledger.claims import Claims
from steward.ledger.delivery_items import MAILS_KEPT
from steward.ledger.keys import mailed_news_key, news_id, news_key, open_news
from steward.ledger.news_items import news_from, news_item
from steward.ledger.notice_updates import IS_OPEN, OPEN_VALUES, STATE
from steward.ledger.table import Write


class NewsOutbox(Claims):
    """Claim, send, then record: a crash repeats a mail; the other order counts an unsent one."""

    def waiting_news(self, partition: str) -> Iterator[News | UnreadableItem]:
        """Notices still to be sent, longest waiting first; one that cannot be read stops no other.

        The index only says where to look: it lags, and holds no text.
        """
        for listed in self.query_index(open_news(partition)):
            item = self.read({"pk": listed["pk"], "sk": listed["sk"]})
            found = _read_if_possible(item) if item else None
            if isinstance(found, UnreadableItem) or (found and found.state.is_open):
                yield found

    def queue_news(self, notice: News) -> bool:
        """Let it wait to be sent; False when the same one waits already, or was sent.

        One that was cancelled was never told, so it may be true again.
        """
        put: Write = {
            "Put": {
                "TableName": self.name,
                "Item": news_item(notice),
                "ConditionExpression": "attribute_not_exists(pk) OR #state = :cancelled",
                "ExpressionAttributeNames": STATE,
                "ExpressionAttributeValues": {":cancelled": text(NoticeState.CANCELLED)},
            }
        }
        return not self.write_together([put])

    def claim_news(self, notice: News, now: datetime, lease_for: timedelta) -> bool:
        """Take it to send it, unless it is settled or another's claim is still young."""
        return self.claim_item(news_key(notice), now, lease_for)

    def record_news_sent(self, notice: News, at: datetime, message_ids: Mapping[str, str]) -> None:
        """Its mails were accepted for delivery to the addresses of `message_ids`.

        That is so even if it was cancelled while they were sent. The first record stands.
        """
        if not message_ids:
            raise ValueError(
                f"the notice {news_id(notice)} has no message id, so nobody accepted it; record a "
                "failure instead"
            )
        mailed = [self.put(_mailed(notice, each, at)) for each in sorted({*message_ids.values()})]
        self.write_together([self._sent(notice, at, message_ids), *mailed])

    def record_news_failure(self, notice: News, error: str, at: datetime) -> None:
        """Put it back with its `error`, to be tried again; one that is settled stays as it is."""
        self.put_back(news_key(notice), error, at)

    def cancel_news(self, notice: News, why: str, at: datetime) -> None:
        """It will not be sent any more; one that is settled already stays as it is."""
        self.update(
            news_key(notice),
            f"SET #state = :cancelled, cancelled_because = :why, settled_at = :at, {TTL} = :ttl "
            "REMOVE claimed_at, gsi1pk, gsi1sk",
            IS_OPEN,
            STATE,
            {
                **OPEN_VALUES,
                ":cancelled": text(NoticeState.CANCELLED),
                ":why": text(why),
                ":at": moment(at),
                ":ttl": epoch_seconds(at + self.audit_retention),
            },
        )

    def _sent(self, notice: News, at: datetime, message_ids: Mapping[str, str]) -> Write:
        return {
            "Update": {
                "TableName": self.name,
                "Key": news_key(notice),
                "UpdateExpression": (
                    "SET #state = :sent, sent_at = :at, settled_at = :at, "
                    f"message_ids = :ids, {TTL} = :ttl REMOVE claimed_at, gsi1pk, gsi1sk"
                ),
                "ConditionExpression": "attribute_exists(pk) AND #state <> :sent",
                "ExpressionAttributeNames": STATE,
                "ExpressionAttributeValues": {
                    ":sent": text(NoticeState.SENT),
                    ":at": moment(at),
                    ":ids": text_map(message_ids),
                    ":ttl": epoch_seconds(at + self.audit_retention),
                },
            }
        }


def _read_if_possible(item: Item) -> News | UnreadableItem:
    try:
        return news_from(item)
    except UnreadableItem as error:
        return error


def _mailed(notice: News, message_id: str, at: datetime) -> Item:
    """Says that the mail told of `notice`, so that a report on the mail finds it."""
    return mailed_news_key(message_id, notice) | {
        TTL: epoch_seconds(at + MAILS_KEPT),
        "notice_id": text(news_id(notice)),
    }
