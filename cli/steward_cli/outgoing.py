"""What notice_digest would send after a sweep now, by its own code; nothing is claimed or sent."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from steward.domain.links import SigningKey
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.domain.runtimes.records import RuntimeNotice
from steward.notify.digest import Digest, digest_for
from steward.notify.links import Links
from steward.notify.render import Mail, render_digest
from steward.observability import logger
from steward.workflows.addressing import Addressing
from steward.workflows.letters import Letter, letters_by_owner
from steward.workflows.mailing import Mailing, Office
from steward.workflows.runtimes.addressing import RuntimeAddressing
from steward.workflows.runtimes.letters import RuntimeLetter
from steward_cli.rehearsal import Rehearsal

# Only the hub has the key of its links.
_NO_KEY = SigningKey("unsigned", b"no key")
_UNSIGNED = re.compile(r"\?t=v1\.unsigned\.\S+")
_TAKEN = "a run is sending it at this moment"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Mails with the digest each tells, and notices that wait, with the reason.

    `runtimes_held`: those of them that are about runtimes. `unreadable` counts notices that the
    ledger holds and that could not be read.
    """

    mails: tuple[tuple[Digest, Mail], ...]
    held: tuple[tuple[Notice, str], ...]
    runtimes_held: tuple[tuple[RuntimeNotice, str], ...]
    unreadable: int


def outgoing(rehearsal: Rehearsal, policy: Policy, now: datetime, page: str) -> Outgoing:
    """One mail for each owner who has something due. `page`: where links lead; empty: no links."""
    unreachable = rehearsal.unreachable(now)
    outbox = Addressing(rehearsal, policy, now, rehearsal.account, unreachable)
    of_runtimes = RuntimeAddressing(rehearsal, policy, rehearsal.account, unreachable)
    office = Office(rehearsal, policy, now, rehearsal.account)
    mails: list[tuple[Digest, Mail]] = []
    taken: list[Mailing] = []
    with _silent_logger():
        open_letters = chain(outbox.letters(), of_runtimes.letters())
        for owner, letters in letters_by_owner(open_letters).items():
            for letter in letters:
                _open(letter, office, taken)
            digest = _digest(owner, letters)
            if digest.rows or digest.runtimes:
                mails.append((digest, _mail(digest, rehearsal, policy, now, page)))
    return Outgoing(
        tuple(mails),
        (*outbox.held, *((each.notice, _TAKEN) for each in taken if isinstance(each, Letter))),
        (
            *of_runtimes.held,
            *((each.notice, _TAKEN) for each in taken if isinstance(each, RuntimeLetter)),
        ),
        outbox.unreadable + of_runtimes.unreadable,
    )


def _open(letter: Mailing, office: Office, taken: list[Mailing]) -> None:
    """Find out, at the letter's first owner, what it tells; a letter has one row for all."""
    if not letter.is_unopened:
        return
    letter.is_unopened = False
    is_cancelled = letter.open(office)
    if not letter.is_ready and not is_cancelled:
        taken.append(letter)


def _digest(owner: str, letters: Iterable[Mailing]) -> Digest:
    ready = [letter for letter in letters if letter.is_ready]
    return digest_for(
        owner,
        [each.row for each in ready if isinstance(each, Letter) and each.row],
        [each.row for each in ready if isinstance(each, RuntimeLetter) and each.row],
    )


def _mail(digest: Digest, rehearsal: Rehearsal, policy: Policy, now: datetime, page: str) -> Mail:
    links = Links(page, _NO_KEY) if page else None
    stacks = {row.notice.unit.account_id for row in digest.rows}
    units = (unit for row in digest.runtimes for unit in row.notice.units)
    places = stacks | {unit.partition("/")[0] for unit in units}
    accounts = {place: found for place in places if (found := rehearsal.account(place))}
    mail = render_digest(digest, policy, now, links, accounts)
    return Mail(mail.subject, mail.html, _UNSIGNED.sub("?t=(signed when it is sent)", mail.text))


@contextmanager
def _silent_logger() -> Iterator[None]:
    """The functions' log goes to standard output, which is for answers here."""
    level = logger.log_level
    logger.setLevel("CRITICAL")
    try:
        yield
    finally:
        logger.setLevel(level)
