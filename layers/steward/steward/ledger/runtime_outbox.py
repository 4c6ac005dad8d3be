"""The outbox of runtimes."""

from collections.abc import Iterator

from steward.domain.runtimes.records import RuntimeNotice
from steward.ledger.attributes import UnreadableItem
from steward.ledger.keys import RUNTIME_NOTICES
from steward.ledger.news_items import news_from
from steward.ledger.news_outbox import NewsOutbox


class RuntimeOutbox(NewsOutbox):
    """Notices of runtimes are looked up all together, as a report tells of the whole."""

    def runtime_notices(self) -> list[RuntimeNotice]:
        """All of them in any state, longest waiting first, as far back as the audit goes."""
        read = map(news_from, self.query(RUNTIME_NOTICES))
        found = [notice for notice in read if isinstance(notice, RuntimeNotice)]
        return sorted(found, key=lambda each: (each.queued_at, each.group, each.key))

    def open_runtime_notices(self) -> Iterator[RuntimeNotice | UnreadableItem]:
        """Those that wait to be sent, longest waiting first."""
        for found in self.waiting_news(RUNTIME_NOTICES):
            if isinstance(found, RuntimeNotice | UnreadableItem):
                yield found
