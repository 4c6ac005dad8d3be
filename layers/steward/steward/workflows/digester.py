"""What notice_digest runs: the digests under the last good policy, and how many of them failed."""

from dataclasses import asdict
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.sessions import Sessions
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger
from steward.notify.channels import Mailer, Publisher
from steward.observability import logger, metrics
from steward.settings import DigestSettings
from steward.workflows.digest import send_digests


class Digester:
    """Sends what is due, through the hub's own mail and topic."""

    def __init__(self, settings: DigestSettings) -> None:
        # No member account is ever reached, so the hub's id is of no use here.
        sessions = Sessions(hub_account_id="")
        self._ledger = Ledger(sessions.dynamodb(), settings.ledger_table, settings.audit_retention)
        self._mailer = Mailer(sessions.sesv2(), settings.mail_from, settings.mail_configuration_set)
        self._publisher = Publisher(sessions.sns(), settings.notices_topic_arn)

    def run(self, now: datetime) -> dict[str, object]:
        """Send what is due at `now`; returns what a person who invoked it wants to know."""
        saved = self._ledger.last_good()
        if saved is None:
            reason = "no policy was ever valid, so nobody is told; deploy one to AppConfig"
            logger.error("nothing is sent", reason=reason)
            metrics.add_metric("DigestsSent", MetricUnit.Count, 0)
            return {"sent": 0, "held_because": reason}
        policy = Policy.model_validate_json(saved[1])
        report = send_digests(self._ledger, self._mailer, self._publisher, policy, now)
        failures = report.overdue + report.unrecorded
        metrics.add_metric("DigestsSent", MetricUnit.Count, report.sent)
        metrics.add_metric("NoticeFailures", MetricUnit.Count, failures)
        logger.info("digests sent", mode=policy.mode, **asdict(report))
        return {"mode": policy.mode, **asdict(report)}
