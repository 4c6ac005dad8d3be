"""Send what is due: one digest for each owner, and each notice on the topics.

Claim, send, then record, owner by owner: a crash repeats one owner's mail, never loses one, and
counts nothing that was not accepted for delivery.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from steward.aws.mail import NotSent
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.ledger.attributes import UnreadableItem
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from steward.notify.channels import ChatPublisher, Mailer, Publishable, Publisher
from steward.notify.links import Links
from steward.notify.render import render_digest
from steward.observability import logger
from steward.workflows.digest_report import DigestReport
from steward.workflows.letters import letters_by_owner
from steward.workflows.mailing import Mailing, Office
from steward.workflows.outboxes import Outboxes, digest_of
from steward.workflows.rollouts.letters import RolloutLetter
from steward.workflows.run_time import RunTime, TimeLeft, unlimited
from steward.workflows.runtimes.letters import RuntimeLetter

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
    """Send every open notice that is still true, those of leases, runtimes and rollouts together.

    One owner's failure is one owner's failure. A run that SES throttles, or whose time is short,
    leaves the rest to the next one.
    """
    time, account_of = RunTime.starting(time_left), cache(ledger.account)
    outboxes = Outboxes.of(ledger, policy, now, account_of, ledger.unreachable(now))
    addressed = letters_by_owner(outboxes.letters(time.may_read_on))
    channels = _Channels(mailer, publisher, links, chat)
    office = Office(ledger, policy, now, account_of)
    run = _Run(office, channels, time, _report(outboxes))
    for owner, letters in addressed.items():
        run.serve(owner, letters)
    return run.report


def _report(outboxes: Outboxes) -> DigestReport:
    """What is known before anything is sent."""
    for notice, why in outboxes.leases.held:
        logger.info("notice held back", reason=why, stack_id=notice.stack_id)
    for runtime_notice, why in outboxes.runtimes.held:
        logger.info("notice held back", reason=why, group=runtime_notice.group)
    for rollout_notice, why in outboxes.rollouts.held:
        deployment = rollout_notice.story.deployment_id
        logger.info("notice held back", reason=why, deployment=deployment)
    runtimes, rollouts = outboxes.runtimes.held_back, outboxes.rollouts.held_back
    return DigestReport(
        cancelled=outboxes.leases.cancelled,
        held=outboxes.leases.held_back + runtimes + rollouts,
        unreachable=outboxes.cut_off,
        owners_unreachable=len(outboxes.awaited_addresses),
        left=outboxes.unread,
        unrecorded=outboxes.unreadable,
        runtimes_held=runtimes,
        rollouts_held=rollouts,
    )


@dataclass(frozen=True, slots=True)
class _Channels:
    mailer: Mailer
    publisher: Publisher
    links: Links | None
    chat: ChatPublisher | None

    def publish(self, message: Publishable, name: str) -> dict[str, str]:
        """Publish on each topic; what failed, and why. A topic's trouble never undoes a mail."""
        topics: dict[str, Callable[[Publishable], object]] = {"topic": self.publisher.publish}
        if self.chat:
            topics["chat topic"] = self.chat.publish
        failed = {}
        for topic, publish in topics.items():
            try:
                publish(message)
            except Exception as error:
                logger.exception("notice not published", topic=topic, notice=name)
                failed[topic] = f"{type(error).__name__}: {error}"
        return failed


@dataclass(slots=True)
class _Run:
    """`begun` letters were opened and are not closed; `throttled` says that no mail is taken."""

    office: Office
    channels: _Channels
    time: RunTime
    report: DigestReport
    begun: int = 0
    throttled: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)

    def serve(self, owner: str, letters: list[Mailing]) -> None:
        for letter in letters:
            if letter.is_unopened:
                self._open(letter)
        ready = [letter for letter in letters if letter.is_ready]
        if not ready:
            return
        self.report.owners += 1
        self._mail(owner, ready)
        for letter in ready:
            letter.waiting.discard(owner)
            if not letter.waiting:
                self._close(letter)

    def _open(self, letter: Mailing) -> None:
        """Nothing was sent yet, so whatever is wrong with one notice may wait for the next run."""
        letter.is_unopened = False
        if self.throttled or not self.time.may_open(self.begun):
            self.report.left += 1
            return
        try:
            self._look_up(letter.account_ids)
            self.report.cancelled += letter.open(self.office)
        except Exception:
            self.report.unrecorded += 1
            logger.exception("notice not opened", notice=letter.name)
        self.begun += letter.is_ready

    def _look_up(self, account_ids: Iterable[str]) -> None:
        found = {each: self.office.account_of(each) for each in account_ids}
        self.accounts |= {each: account for each, account in found.items() if account}

    def _mail(self, owner: str, letters: list[Mailing]) -> None:
        try:
            message_id = self._sent(owner, letters)
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

    def _sent(self, owner: str, letters: list[Mailing]) -> str:
        """The message id of `owner`'s digest. Once SES throttles, it is not asked again."""
        if self.throttled:
            raise NotSent(f"not tried after {self.throttled}", retry=True, throttled=True)
        digest = digest_of(owner, letters)
        policy, now, links = self.office.policy, self.office.now, self.channels.links
        mail = render_digest(digest, policy, now, links, self.accounts)
        try:
            return self.channels.mailer.send(owner, mail)
        except NotSent as error:
            self.throttled = error.reason if error.throttled else ""
            raise

    def _close(self, letter: Mailing) -> None:
        """Publish, then record: all owners of the letter have been tried.

        An error that is not about this one lease flies: without a record, more mails would only
        be repeated.
        """
        self.begun -= 1
        self._publish(letter)
        try:
            letter.record(self.office)
        except (LeaseChanged, UnreadableItem):
            self.report.unrecorded += 1
            logger.exception("delivery not recorded", notice=letter.name)
            return
        self.report.delivered += bool(letter.taken)
        self.report.runtimes += bool(letter.taken) and isinstance(letter, RuntimeLetter)
        self.report.rollouts += bool(letter.taken) and isinstance(letter, RolloutLetter)
        self.report.overdue += letter.failed_tries >= MOST_TRIES or letter.failed_for_good

    def _publish(self, letter: Mailing) -> None:
        """At the first try and at the delivery."""
        if letter.tries and not letter.taken:
            return
        message = letter.message(self.office)
        letter.refused |= self.channels.publish(message, letter.name)
