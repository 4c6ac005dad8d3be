"""The outbox of rollouts."""

from collections.abc import Iterator

from steward.domain.rollouts.notices import RolloutNotice
from steward.ledger.attributes import UnreadableItem
from steward.ledger.keys import ROLLOUT_NOTICES, rollout_notices_prefix
from steward.ledger.news_items import news_from
from steward.ledger.news_outbox import NewsOutbox


class RolloutOutbox(NewsOutbox):
    """Notices of rollouts are looked up by deployment: each tells of one."""

    def rollout_notices_of(self, deployment_id: str) -> list[RolloutNotice]:
        """All about the deployments of this id, in any state, in the order they were queued."""
        items = self.query(ROLLOUT_NOTICES, rollout_notices_prefix(deployment_id))
        found = [each for each in map(news_from, items) if isinstance(each, RolloutNotice)]
        return sorted(found, key=lambda each: (each.queued_at, each.event))

    def open_rollout_notices(self) -> Iterator[RolloutNotice | UnreadableItem]:
        """Those that wait to be sent, longest waiting first."""
        for found in self.waiting_news(ROLLOUT_NOTICES):
            if isinstance(found, RolloutNotice | UnreadableItem):
                yield found
