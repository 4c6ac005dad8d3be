"""Amazon SES and SNS of the hub account."""

from collections.abc import Iterator

from steward.domain.modes import Mode
from steward.workflows.policies import NoPolicy
from steward_cli.doctor.findings import Finding, skipped
from steward_cli.doctor.judging.mail import (
    ConfigurationSet,
    Identity,
    MailAccount,
    Topic,
    judge_configuration_set,
    judge_identity,
    judge_mail_account,
    judge_topics,
)
from steward_cli.doctor.patient import Patient

_PENDING = "PendingConfirmation"
# What tells of a mail that did not arrive, and of one that did.
_OUTCOMES = ("BOUNCE", "COMPLAINT", "DELIVERY", "REJECT")
_NO_MAIL = "the hub has no MailFrom: see mail-identity"
_TOPICS = {"AlarmsTopic": True, "NoticesTopic": False, "ChatTopic": False}


def look_at_identity(patient: Patient) -> Finding:
    stack = patient.stack
    name = stack.parameter("MailIdentity")
    mail_from = stack.parameter("MailFrom") if name else ""
    identity = _identity(patient, name) if mail_from and name != "*" else None
    return judge_identity(mail_from, identity, _mode(patient))


def _mode(patient: Patient) -> Mode:
    """Without a policy nothing is done but to observe."""
    try:
        return patient.policy.policy.mode
    except NoPolicy:
        return Mode.OBSERVE


def _identity(patient: Patient, name: str) -> Identity:
    client = patient.client("sesv2")
    try:
        row = client.get_email_identity(EmailIdentity=name)
    except client.exceptions.NotFoundException:
        return Identity(name, exists=False, verified=False)
    dkim = row.get("DkimAttributes", {})
    return Identity(
        name,
        exists=True,
        verified=bool(row.get("VerifiedForSendingStatus")),
        dkim=dkim.get("Status", "") if dkim.get("SigningEnabled") else "",
    )


def look_at_mail_account(patient: Patient) -> Finding:
    if not patient.stack.parameter("MailFrom"):
        return skipped(_NO_MAIL)
    row = patient.client("sesv2").get_account()
    quota = row.get("SendQuota", {})
    return judge_mail_account(
        MailAccount(
            production=bool(row.get("ProductionAccessEnabled")),
            sending=bool(row.get("SendingEnabled")),
            enforcement=row.get("EnforcementStatus", ""),
            sent=quota.get("SentLast24Hours", 0),
            quota=quota.get("Max24HourSend", -1),
        )
    )


def look_at_configuration_set(patient: Patient) -> Finding:
    name = patient.stack.physical_id("DigestConfigurationSet")
    if not name:
        return skipped(_NO_MAIL)
    client = patient.client("sesv2")
    row = client.get_configuration_set(ConfigurationSetName=name)
    events = client.get_configuration_set_event_destinations(ConfigurationSetName=name)
    found = ConfigurationSet(
        name=name,
        sending=bool(row.get("SendingOptions", {}).get("SendingEnabled", True)),
        events=frozenset(
            kind
            for each in events.get("EventDestinations", [])
            if each.get("Enabled")
            for kind in each["MatchingEventTypes"]
        ),
        suppressed=frozenset(row.get("SuppressionOptions", {}).get("SuppressedReasons", [])),
    )
    return judge_configuration_set(found, _OUTCOMES)


def look_at_topics(patient: Patient) -> Finding:
    return judge_topics(_topics(patient))


def _topics(patient: Patient) -> Iterator[Topic]:
    pages = patient.client("sns").get_paginator("list_subscriptions_by_topic")
    for logical_id, needed in _TOPICS.items():
        arn = patient.stack.physical_id(logical_id)
        if not arn:
            continue
        rows = [row for page in pages.paginate(TopicArn=arn) for row in page["Subscriptions"]]
        pending = [row for row in rows if row["SubscriptionArn"] == _PENDING]
        yield Topic(
            name=logical_id,
            confirmed=len(rows) - len(pending),
            pending=tuple(row["Endpoint"] for row in pending),
            needed=needed,
        )
