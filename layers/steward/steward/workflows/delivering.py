"""Take in what SES reports of a mail: on record first, then to whom and what it matters.

A bounce means that somebody who counted as told was not. Every step may be repeated, so that an
event that failed half-way is handed in again as it is.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.sessions import Sessions
from steward.clock import scheduled_time
from steward.domain.outcomes import Outcome, mailed_by
from steward.domain.policy import Policy
from steward.ledger.attributes import UnreadableItem
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from steward.observability import logger, metrics
from steward.settings import DeliverySettings
from steward.workflows.connections import open_ledger
from steward.workflows.mail_events import MailEvent
from steward.workflows.reachability import heed_news, learn

ACTOR = "notice_delivery"


class NotHeeded(Exception):
    """A report did not reach all notices its mail told of."""

    def __init__(self, message_id: str, missed: int) -> None:
        super().__init__(
            f"what was reported of the mail {message_id} is not on record for {missed} of its "
            "notices, for the reasons logged above; hand the event in again"
        )


@dataclass(slots=True)
class DeliveryReport:
    """`notices` the mail told of; for how many of them the lease was `withdrawn` into a new
    generation, or they were `reopened` for the fallback. `unreachable`: addresses newly so."""

    notices: int = 0
    withdrawn: int = 0
    reopened: int = 0
    unreachable: int = 0
    missed: int = 0


def take_in(
    ledger: Ledger, outcome: Outcome, sent_at: datetime, fallback: str, now: datetime
) -> DeliveryReport:
    """Put one outcome of the mail of `sent_at` on record, and tell its notices.

    Of a mail that told of none, only the outcome is kept: it may be somebody else's, or the
    record of its notices is still being written, which then reads the outcome.
    """
    report = DeliveryReport()
    for notice in ledger.note_outcome(outcome):
        if not report.notices:
            # First, so that no sweep finds the lease withdrawn and the same address in charge.
            mailed = mailed_by(notice, outcome.message_id)
            address = mailed.address if mailed else outcome.address
            report.unreachable += learn(ledger, outcome, address, sent_at)
        report.notices += 1
        try:
            dealing = ledger.heed(outcome, notice, fallback, now, ACTOR)
        except (LeaseChanged, UnreadableItem):
            report.missed += 1
            logger.exception("outcome not heeded", stack_id=notice.stack_id)
            continue
        if dealing is not None:
            report.withdrawn += dealing.withdraws
            report.reopened += dealing.reopens
    _tell_news(ledger, outcome, sent_at, report)
    return report


def _tell_news(ledger: Ledger, outcome: Outcome, sent_at: datetime, report: DeliveryReport) -> None:
    """The same for notices without a lease; one whose every mail failed is opened again."""
    for notice, address in ledger.news_told_by(outcome.message_id):
        if not report.notices:
            report.unreachable += learn(ledger, outcome, address or outcome.address, sent_at)
        report.notices += 1
        report.reopened += heed_news(ledger, outcome, notice, address)


class MailListener:
    """Hears what became of mails, and knows the policy's fallback contact."""

    def __init__(self, settings: DeliverySettings) -> None:
        # No member account is ever reached, so the hub's id is of no use here.
        self._ledger = open_ledger(Sessions(hub_account_id=""), settings)
        self._most_skew = settings.max_clock_skew

    def run(self, event: MailEvent, wall: datetime) -> dict[str, object]:
        """Take in one event; raise NotHeeded when a part of it has to be handed in again."""
        now = scheduled_time({"time": event.time.isoformat()}, wall, self._most_skew)
        fallback = self._fallback()
        heard: dict[str, object] = {"message_id": event.mail.message_id}
        missed = 0
        for outcome in event.outcomes(now):
            report = take_in(self._ledger, outcome, min(event.mail.timestamp, now), fallback, now)
            metrics.add_metric("OwnersUnreachable", MetricUnit.Count, report.unreachable)
            metrics.add_metric("NoticesWithdrawn", MetricUnit.Count, report.withdrawn)
            logger.info(
                "mail reported",
                mail=outcome.message_id,
                status=outcome.status,
                **asdict(report),
            )
            missed += report.missed
            heard[str(outcome.status)] = report.notices
        if missed:
            raise NotHeeded(event.mail.message_id, missed)
        return heard

    def _fallback(self) -> str:
        saved = self._ledger.last_good()
        return Policy.model_validate_json(saved[1]).owners.fallback if saved else ""
