"""What notice_digest runs: the digests under the last good policy, and how many of them failed."""

from dataclasses import asdict
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.secret_values import SecretUnavailable
from steward.aws.sessions import Sessions
from steward.aws.signing_keys import SigningKeys
from steward.domain.policy import Policy
from steward.notify.channels import ChatPublisher, Mailer, Publisher
from steward.notify.links import Links
from steward.observability import logger, metrics
from steward.settings import DigestSettings
from steward.workflows.connections import open_ledger
from steward.workflows.digest import send_digests
from steward.workflows.digest_report import DigestReport
from steward.workflows.run_time import TimeLeft, unlimited


class Digester:
    """Sends what is due, through the hub's own mail and topics."""

    def __init__(self, settings: DigestSettings, keys: SigningKeys | None = None) -> None:
        # No member account is ever reached, so the hub's id is of no use here.
        sessions = Sessions(hub_account_id="")
        self._ledger = open_ledger(sessions, settings)
        self._mailer = Mailer(sessions.sesv2(), settings.mail_from, settings.mail_configuration_set)
        self._publisher = Publisher(sessions.sns(), settings.notices_topic_arn)
        self._chat = ChatPublisher(sessions.sns(), settings.chat_topic_arn)
        self._url = settings.extension_url
        self._keys = keys or SigningKeys(settings.link_key_secret)

    def run(self, now: datetime, time_left: TimeLeft = unlimited) -> dict[str, object]:
        """Send what is due at `now`; returns what a person who invoked it wants to know.

        `time_left`: the milliseconds until the function is stopped.
        """
        saved = self._ledger.last_good()
        if saved is None:
            reason = "no policy was ever valid, so nobody is told; deploy one to AppConfig"
            logger.error("nothing is sent", reason=reason)
            metrics.add_metric("DigestsSent", MetricUnit.Count, 0)
            return {"sent": 0, "held_because": reason}
        policy = Policy.model_validate_json(saved[1])
        report = send_digests(
            self._ledger,
            self._mailer,
            self._publisher,
            policy,
            now,
            self._links(),
            self._chat,
            time_left,
        )
        _count(report)
        logger.info("digests sent", mode=policy.mode, **asdict(report))
        return {"mode": policy.mode, **asdict(report)}

    def _links(self) -> Links | None:
        """Without links the mails still say which tags extend a stack, so they go out."""
        if not self._url:
            return None
        try:
            links = Links(self._url, self._keys.current())
        except SecretUnavailable as error:
            metrics.add_metric("LinkKeyFailures", MetricUnit.Count, 1)
            logger.exception("mails go out without links", reason=str(error))
            return None
        metrics.add_metric("LinkKeyFailures", MetricUnit.Count, 0)
        return links


def _count(report: DigestReport) -> None:
    failures = report.overdue + report.unrecorded
    metrics.add_metric("DigestsSent", MetricUnit.Count, report.sent)
    metrics.add_metric("NoticeFailures", MetricUnit.Count, failures)
    metrics.add_metric("OwnersUnreachable", MetricUnit.Count, report.owners_unreachable)
