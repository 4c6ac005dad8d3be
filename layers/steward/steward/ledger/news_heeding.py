"""Reports on mails find the notices without a lease that those told of."""

from collections.abc import Iterator

from steward.domain.news import News
from steward.domain.outbox import NoticeState
from steward.ledger.attributes import TTL, ItemReader, number, text
from steward.ledger.keys import (
    ROLLOUT_NOTICES,
    RUNTIME_NOTICES,
    key,
    mail_partition,
    mailed_news_prefix,
    news_key,
    open_news_index,
)
from steward.ledger.news_items import news_from
from steward.ledger.news_outbox import NewsOutbox
from steward.ledger.notice_updates import STATE


class NewsHeeding(NewsOutbox):
    """A notice whose every mail came back was told to nobody, so it waits to be sent again."""

    def news_told_by(self, message_id: str) -> Iterator[tuple[News, str]]:
        """The notices that a mail told of, and the address that it went to as we wrote it."""
        for partition in (RUNTIME_NOTICES, ROLLOUT_NOTICES):
            for mailed in self.query(mail_partition(message_id), mailed_news_prefix(partition)):
                item = self.read(key(partition, ItemReader(mailed).text("notice_id")))
                if item is None:
                    continue
                reached = ItemReader(item).text_map("message_ids") if "message_ids" in item else {}
                address = next((name for name, each in reached.items() if each == message_id), "")
                yield news_from(item), address

    def note_news_failure(self, notice: News, message_id: str, address: str, why: str) -> bool:
        """The mail `message_id` to `address` did not arrive; whether the notice waits again.

        Handed in again, it does what is left to do.
        """
        self.update(
            news_key(notice),
            "SET #error = :why REMOVE message_ids.#address",
            "#state = :sent AND message_ids.#address = :id",
            {**STATE, "#error": "error", "#address": address or "-"},
            {":sent": text(NoticeState.SENT), ":id": text(message_id), ":why": text(why)},
        )
        listed = open_news_index(notice)
        reopened = self.update(
            news_key(notice),
            "SET #state = :pending, gsi1pk = :gsi1pk, gsi1sk = :gsi1sk "
            f"REMOVE sent_at, settled_at, message_ids, {TTL}",
            "#state = :sent AND size(message_ids) = :none",
            STATE,
            {
                ":pending": text(NoticeState.PENDING),
                ":sent": text(NoticeState.SENT),
                ":none": number(0),
                **{f":{name}": value for name, value in listed.items()},
            },
        )
        return reopened is not None
