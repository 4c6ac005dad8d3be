"""The events of SES about one mail, and the outcomes they report.

The shapes are those of "Contents of event data that Amazon SES publishes to Amazon SNS" (Amazon SES
Developer Guide), which EventBridge delivers as `detail` ("Monitoring SES events using Amazon
EventBridge").
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from steward.domain.deliveries import DeliveryStatus
from steward.domain.outcomes import Outcome

# How long no other mail is sent to an address that failed for good, or for a while.
FAILED_FOR_GOOD = timedelta(days=14)
FAILED_FOR_NOW = timedelta(days=1)
_SUPPRESSIONS = frozenset({"OnAccountSuppressionList", "Suppressed"})


class _Observed(BaseModel):
    """A part of an AWS event: fields we do not use may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class Mail(_Observed):
    message_id: Annotated[str, Field(min_length=1)]
    timestamp: AwareDatetime
    destination: tuple[str, ...]


class Recipient(_Observed):
    email_address: str
    status: str = ""
    diagnostic_code: str = ""


class Bounce(_Observed):
    bounce_type: str
    bounce_sub_type: str
    bounced_recipients: tuple[Recipient, ...]
    timestamp: AwareDatetime


class Complaint(_Observed):
    complained_recipients: tuple[Recipient, ...]
    complaint_sub_type: str | None = None
    complaint_feedback_type: str | None = None
    timestamp: AwareDatetime


class Arrival(_Observed):
    recipients: tuple[str, ...]
    smtp_response: str = ""
    timestamp: AwareDatetime


class Delay(_Observed):
    delay_type: str
    delayed_recipients: tuple[Recipient, ...]
    timestamp: AwareDatetime


class Reject(_Observed):
    reason: str


class Failure(_Observed):
    error_message: str


class _About(_Observed):
    mail: Mail

    def _outcomes(
        self,
        status: DeliveryStatus,
        at: datetime,
        said: Iterable[tuple[str, str]],
        lasts: timedelta | None = None,
    ) -> Iterator[Outcome]:
        """One outcome for each pair of an address and what was said of it."""
        until = at + lasts if lasts else None
        for address, detail in said:
            yield Outcome(self.mail.message_id, address, status, at, detail, until)

    def _of_all(self, detail: str) -> list[tuple[str, str]]:
        return [(address, detail) for address in self.mail.destination]


class Bounced(_About):
    event_type: Literal["Bounce"]
    bounce: Bounce

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        bounce = self.bounce
        is_suppressed = bounce.bounce_sub_type in _SUPPRESSIONS
        status = DeliveryStatus.SUPPRESSED if is_suppressed else DeliveryStatus.BOUNCED
        lasts = FAILED_FOR_GOOD if bounce.bounce_type == "Permanent" else FAILED_FOR_NOW
        kind = f"{bounce.bounce_type}/{bounce.bounce_sub_type}"
        said = _said(kind, bounce.bounced_recipients) or self._of_all(kind)
        return self._outcomes(status, min(bounce.timestamp, now), said, lasts)


class Complained(_About):
    event_type: Literal["Complaint"]
    complaint: Complaint

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        """SES itself "complains" for an address on the suppression list, and sends nothing to it;
        a reader may also report that a mail is no spam."""
        complaint = self.complaint
        why = complaint.complaint_sub_type or complaint.complaint_feedback_type or "no reason given"
        kind, at = f"complaint: {why}", min(complaint.timestamp, now)
        said = _said(kind, complaint.complained_recipients) or self._of_all(kind)
        if why == "not-spam":
            return self._outcomes(DeliveryStatus.DELIVERED, at, said)
        is_suppressed = why in _SUPPRESSIONS
        status = DeliveryStatus.SUPPRESSED if is_suppressed else DeliveryStatus.COMPLAINED
        return self._outcomes(status, at, said, FAILED_FOR_GOOD)


class Delivered(_About):
    event_type: Literal["Delivery"]
    delivery: Arrival

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        arrived = self.delivery
        said = [(address, arrived.smtp_response) for address in arrived.recipients]
        return self._outcomes(DeliveryStatus.DELIVERED, min(arrived.timestamp, now), said)


class Delayed(_About):
    event_type: Literal["DeliveryDelay"]
    delivery_delay: Delay

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        delay = self.delivery_delay
        said = _said(delay.delay_type, delay.delayed_recipients)
        return self._outcomes(DeliveryStatus.DELAYED, min(delay.timestamp, now), said)


class Rejected(_About):
    event_type: Literal["Reject"]
    reject: Reject

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        at, said = min(self.mail.timestamp, now), self._of_all(self.reject.reason)
        return self._outcomes(DeliveryStatus.REJECTED, at, said, FAILED_FOR_GOOD)


class Unrendered(_About):
    event_type: Literal["Rendering Failure"]
    failure: Failure

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        at, said = min(self.mail.timestamp, now), self._of_all(self.failure.error_message)
        return self._outcomes(DeliveryStatus.REJECTED, at, said, FAILED_FOR_GOOD)


class MailEvent(_Observed):
    """One event of SES, as EventBridge delivers it."""

    source: Literal["aws.ses"]
    time: AwareDatetime
    detail: Annotated[
        Bounced | Complained | Delivered | Delayed | Rejected | Unrendered,
        Field(discriminator="event_type"),
    ]

    @property
    def mail(self) -> Mail:
        return self.detail.mail

    def outcomes(self, now: datetime) -> Iterator[Outcome]:
        """What the event reports, nothing of it dated after `now`."""
        return self.detail.outcomes(now)


def _said(kind: str, recipients: Iterable[Recipient]) -> list[tuple[str, str]]:
    return [
        (each.email_address, ": ".join(filter(None, (kind, each.diagnostic_code or each.status))))
        for each in recipients
    ]
