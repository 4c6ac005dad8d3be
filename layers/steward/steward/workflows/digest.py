"""Send what is due: one digest for each owner, and each notice on the topic.

Claim, send, then record, owner by owner: a crash repeats one owner's mail, never loses one, and
counts nothing that was not accepted for delivery.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from steward.aws.mail import NotSent
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.attributes import UnreadableItem
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from steward.notify.channels import Mailer, Publisher
from steward.notify.digest import Row, digest_for
from steward.notify.message import notice_message
from steward.notify.render import render_digest
from steward.observability import logger
from steward.workflows.letters import (
    CLAIM_LASTS,
    Letter,
    letters_by_owner,
    record,
    why_held,
    written_row,
)

MOST_TRIES = 3


@dataclass(slots=True)
class DigestReport:
    """`owners` had something due; `sent` and `failed` count their digests.

    The rest counts notices: `delivered` to at least one owner, `cancelled` because the lease
    moved on, `held` back by the mode, `overdue` after repeated or hopeless failures, `unrecorded`
    when they could not be read from the ledger, or their delivery not be written to it.
    """

    owners: int = 0
    sent: int = 0
    failed: int = 0
    delivered: int = 0
    cancelled: int = 0
    held: int = 0
    overdue: int = 0
    unrecorded: int = 0


def send_digests(
    ledger: Ledger, mailer: Mailer, publisher: Publisher, policy: Policy, now: datetime
) -> DigestReport:
    """Send every open notice that is still true. One owner's failure is one owner's failure."""
    run = _Run(ledger, mailer, publisher, policy, now, cache(ledger.account))
    for owner, letters in letters_by_owner(ledger.open_notices(), policy).items():
        run.serve(owner, letters)
    return run.report


@dataclass(frozen=True, slots=True)
class _Run:
    ledger: Ledger
    mailer: Mailer
    publisher: Publisher
    policy: Policy
    now: datetime
    account_of: Callable[[str], Account | None]
    report: DigestReport = field(default_factory=DigestReport)

    def serve(self, owner: str, letters: list[Letter]) -> None:
        for letter in letters:
            if letter.is_unopened:
                self._open(letter)
        ready = [letter for letter in letters if letter.row]
        if not ready:
            return
        self.report.owners += 1
        self._mail(owner, ready)
        for letter in ready:
            letter.waiting.discard(owner)
            if not letter.waiting:
                self._close(letter)

    def _open(self, letter: Letter) -> None:
        """Nothing was sent yet, so whatever is wrong with one notice may wait for the next run."""
        letter.is_unopened = False
        try:
            letter.row = self._claimed_row(letter.notice)
        except Exception:
            self.report.unrecorded += 1
            logger.exception("notice not opened", stack_id=letter.notice.stack_id)

    def _claimed_row(self, notice: Notice) -> Row | None:
        """What to tell; None when the notice waits, is another run's, or is not true any more."""
        held = why_held(notice, self.account_of(notice.unit.account_id), self.policy)
        if held:
            self.report.held += 1
            logger.info("notice held back", reason=held, stack_id=notice.stack_id)
            return None
        if not self.ledger.claim(notice, self.now, CLAIM_LASTS):
            return None
        row = written_row(notice, self.ledger, self.policy, self.now)
        self.report.cancelled += row is None
        return row

    def _mail(self, owner: str, letters: list[Letter]) -> None:
        digest = digest_for(owner, [letter.row for letter in letters if letter.row])
        try:
            message_id = self.mailer.send(owner, render_digest(digest, self.policy, self.now))
        except Exception as error:
            self.report.failed += 1
            logger.warning("digest not sent", reason=str(error), notices=len(letters))
            for letter in letters:
                letter.refused[owner] = f"{type(error).__name__}: {error}"
                letter.is_hopeless |= isinstance(error, NotSent) and not error.retry
        else:
            self.report.sent += 1
            for letter in letters:
                letter.taken[owner] = message_id

    def _close(self, letter: Letter) -> None:
        """Publish, then record: all owners of the letter have been tried.

        An error that is not about this one lease flies: without a record, more mails would only
        be repeated.
        """
        self._publish(letter)
        try:
            record(letter, self.ledger, self.now)
        except (LeaseChanged, UnreadableItem):
            self.report.unrecorded += 1
            logger.exception("delivery not recorded", stack_id=letter.notice.stack_id)
            return
        self.report.delivered += bool(letter.taken)
        self.report.overdue += letter.failed_tries >= MOST_TRIES or letter.failed_for_good

    def _publish(self, letter: Letter) -> None:
        """At the first try and at the delivery; the topic's trouble never undoes a mail."""
        if letter.row is None or (letter.notice.tries and not letter.taken):
            return
        told, not_told = tuple(letter.taken), dict(letter.refused)
        message = notice_message(letter.row, told, not_told, self.policy, self.now)
        try:
            self.publisher.publish(message)
        except Exception as error:
            logger.exception("notice not published", stack_id=letter.notice.stack_id)
            letter.refused["topic"] = f"{type(error).__name__}: {error}"
