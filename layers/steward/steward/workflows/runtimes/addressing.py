"""Look through the outbox of runtimes: which notices may be sent now, and to whom."""

from collections.abc import Iterator
from dataclasses import dataclass

from steward.domain.runtimes.records import RuntimeNotice
from steward.ledger.attributes import UnreadableItem
from steward.workflows.news_letters import NewsAddresser
from steward.workflows.runtimes.letters import RuntimeLetter


@dataclass(slots=True)
class RuntimeAddressing(NewsAddresser[RuntimeNotice, RuntimeLetter]):
    """The report, which queues these notices, cancels those that are not true any more."""

    def _waiting(self) -> Iterator[RuntimeNotice | UnreadableItem]:
        return self.ledger.open_runtime_notices()

    def _named(self, notice: RuntimeNotice) -> dict[str, str]:
        return {"group": notice.group}

    def _accounts(self, notice: RuntimeNotice) -> set[str]:
        return {unit.partition("/")[0] for unit in notice.units}

    def _letter_to(
        self, reached: set[str], notice: RuntimeNotice, note: str, refused: dict[str, str]
    ) -> RuntimeLetter:
        return RuntimeLetter(reached, notice, note, refused=refused)
