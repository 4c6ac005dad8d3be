"""Send what is due: one digest for each owner, and each notice on the topics.

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
from steward.notify.channels import ChatPublisher, Mailer, Publisher
from steward.notify.digest import Row, digest_for
from steward.notify.links import Links
from steward.notify.message import NoticeMessage, notice_message
from steward.notify.render import render_digest
from steward.observability import logger
from steward.workflows.addressing import Addressing
from steward.workflows.digest_report import DigestReport
from steward.workflows.letters import CLAIM_LASTS, Letter, letters_by_owner, record, written_row
from steward.workflows.run_time import RunTime, TimeLeft, unlimited

MOST_TRIES = 3


def send_digests(
    ledger: Ledger,
    mailer: Mailer,
    publisher: Publisher,
    policy: Policy,
    now: datetime,
    links: Links | None = None,
    chat: ChatPublisher | None = None,
    time_left: TimeLeft = unlimited,
) -> DigestReport:
    """Send every open notice that is still true. One owner's failure is one owner's failure.

    A run that SES throttles, or whose time is short, leaves the rest to the next one.
    """
    time, account_of = RunTime.starting(time_left), cache(ledger.account)
    outbox = Addressing(ledger, policy, now, account_of, ledger.unreachable(now))
    addressed = letters_by_owner(outbox.letters(time.may_read_on))
    channels = _Channels(mailer, publisher, links, chat)
    run = _Run(ledger, channels, policy, now, account_of, time, _report(outbox))
    for owner, letters in addressed.items():
        run.serve(owner, letters)
    return run.report


def _report(outbox: Addressing) -> DigestReport:
    """What is known before anything is sent."""
    for notice, why in outbox.held:
        logger.info("notice held back", reason=why, stack_id=notice.stack_id)
    return DigestReport(
        cancelled=outbox.cancelled,
        held=len(outbox.held) - len(outbox.cut_off),
        unreachable=len(outbox.cut_off),
        owners_unreachable=len(outbox.awaited_addresses),
        left=outbox.unread,
        unrecorded=outbox.unreadable,
    )


@dataclass(frozen=True, slots=True)
class _Channels:
    mailer: Mailer
    publisher: Publisher
    links: Links | None
    chat: ChatPublisher | None

    def publish(self, message: NoticeMessage) -> dict[str, str]:
        """Publish on each topic; what failed, and why. A topic's trouble never undoes a mail."""
        topics: dict[str, Callable[[NoticeMessage], object]] = {"topic": self.publisher.publish}
        if self.chat:
            topics["chat topic"] = self.chat.publish
        failed = {}
        for name, publish in topics.items():
            try:
                publish(message)
            except Exception as error:
                logger.exception("notice not published", topic=name, stack_id=message.stack_id)
                failed[name] = f"{type(error).__name__}: {error}"
        return failed


@dataclass(slots=True)
class _Run:
    """`begun` letters were opened and are not closed; `throttled` says that no mail is taken."""

    ledger: Ledger
    channels: _Channels
    policy: Policy
    now: datetime
    account_of: Callable[[str], Account | None]
    time: RunTime
    report: DigestReport
    begun: int = 0
    throttled: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)

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
        if self.throttled or not self.time.may_open(self.begun):
            self.report.left += 1
            return
        try:
            letter.row = self._claimed_row(letter.notice)
        except Exception:
            self.report.unrecorded += 1
            logger.exception("notice not opened", stack_id=letter.notice.stack_id)
        self.begun += letter.row is not None

    def _claimed_row(self, notice: Notice) -> Row | None:
        """What to tell; None when the notice is another run's, or is not true any more."""
        if not self.ledger.claim(notice, self.now, CLAIM_LASTS):
            return None
        row = written_row(notice, self.ledger, self.policy, self.now)
        self.report.cancelled += row is None
        account = self.account_of(notice.unit.account_id)
        if account:
            self.accounts[account.account_id] = account
        return row

    def _mail(self, owner: str, letters: list[Letter]) -> None:
        try:
            message_id = self._sent(owner, [letter.row for letter in letters if letter.row])
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

    def _sent(self, owner: str, rows: list[Row]) -> str:
        """The message id of `owner`'s digest. Once SES throttles, it is not asked again."""
        if self.throttled:
            raise NotSent(f"not tried after {self.throttled}", retry=True, throttled=True)
        mail = render_digest(
            digest_for(owner, rows), self.policy, self.now, self.channels.links, self.accounts
        )
        try:
            return self.channels.mailer.send(owner, mail)
        except NotSent as error:
            self.throttled = error.reason if error.throttled else ""
            raise

    def _close(self, letter: Letter) -> None:
        """Publish, then record: all owners of the letter have been tried.

        An error that is not about this one lease flies: without a record, more mails would only
        be repeated.
        """
        self.begun -= 1
        self._publish(letter)
        try:
            record(letter, self.ledger, self.policy, self.now)
        except (LeaseChanged, UnreadableItem):
            self.report.unrecorded += 1
            logger.exception("delivery not recorded", stack_id=letter.notice.stack_id)
            return
        self.report.delivered += bool(letter.taken)
        self.report.overdue += letter.failed_tries >= MOST_TRIES or letter.failed_for_good

    def _publish(self, letter: Letter) -> None:
        """At the first try and at the delivery."""
        if letter.row is None or (letter.notice.tries and not letter.taken):
            return
        account = self.account_of(letter.notice.unit.account_id)
        told, not_told = tuple(letter.taken), letter.refused
        message = notice_message(letter.row, told, not_told, self.policy, self.now, account)
        letter.refused |= self.channels.publish(message)
