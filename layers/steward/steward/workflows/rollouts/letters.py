"""One notice of a rollout on its way to its owners."""

from dataclasses import dataclass

from steward.domain.rollouts.notices import RolloutNotice
from steward.notify.rollouts.message import RolloutMessage, rollout_message
from steward.notify.rollouts.rows import RolloutRow
from steward.workflows.mailing import Office
from steward.workflows.news_letters import NewsLetter


@dataclass(slots=True, eq=False)
class RolloutLetter(NewsLetter[RolloutNotice, RolloutRow]):
    """It has happened, so it stays true however late it is sent."""

    @property
    def name(self) -> str:
        return f"{self.notice.story.deployment_id} {self.notice.event}"

    @property
    def account_ids(self) -> tuple[str]:
        return (self.notice.story.account_id,)

    def _row(self, office: Office) -> RolloutRow:  # noqa: ARG002  # as NewsLetter has it
        return RolloutRow((self.notice,), self.note)

    def message(self, office: Office) -> RolloutMessage:
        told = tuple(self.taken)
        return rollout_message(
            self.notice, self.note, told, self.refused, office.policy, office.now
        )
