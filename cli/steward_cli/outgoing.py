"""What notice_digest would send after a sweep now, by its own code; nothing is claimed or sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from steward.domain.links import SigningKey
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.notify.digest import Digest, digest_for
from steward.notify.links import Links
from steward.notify.render import Mail, render_digest
from steward.observability import logger
from steward.workflows.addressing import Addressing
from steward.workflows.letters import CLAIM_LASTS, Letter, letters_by_owner, written_row
from steward_cli.rehearsal import Rehearsal

# Only the hub has the key of its links.
_NO_KEY = SigningKey("unsigned", b"no key")
_UNSIGNED = re.compile(r"\?t=v1\.unsigned\.\S+")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Mails with the digest each tells, and notices that wait, with the reason.

    `unreadable` counts notices that the ledger holds and that could not be read.
    """

    mails: tuple[tuple[Digest, Mail], ...]
    held: tuple[tuple[Notice, str], ...]
    unreadable: int


def outgoing(rehearsal: Rehearsal, policy: Policy, now: datetime, page: str) -> Outgoing:
    """One mail for each owner who has something due. `page`: where links lead; empty: no links."""
    unreachable = rehearsal.unreachable(now)
    outbox = Addressing(rehearsal, policy, now, rehearsal.account, unreachable)
    taken: list[tuple[Notice, str]] = []
    mails: list[tuple[Digest, Mail]] = []
    with _silent_logger():
        for owner, letters in letters_by_owner(outbox.letters()).items():
            for letter in letters:
                _open(letter, rehearsal, policy, now, taken)
            digest = digest_for(owner, [letter.row for letter in letters if letter.row])
            if digest.rows:
                mails.append((digest, _mail(digest, rehearsal, policy, now, page)))
    return Outgoing(tuple(mails), (*outbox.held, *taken), outbox.unreadable)


def _open(
    letter: Letter,
    rehearsal: Rehearsal,
    policy: Policy,
    now: datetime,
    taken: list[tuple[Notice, str]],
) -> None:
    """Find out, at the letter's first owner, what it tells; a letter has one row for all."""
    if not letter.is_unopened:
        return
    letter.is_unopened = False
    if rehearsal.claim(letter.notice, now, CLAIM_LASTS):
        letter.row = written_row(letter.notice, rehearsal, policy, now)
    else:
        taken.append((letter.notice, "a run is sending it at this moment"))


def _mail(digest: Digest, rehearsal: Rehearsal, policy: Policy, now: datetime, page: str) -> Mail:
    links = Links(page, _NO_KEY) if page else None
    places = {row.notice.unit.account_id for row in digest.rows}
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
