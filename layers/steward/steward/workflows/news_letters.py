"""A notice without a lease on its way to its owners: who is told, and what goes on record."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from steward.domain.decisions import effective_mode
from steward.domain.deliveries import Unreachable
from steward.domain.modes import Mode
from steward.domain.news import News
from steward.domain.policy import Policy
from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger
from steward.observability import logger
from steward.workflows.letters import CLAIM_LASTS
from steward.workflows.mailing import AccountOf, Addresser, Mailing, Office, out_of_reach
from steward.workflows.reachability import heed_news, learn


@dataclass(slots=True, eq=False)
class NewsLetter[N: News, R](Mailing):
    """`row` is known once it may be sent. `note`: which of its owners mails do not reach."""

    notice: N
    note: str = ""
    row: R | None = None

    @property
    def tries(self) -> int:
        return self.notice.tries

    @property
    def is_ready(self) -> bool:
        return self.row is not None

    def open(self, office: Office) -> bool:
        """What is not true any more is cancelled by who queues it, so that none is here."""
        if office.ledger.claim_news(self.notice, office.now, CLAIM_LASTS):
            self.row = self._row(office)
        return False

    @abstractmethod
    def _row(self, office: Office) -> R:
        """What the digest tells of it."""

    def record(self, office: Office) -> None:
        """What was reported of a mail before it was on record is heeded now; later reports find
        the record."""
        if self.refused:
            office.ledger.record_news_failure(self.notice, self.problems, office.now)
        if not self.taken:
            return
        office.ledger.record_news_sent(self.notice, office.now, self.taken)
        for message_id, outcome in office.ledger.outcomes_of(self.taken.values()).items():
            address = next(each for each, mail in self.taken.items() if mail == message_id)
            learn(office.ledger, outcome, address, office.now)
            heed_news(office.ledger, outcome, self.notice, address)


@dataclass(slots=True)
class NewsAddresser[N: News, L: Mailing](Addresser[N, L]):
    """Nothing is cancelled here: what is not true any more is taken out by who queued it."""

    ledger: Ledger
    policy: Policy
    account_of: AccountOf
    unreachable: Mapping[str, Unreachable]

    @abstractmethod
    def _waiting(self) -> Iterator[N | UnreadableItem]:
        """What waits in the outbox of this kind."""

    @abstractmethod
    def _accounts(self, notice: N) -> Iterable[str]:
        """The accounts that `notice` is about."""

    @abstractmethod
    def _letter_to(self, reached: set[str], notice: N, note: str, refused: dict[str, str]) -> L:
        """`notice` to those of its owners whom mails reach."""

    def _open_notices(self) -> Iterator[N]:
        for notice in self._waiting():
            if isinstance(notice, UnreadableItem):
                self.unreadable += 1
                logger.error("notice not read", reason=str(notice))
            else:
                yield notice

    def _addressed(self, notice: N) -> L | None:
        why = why_held(self._accounts(notice), self.policy, self.account_of)
        if why:
            self.held.append((notice, why))
            return None
        return self._if_it_reaches_anybody(notice, self._to_those_reached(notice))

    def _to_those_reached(self, notice: N) -> L:
        """To those owners whom mails reach, else to the fallback; to nobody when mails do not reach
        that either."""
        fallback = self.policy.owners.fallback
        owners = notice.owners or (fallback,)
        refused = out_of_reach(owners, self.unreachable)
        reached = {owner for owner in owners if owner not in refused}
        if not reached and fallback.casefold() not in self.unreachable:
            reached = {fallback}
        note = "; ".join(f"{owner}: {why}" for owner, why in refused.items())
        return self._letter_to(reached, notice, note, refused)


def why_held(account_ids: Iterable[str], policy: Policy, account_of: AccountOf) -> str:
    """Why a notice about these accounts waits; empty when it may be sent.

    It is held back where every account that it is about only lets Steward observe.
    """
    if not policy.mode.allows(Mode.NOTIFY):
        return f"the mode is {policy.mode}"
    ids = sorted(set(account_ids))
    accounts = [account_of(each) for each in ids]
    modes = [effective_mode(each, policy) if each else policy.mode for each in accounts]
    if not modes or any(mode.allows(Mode.NOTIFY) for mode in modes):
        return ""
    return f"the mode of {', '.join(ids)} is {Mode.OBSERVE}"
