"""Who has to change a function: its own tags, its stack's, its application's, then its account."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from steward.domain.addresses import AddressBook
from steward.domain.deliveries import Unreachable
from steward.domain.one_line import one_line
from steward.domain.owners import LONGEST_SOURCE, Clues, Ownership, resolve_owners, shown
from steward.domain.policy_owners import Owners
from steward.domain.stacks import Account

# "The awsApplication tag", AWS Management Console: its value is the ARN of the application's
# resource group, .../group/<application>/<id>.
APPLICATION_TAG = "awsApplication"
_GROUP = ":group/"


@dataclass(frozen=True, slots=True)
class FunctionClues:
    """What points to a function's owners. `stack_tags`: of its stack and that stack's root."""

    tags: Mapping[str, str]
    stack_tags: Mapping[str, str]
    account: Account


def function_owners(
    clues: FunctionClues, owners: Owners, unreachable: Mapping[str, Unreachable]
) -> Ownership:
    """The first of these that names somebody who can be reached: the function's tags, its stack's,
    its application (when the policy knows a contact of that name), the account's tags, its
    organizational units' contacts, the fallback.

    Who created a function, or answers for the account's operations, is not asked.
    """
    book = AddressBook(owners, unreachable)
    passed_over: list[str] = []
    for kind, key, value in _tags(clues, owners):
        named = book.named_by(value)
        what = f"{kind} {key}={shown(value)}"
        if named.addresses:
            return Ownership(named.addresses, _source(what, *passed_over))
        passed_over.append(f"{what} names nobody reachable")
    found = resolve_owners(_of_account(clues.account), _without_questions(owners), unreachable)
    return replace(found, source=_source(found.source, *passed_over))


def application_of(tags: Mapping[str, str]) -> str:
    """The name of the application that the tags name; empty when they name none."""
    _before, _group, rest = tags.get(APPLICATION_TAG, "").partition(_GROUP)
    return rest.partition("/")[0]


def _tags(clues: FunctionClues, owners: Owners) -> Iterator[tuple[str, str, str]]:
    for kind, tags in (("function tag", clues.tags), ("stack tag", clues.stack_tags)):
        for key in owners.tag_keys:
            if tags.get(key, "").strip():
                yield kind, key, tags[key]
    application = application_of(clues.tags) or application_of(clues.stack_tags)
    if application in owners.contacts:
        yield "application tag", APPLICATION_TAG, application


def _of_account(account: Account) -> Clues:
    return Clues({}, None, account, None)


def _without_questions(owners: Owners) -> Owners:
    return owners.model_copy(update={"ask_creator": False, "ask_alternate_contact": False})


def _source(*said: str) -> str:
    return one_line("; ".join(said), LONGEST_SOURCE)
