"""One notice of runtimes on its way to its owners."""

from dataclasses import dataclass

from steward.domain.runtimes.records import RuntimeNotice
from steward.notify.runtimes.facts import MOST_PLACES
from steward.notify.runtimes.message import RuntimeMessage, runtime_message
from steward.notify.runtimes.rows import RuntimeRow
from steward.notify.runtimes.words import today_of
from steward.workflows.mailing import Office
from steward.workflows.news_letters import NewsLetter


@dataclass(slots=True, eq=False)
class RuntimeLetter(NewsLetter[RuntimeNotice, RuntimeRow]):
    """Its row is dated by the day it is sent on."""

    @property
    def name(self) -> str:
        return f"{self.notice.group} {self.notice.key}"

    @property
    def account_ids(self) -> list[str]:
        """Those that a card has room for."""
        return [unit.partition("/")[0] for unit in self.notice.units[:MOST_PLACES]]

    def _row(self, office: Office) -> RuntimeRow:
        return RuntimeRow(self.notice, today_of(office.now), self.note)

    def message(self, office: Office) -> RuntimeMessage:
        assert self.row is not None
        told = tuple(self.taken)
        return runtime_message(self.row, told, self.refused, office.policy, office.now)
