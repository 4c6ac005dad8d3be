"""Look through the outbox of rollouts: which notices may be sent now, and to whom."""

from collections.abc import Iterator
from dataclasses import dataclass

from steward.domain.rollouts.notices import RolloutNotice
from steward.ledger.attributes import UnreadableItem
from steward.workflows.news_letters import NewsAddresser
from steward.workflows.rollouts.letters import RolloutLetter


@dataclass(slots=True)
class RolloutAddressing(NewsAddresser[RolloutNotice, RolloutLetter]):
    """What has happened to a deployment is always told, unless the mode holds it back."""

    def _waiting(self) -> Iterator[RolloutNotice | UnreadableItem]:
        return self.ledger.open_rollout_notices()

    def _named(self, notice: RolloutNotice) -> dict[str, str]:
        return {"deployment": notice.story.deployment_id, "event": notice.event}

    def _accounts(self, notice: RolloutNotice) -> tuple[str]:
        return (notice.story.account_id,)

    def _letter_to(
        self, reached: set[str], notice: RolloutNotice, note: str, refused: dict[str, str]
    ) -> RolloutLetter:
        return RolloutLetter(reached, notice, note, refused=refused)
