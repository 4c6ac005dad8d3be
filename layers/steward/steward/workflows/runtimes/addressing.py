"""Look through the outbox of runtimes: which notices may be sent now, and to whom."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from steward.domain.deliveries import Unreachable
from steward.domain.policy import Policy
from steward.domain.runtimes.records import RuntimeNotice
from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger
from steward.observability import logger
from steward.workflows.mailing import AccountOf
from steward.workflows.runtimes.letters import RuntimeLetter, runtime_letter, why_runtime_held


@dataclass(slots=True)
class RuntimeAddressing:
    """Nothing is sent yet, so that whatever is wrong with one notice may wait for the next run.

    Of the notices that are not to be sent, `held` says why each waits, `cut_off` those of them
    that wait for addresses; `unreadable` are counted, `unread` at least one.
    """

    ledger: Ledger
    policy: Policy
    account_of: AccountOf
    unreachable: Mapping[str, Unreachable]
    held: list[tuple[RuntimeNotice, str]] = field(default_factory=list)
    cut_off: list[RuntimeLetter] = field(default_factory=list)
    unreadable: int = 0
    unread: int = 0

    @property
    def awaited_addresses(self) -> set[str]:
        """Those that would have been mailed, had they not been unreachable."""
        return {address.casefold() for letter in self.cut_off for address in letter.refused}

    def letters(self, may_read_on: Callable[[], bool] = lambda: True) -> Iterator[RuntimeLetter]:
        """The open notices, longest waiting first, each with those whom mails reach."""
        for notice in self.ledger.open_runtime_notices():
            if not may_read_on():
                self.unread = 1
                return
            letter = self._letter(notice)
            if letter is not None:
                yield letter

    def _letter(self, notice: RuntimeNotice | UnreadableItem) -> RuntimeLetter | None:
        if isinstance(notice, UnreadableItem):
            self.unreadable += 1
            logger.error("notice of runtimes not read", reason=str(notice))
            return None
        try:
            return self._addressed(notice)
        except Exception:
            self.unreadable += 1
            logger.exception("notice not addressed", group=notice.group)
            return None

    def _addressed(self, notice: RuntimeNotice) -> RuntimeLetter | None:
        why = why_runtime_held(notice, self.policy, self.account_of)
        if why:
            self.held.append((notice, why))
            return None
        letter = runtime_letter(notice, self.policy, self.unreachable)
        if letter.waiting:
            return letter
        self.cut_off.append(letter)
        self.held.append((notice, letter.problems))
        return None
