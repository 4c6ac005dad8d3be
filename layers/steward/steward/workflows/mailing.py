"""One thing to be told, on its way to its owners: who is still to be tried, and who took it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from steward.domain.deliveries import Unreachable
from steward.domain.instants import iso
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.ledger import Ledger
from steward.notify.channels import Publishable
from steward.observability import logger

type AccountOf = Callable[[str], Account | None]


@dataclass(frozen=True, slots=True)
class Office:
    """Where a run works: what is on record, under which policy, at what time."""

    ledger: Ledger
    policy: Policy
    now: datetime
    account_of: AccountOf


@dataclass(slots=True, eq=False)
class Mailing(ABC):
    """`waiting` holds the owners who were not tried yet.

    `taken` maps addresses to message ids, `refused` addresses (and the topics) to the reason.
    `is_hopeless`: a mail was refused in a way that trying again will not change.
    """

    waiting: set[str]
    is_unopened: bool = field(default=True, kw_only=True)
    taken: dict[str, str] = field(default_factory=dict, kw_only=True)
    refused: dict[str, str] = field(default_factory=dict, kw_only=True)
    is_hopeless: bool = field(default=False, kw_only=True)

    @property
    @abstractmethod
    def name(self) -> str:
        """What the log calls it."""

    @property
    @abstractmethod
    def tries(self) -> int:
        """How often in a row nobody's mail was accepted before this run."""

    @property
    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it may be sent: it is claimed, and known what to tell."""

    @property
    @abstractmethod
    def account_ids(self) -> Iterable[str]:
        """The accounts that its mail names."""

    @abstractmethod
    def open(self, office: Office) -> bool:
        """Claim it and find out what to tell; whether it is not true any more and was cancelled.

        It is not ready afterwards when it is another run's, or was cancelled.
        """

    @abstractmethod
    def message(self, office: Office) -> Publishable:
        """What the topics are told of it, once it is ready."""

    @abstractmethod
    def record(self, office: Office) -> None:
        """Put on record how sending went: delivered when at least one owner's mail was accepted.

        Whom it did not reach is written first, as a delivery ends the notice; a crash between the
        two repeats the mail.
        """

    @property
    def problems(self) -> str:
        return "; ".join(f"{whom}: {why}" for whom, why in self.refused.items())

    @property
    def failed_tries(self) -> int:
        """How often in a row nobody's mail was accepted, this run included."""
        return 0 if self.taken else self.tries + 1

    @property
    def failed_for_good(self) -> bool:
        return self.is_hopeless and not self.taken


@dataclass(slots=True)
class Addresser[N, M: Mailing](ABC):
    """Looks through an outbox: which notices may be sent now, and to whom.

    Nothing is sent yet, so that whatever is wrong with one notice may wait for the next run. Of the
    notices that are not to be sent, `held` says why each waits, `cut_off` those of them that wait
    for addresses; `unreadable` are counted, `unread` at least one.
    """

    held: list[tuple[N, str]] = field(default_factory=list, kw_only=True)
    cut_off: list[M] = field(default_factory=list, kw_only=True)
    unreadable: int = field(default=0, kw_only=True)
    unread: int = field(default=0, kw_only=True)

    @property
    def held_back(self) -> int:
        """How many wait for another reason than their addresses."""
        return len(self.held) - len(self.cut_off)

    @property
    def awaited_addresses(self) -> set[str]:
        """Those that would have been mailed, had they not been unreachable."""
        return {address.casefold() for letter in self.cut_off for address in letter.refused}

    def letters(self, may_read_on: Callable[[], bool] = lambda: True) -> Iterator[M]:
        """The open notices, longest waiting first, each with those whom mails reach."""
        for notice in self._open_notices():
            if not may_read_on():
                self.unread = 1
                return
            letter = self._letter(notice)
            if letter is not None:
                yield letter

    @abstractmethod
    def _open_notices(self) -> Iterator[N]:
        """What waits in the outbox."""

    @abstractmethod
    def _addressed(self, notice: N) -> M | None:
        """The notice as a letter; None when it is not to be sent now, which is on `held` then."""

    @abstractmethod
    def _named(self, notice: N) -> dict[str, str]:
        """What the log calls it."""

    def _letter(self, notice: N) -> M | None:
        try:
            return self._addressed(notice)
        except Exception:
            self.unreadable += 1
            logger.exception("notice not addressed", extra=self._named(notice))
            return None

    def _if_it_reaches_anybody(self, notice: N, letter: M) -> M | None:
        if letter.waiting:
            return letter
        self.cut_off.append(letter)
        self.held.append((notice, letter.problems))
        return None


def out_of_reach(owners: Iterable[str], unreachable: Mapping[str, Unreachable]) -> dict[str, str]:
    """Why no mail is sent to those of `owners` whom none reaches."""
    known = ((owner, unreachable.get(owner.casefold())) for owner in owners)
    return {
        owner: f"not mailed before {iso(each.until)}: {each.status} ({each.detail})"
        for owner, each in known
        if each
    }
