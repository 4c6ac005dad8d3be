"""Look through the outbox of runtimes: which notices may be sent now, and to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steward.domain.deliveries import Unreachable
from steward.domain.policy import Policy
from steward.domain.runtimes.records import RuntimeNotice
from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger
from steward.observability import logger
from steward.workflows.mailing import AccountOf, Addresser
from steward.workflows.runtimes.letters import RuntimeLetter, runtime_letter, why_runtime_held


@dataclass(slots=True)
class RuntimeAddressing(Addresser[RuntimeNotice, RuntimeLetter]):
    """What is not true any more is cancelled by the report, which queues these notices."""

    ledger: Ledger
    policy: Policy
    account_of: AccountOf
    unreachable: Mapping[str, Unreachable]

    def _open_notices(self) -> Iterator[RuntimeNotice]:
        for notice in self.ledger.open_runtime_notices():
            if isinstance(notice, UnreadableItem):
                self.unreadable += 1
                logger.error("notice of runtimes not read", reason=str(notice))
            else:
                yield notice

    def _named(self, notice: RuntimeNotice) -> dict[str, str]:
        return {"group": notice.group}

    def _addressed(self, notice: RuntimeNotice) -> RuntimeLetter | None:
        why = why_runtime_held(notice, self.policy, self.account_of)
        if why:
            self.held.append((notice, why))
            return None
        letter = runtime_letter(notice, self.policy, self.unreachable)
        return self._if_it_reaches_anybody(notice, letter)
