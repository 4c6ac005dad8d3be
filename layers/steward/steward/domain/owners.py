"""Who is told about a stack, and how we know. Pure: whatever has to be asked is asked elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from steward.domain.addresses import AddressBook, Named
from steward.domain.deliveries import Unreachable
from steward.domain.leases import Creator
from steward.domain.one_line import one_line
from steward.domain.policy_owners import Owners
from steward.domain.stacks import Account

LONGEST_SOURCE = 500
_LONGEST_VALUE = 120
_MOST_REASONS = 3


class Clue(StrEnum):
    """What is not at hand with the stack: asking for it costs calls."""

    CREATOR = "creator"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Clues:
    """What points to a stack's owners. None: not asked; an empty contact: the account has none.

    `unanswered`: why what was asked for could not be had.
    """

    tags: Mapping[str, str]
    creator: Creator | None
    account: Account
    alternate_contact: str | None
    unanswered: Mapping[Clue, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who is told. `source` says where the addresses were found and what was passed over.

    `lacks`: clues that come earlier in the chain than what was found, and were not asked for.
    `by_fallback`: nobody was found but the policy's fallback.
    """

    addresses: tuple[str, ...]
    source: str
    lacks: frozenset[Clue] = frozenset()
    by_fallback: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One link of the chain: whom it names, else why it names nobody."""

    found_by: str
    named: Named
    nobody: str = ""
    lacks: Clue | None = None


def resolve_owners(
    clues: Clues, owners: Owners, unreachable: Mapping[str, Unreachable]
) -> Ownership:
    """The first of these that names somebody who can be reached: the stack's tags, its creator, the
    account's tags, its operations contact, its organizational units' contacts, the fallback.

    Addresses in `unreachable` (keyed casefolded) are passed over; the fallback alone stands anyway,
    since somebody has to answer for the stack: its notices wait.
    """
    book = AddressBook(owners, unreachable)
    passed_over: list[str] = []
    lacks: set[Clue] = set()
    for step in _chain(clues, book):
        if step.named.addresses:
            found = [step.found_by, *_partly(step.named.passed_over)]
            return Ownership(step.named.addresses, _source(found, passed_over), frozenset(lacks))
        passed_over.append(step.nobody)
        lacks |= {step.lacks} if step.lacks else set()
    source = _source(_fallback(book), passed_over)
    return Ownership((owners.fallback,), source, frozenset(lacks), by_fallback=True)


def shown(value: str) -> str:
    """A tag's value as `source` quotes it: `tag owner=...`."""
    return one_line(value, _LONGEST_VALUE)


def _source(found: Sequence[str], passed_over: Sequence[str]) -> str:
    return one_line("; ".join([*found, *passed_over]), LONGEST_SOURCE)


def _partly(reasons: Sequence[str]) -> list[str]:
    return [f"passed over: {_listed(reasons)}"] if reasons else []


def _fallback(book: AddressBook) -> list[str]:
    why_not = book.why_not(book.owners.fallback)
    found = "the policy's fallback contact"
    return [found, f"it cannot be reached itself: {why_not}"] if why_not else [found]


def _chain(clues: Clues, book: AddressBook) -> Iterator[_Step]:
    owners = book.owners
    yield from _tags("tag", clues.tags, owners.tag_keys, book)
    if owners.ask_creator:
        yield _creator(clues, book)
    yield from _tags("account tag", clues.account.tags, owners.account_tag_keys, book)
    if owners.ask_alternate_contact:
        yield _contact(clues, book)
    if owners.organizational_units:
        yield from _organizational_units(clues.account, book)


def _tags(
    kind: str, tags: Mapping[str, str], keys: Sequence[str], book: AddressBook
) -> Iterator[_Step]:
    values = {key: tags[key] for key in keys if tags.get(key, "").strip()}
    for key, value in values.items():
        named = book.named_by(value)
        tag = f"{kind} {key}={shown(value)}"
        yield _Step(tag, named, _names_nobody(tag, named))
    if not values:
        yield _Step("", Named(()), f"no {kind} {_either(keys)}")


def _either(keys: Sequence[str]) -> str:
    *first, last = keys
    return f"{', '.join(first)} or {last}" if first else last


def _names_nobody(what: str, named: Named) -> str:
    said = f"{what} names nobody reachable"
    return f"{said}: {_listed(named.passed_over)}" if named.passed_over else said


def _listed(reasons: Sequence[str]) -> str:
    more = len(reasons) - _MOST_REASONS
    return ", ".join([*reasons[:_MOST_REASONS], *([f"{more} more"] if more > 0 else [])])


def _creator(clues: Clues, book: AddressBook) -> _Step:
    creator = clues.creator
    if creator is None:
        return _unknown(Clue.CREATOR, "its creator is not known", clues)
    if not creator.name:
        return _Step("", Named(()), f"its creator is not known: {creator.source}")
    named = book.mailbox(creator.name)
    return _Step(
        f"its creator {creator.name} ({creator.source})",
        named,
        f"its creator cannot be told: {_listed(named.passed_over)} ({creator.source})",
    )


def _contact(clues: Clues, book: AddressBook) -> _Step:
    contact = clues.alternate_contact
    if contact is None:
        return _unknown(Clue.CONTACT, "the account's operations contact is not known", clues)
    if not contact:
        return _Step("", Named(()), "the account has no operations contact")
    found_by = "the account's operations contact"
    named = book.mailbox(contact)
    return _Step(found_by, named, f"{found_by} cannot be told: {_listed(named.passed_over)}")


def _unknown(clue: Clue, what: str, clues: Clues) -> _Step:
    if clue in clues.unanswered:
        return _Step("", Named(()), f"{what}: {clues.unanswered[clue]}")
    return _Step("", Named(()), f"{what}: not asked yet", lacks=clue)


def _organizational_units(account: Account, book: AddressBook) -> Iterator[_Step]:
    """Nearest first: the unit that the account itself is in."""
    contacts = book.owners.organizational_units
    units = [unit for unit in reversed(account.ou_path) if unit in contacts]
    for unit in units:
        found_by = f"the contact of organizational unit {unit}"
        why_not = book.why_not(contacts[unit])
        named = Named(()) if why_not else Named((contacts[unit],))
        yield _Step(found_by, named, f"{found_by} cannot be told: {why_not}")
    if not units:
        yield _Step("", Named(()), "none of its organizational units has a contact")
