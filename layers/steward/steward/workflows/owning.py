"""Find the owners of one unit's stacks, and ask for what costs calls only when it is needed.

An answer is kept: a stack's creator on its lease, an account's contact in the ledger. So a sweep
that finds nothing new asks nothing, unless CloudTrail has refused to answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from steward.aws.answers import NoAnswer
from steward.domain.deliveries import Unreachable
from steward.domain.leases import Creator, Lease
from steward.domain.owners import Clue, Clues, Ownership, resolve_owners
from steward.domain.policy import Policy
from steward.domain.stacks import Account, Stack
from steward.ledger.ledger import Ledger
from steward.observability import logger
from steward.workflows.tracing import CreatorSearch

CONTACT_IS_FRESH = timedelta(days=7)


class Place(Protocol):
    """What the stacks of one unit have in common, as far as owners go."""

    @property
    def account(self) -> Account: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def now(self) -> datetime: ...
    @property
    def ledger(self) -> Ledger: ...


@dataclass(slots=True)
class OwnerSearch:
    """`creators` and `contact` are the doors to what costs calls: the history of the unit, and its
    account's operations contact (may raise NoAnswer). Without them only the ledger is asked.

    `unreachable` is read once: by whoever makes several searches, else by the search itself.
    """

    creators: CreatorSearch | None = None
    contact: Callable[[], str] | None = None
    unreachable: Callable[[], Mapping[str, Unreachable]] | None = None
    _passed_over: Mapping[str, Unreachable] | None = field(default=None, init=False)
    _contact_clue: tuple[str | None, str] | None = field(default=None, init=False)

    def find(
        self, place: Place, stack: Stack, lease: Lease | None
    ) -> tuple[Ownership, Creator | None]:
        """Who is told of `stack`, and who created it as far as that had to be known.

        Where not everything may be asked, and the owners are the same as on the lease, what the
        lease says of how a sweep found them stands.
        """
        clues = Clues(stack.tags, lease.creator if lease else None, place.account, None)
        ownership = self._resolve(place, clues)
        if Clue.CREATOR in ownership.lacks:
            clues = self._with_creator(place, stack, clues)
            ownership = self._resolve(place, clues)
        if Clue.CONTACT in ownership.lacks:
            clues = self._with_contact(place, clues)
            ownership = self._resolve(place, clues)
        if lease and ownership.lacks and ownership.addresses == lease.owners:
            ownership = replace(ownership, source=lease.owner_source)
        return ownership, clues.creator

    def _resolve(self, place: Place, clues: Clues) -> Ownership:
        if self._passed_over is None:
            read = self.unreachable
            self._passed_over = read() if read else place.ledger.unreachable(place.now)
        return resolve_owners(clues, place.policy.owners, self._passed_over)

    def _with_creator(self, place: Place, stack: Stack, clues: Clues) -> Clues:
        noted = place.ledger.creator_of(stack.stack_id)
        if noted is not None:
            return replace(clues, creator=noted)
        if self.creators is None:
            return clues
        creator, why_not = self.creators.ask(stack, place.now)
        if creator is not None:
            return replace(clues, creator=creator)
        return _unanswered(clues, Clue.CREATOR, why_not)

    def _with_contact(self, place: Place, clues: Clues) -> Clues:
        if self._contact_clue is None:
            self._contact_clue = self._account_contact(place)
        address, why_not = self._contact_clue
        if address is None and why_not:
            return _unanswered(clues, Clue.CONTACT, why_not)
        return replace(clues, alternate_contact=address)

    def _account_contact(self, place: Place) -> tuple[str | None, str]:
        """The contact, or why it is not known; neither where it may not be asked.

        What was answered before counts while there is no newer answer.
        """
        account_id = place.account.account_id
        known = place.ledger.contact_of(account_id)
        is_fresh = known is not None and place.now < known.asked_at + CONTACT_IS_FRESH
        if self.contact is None or is_fresh:
            return (known.address if known else None), ""
        try:
            address = self.contact()
        except NoAnswer as error:
            logger.warning(str(error), account=account_id)
            return (known.address, "") if known else (None, error.why)
        place.ledger.note_contact(account_id, address, place.now)
        return address, ""


def _unanswered(clues: Clues, clue: Clue, why_not: str) -> Clues:
    return replace(clues, unanswered={**clues.unanswered, clue: why_not})
