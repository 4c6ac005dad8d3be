"""All outboxes, looked through one after the other, and one owner's letters as a digest."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from steward.domain.deliveries import Unreachable
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger
from steward.notify.digest import Digest, digest_for
from steward.workflows.addressing import Addressing
from steward.workflows.letters import Letter
from steward.workflows.mailing import AccountOf, Mailing
from steward.workflows.rollouts.addressing import RolloutAddressing
from steward.workflows.rollouts.letters import RolloutLetter
from steward.workflows.runtimes.addressing import RuntimeAddressing
from steward.workflows.runtimes.letters import RuntimeLetter


@dataclass(frozen=True, slots=True)
class Outboxes:
    """What is known of each once its `letters` were gone through."""

    leases: Addressing
    runtimes: RuntimeAddressing
    rollouts: RolloutAddressing

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        policy: Policy,
        now: datetime,
        account_of: AccountOf,
        unreachable: Mapping[str, Unreachable],
    ) -> "Outboxes":
        return cls(
            Addressing(ledger, policy, now, account_of, unreachable),
            RuntimeAddressing(ledger, policy, account_of, unreachable),
            RolloutAddressing(ledger, policy, account_of, unreachable),
        )

    def letters(self, may_read_on: Callable[[], bool] = lambda: True) -> Iterator[Mailing]:
        """Rollouts first, as they cannot wait; of each outbox what waits longest."""
        return chain(
            self.rollouts.letters(may_read_on),
            self.leases.letters(may_read_on),
            self.runtimes.letters(may_read_on),
        )

    @property
    def unreadable(self) -> int:
        return sum(each.unreadable for each in (self.leases, self.runtimes, self.rollouts))

    @property
    def unread(self) -> int:
        return sum(each.unread for each in (self.leases, self.runtimes, self.rollouts))

    @property
    def cut_off(self) -> int:
        """How many notices wait for addresses that can be reached."""
        return sum(len(each.cut_off) for each in (self.leases, self.runtimes, self.rollouts))

    @property
    def awaited_addresses(self) -> set[str]:
        return (
            self.leases.awaited_addresses
            | self.runtimes.awaited_addresses
            | self.rollouts.awaited_addresses
        )


def digest_of(owner: str, letters: Iterable[Mailing]) -> Digest:
    """What `owner` is told by those of `letters` that are ready."""
    ready = [letter for letter in letters if letter.is_ready]
    return digest_for(
        owner,
        [each.row for each in ready if isinstance(each, Letter) and each.row],
        [each.row for each in ready if isinstance(each, RuntimeLetter) and each.row],
        [each.row for each in ready if isinstance(each, RolloutLetter) and each.row],
    )
