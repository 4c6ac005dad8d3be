"""What notice_digest would send after a sweep now, by its own code; nothing is claimed or sent."""

import re
from dataclasses import dataclass
from datetime import datetime

from steward.domain.links import SigningKey
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.runtimes.records import RuntimeNotice
from steward.notify.digest import Digest
from steward.notify.links import Links
from steward.notify.render import Mail, render_digest
from steward.workflows.letters import Letter, letters_by_owner
from steward.workflows.mailing import Mailing, Office
from steward.workflows.outboxes import Outboxes, digest_of
from steward.workflows.rollouts.letters import RolloutLetter
from steward.workflows.runtimes.letters import RuntimeLetter
from steward_cli.quiet import silent_logger
from steward_cli.rehearsal import Rehearsal

# Only the hub has the key of its links.
_NO_KEY = SigningKey("unsigned", b"no key")
_UNSIGNED = re.compile(r"\?t=v1\.unsigned\.\S+")
_TAKEN = "a run is sending it at this moment"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Mails with the digest each tells, and notices that wait, with the reason.

    `runtimes_held`, `rollouts_held`: those of them that are about these. `unreadable` counts
    notices that the ledger holds and that could not be read.
    """

    mails: tuple[tuple[Digest, Mail], ...]
    held: tuple[tuple[Notice, str], ...]
    runtimes_held: tuple[tuple[RuntimeNotice, str], ...]
    rollouts_held: tuple[tuple[RolloutNotice, str], ...]
    unreadable: int


def outgoing(rehearsal: Rehearsal, policy: Policy, now: datetime, page: str) -> Outgoing:
    """One mail for each owner who has something due. `page`: where links lead; empty: no links."""
    unreachable = rehearsal.unreachable(now)
    outboxes = Outboxes.of(rehearsal, policy, now, rehearsal.account, unreachable)
    office = Office(rehearsal, policy, now, rehearsal.account)
    mails: list[tuple[Digest, Mail]] = []
    taken: list[Mailing] = []
    with silent_logger():
        for owner, letters in letters_by_owner(outboxes.letters()).items():
            for letter in letters:
                _open(letter, office, taken)
            digest = digest_of(owner, letters)
            if digest.rows or digest.runtimes or digest.rollouts:
                mails.append((digest, _mail(digest, rehearsal, policy, now, page)))
    leases, runtimes, rollouts = outboxes.leases, outboxes.runtimes, outboxes.rollouts
    return Outgoing(
        tuple(mails),
        (*leases.held, *((each.notice, _TAKEN) for each in taken if isinstance(each, Letter))),
        (
            *runtimes.held,
            *((each.notice, _TAKEN) for each in taken if isinstance(each, RuntimeLetter)),
        ),
        (
            *rollouts.held,
            *((each.notice, _TAKEN) for each in taken if isinstance(each, RolloutLetter)),
        ),
        outboxes.unreadable,
    )


def _open(letter: Mailing, office: Office, taken: list[Mailing]) -> None:
    """Find out, at the letter's first owner, what it tells; a letter has one row for all."""
    if not letter.is_unopened:
        return
    letter.is_unopened = False
    is_cancelled = letter.open(office)
    if not letter.is_ready and not is_cancelled:
        taken.append(letter)


def _mail(digest: Digest, rehearsal: Rehearsal, policy: Policy, now: datetime, page: str) -> Mail:
    links = Links(page, _NO_KEY) if page else None
    stacks = {row.notice.unit.account_id for row in digest.rows}
    units = (unit for row in digest.runtimes for unit in row.notice.units)
    of_runtimes = {unit.partition("/")[0] for unit in units}
    places = stacks | of_runtimes | {row.story.account_id for row in digest.rollouts}
    accounts = {place: found for place in places if (found := rehearsal.account(place))}
    mail = render_digest(digest, policy, now, links, accounts)
    return Mail(mail.subject, mail.html, _UNSIGNED.sub("?t=(signed when it is sent)", mail.text))
