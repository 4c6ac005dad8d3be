"""Notices that belong to no lease as items of the table, and back."""

from steward.domain.news import News
from steward.domain.outbox import NoticeState
from steward.domain.runtimes.records import RuntimeNotice
from steward.ledger.attributes import Item, ItemReader, known_moments, moment, number, text, texts
from steward.ledger.keys import RUNTIME_NOTICES, news_key, open_news_index
from steward.ledger.rollout_notice_items import rollout_notice_from, rollout_told
from steward.ledger.runtime_notice_items import runtime_notice_from, runtime_told
from steward.ledger.telling import Telling

# How a notice was dealt with: kept for the audit, and no part of what the owner is told.
_DEALINGS = ("claimed_at", "failed_at", "settled_at", "message_ids", "cancelled_because")


def news_item(notice: News) -> Item:
    """Only a notice that is still to be sent is listed in the index."""
    listed = open_news_index(notice) if notice.state.is_open else {}
    told = runtime_told(notice) if isinstance(notice, RuntimeNotice) else rollout_told(notice)
    return news_key(notice) | listed | told | _telling(notice)


def news_from(item: Item) -> News:
    """The partition says what kind of notice it is."""
    read = ItemReader(item, also_ignored=_DEALINGS)
    telling = Telling(
        owners=read.texts("owners"),
        queued_at=read.moment("queued_at"),
        state=read.choice("state", NoticeState),
        sent_at=read.moment_or_none("sent_at"),
        tries=read.number("tries"),
        error=read.text("error"),
    )
    if read.pk == RUNTIME_NOTICES:
        return read.whole(runtime_notice_from(read, telling))
    return read.whole(rollout_notice_from(read, telling))


def _telling(notice: News) -> Item:
    return {
        "owners": texts(notice.owners),
        "queued_at": moment(notice.queued_at),
        "state": text(notice.state),
        "tries": number(notice.tries),
        "error": text(notice.error),
        **known_moments(sent_at=notice.sent_at),
    }
