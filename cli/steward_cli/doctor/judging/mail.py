"""Whether owners can be told: where no mail is accepted nobody counts as told."""

from collections.abc import Iterable
from dataclasses import dataclass

from steward.domain.modes import Mode
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_SETUP = "docs/guide/notices.md"
_NEARLY_USED_UP = 0.9


@dataclass(frozen=True, slots=True)
class Identity:
    """The SES identity that mails are sent as. `exists`: SES knows it in the hub's region."""

    name: str
    exists: bool
    verified: bool
    dkim: str = ""


@dataclass(frozen=True, slots=True)
class MailAccount:
    """SES of the hub account. `enforcement`: HEALTHY, PROBATION or SHUTDOWN. `quota`: mails a day;
    -1 when there is no limit."""

    production: bool
    sending: bool
    enforcement: str
    sent: float
    quota: float


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """`events`: outcomes that are reported back. `suppressed`: reasons to skip an address."""

    name: str
    sending: bool
    events: frozenset[str]
    suppressed: frozenset[str]


def judge_identity(mail_from: str, identity: Identity | None, mode: Mode) -> Finding:
    """`identity` is None where IAM cannot see it (MailIdentity *)."""
    if not mail_from:
        return _no_sender(mode)
    if identity is None:
        return ok(f"mail is sent from {mail_from}; MailIdentity * is not looked up")
    call = "ses:GetEmailIdentity"
    if not identity.exists:
        todo = f"aws sesv2 create-email-identity --email-identity {identity.name}"
        seen = Evidence(call, "EmailIdentity", f"no {identity.name}")
        return fail(f"SES does not know {identity.name} in the hub's region", todo, seen)
    if not identity.verified:
        seen = Evidence(call, "VerifiedForSendingStatus", "false")
        shown = f"aws sesv2 get-email-identity --email-identity {identity.name}"
        todo = f"add the DNS records that `{shown}` shows"
        return fail(f"{identity.name} is not verified: SES refuses every mail", todo, seen)
    if identity.dkim not in ("SUCCESS", ""):
        seen = Evidence(call, "DkimAttributes.Status", identity.dkim)
        why = f"DKIM of {identity.name} is {identity.dkim}: mail may end in junk folders"
        return warn(why, f"publish its DKIM records: {_SETUP}", seen)
    return ok(f"mail is sent from {mail_from}; {identity.name} is verified")


def _no_sender(mode: Mode) -> Finding:
    seen = Evidence("cloudformation:DescribeStacks", "Parameters.MailFrom", "empty")
    why = "there is no sender, so no owner counts as told and nothing is ever deleted"
    todo = f"deploy the hub with MailFrom and MailIdentity: {_SETUP}"
    return (fail if mode is Mode.REAP else warn)(why, todo, seen)


def judge_mail_account(account: MailAccount) -> Finding:
    """The sandbox sends to verified addresses only."""
    problems = []
    if not account.sending:
        seen = Evidence("ses:GetAccount", "SendingEnabled", "false")
        todo = "aws sesv2 put-account-sending-attributes --sending-enabled, once its cause is known"
        problems.append(fail("sending is turned off for the whole account", todo, seen))
    if account.enforcement not in ("HEALTHY", ""):
        seen = Evidence("ses:GetAccount", "EnforcementStatus", account.enforcement)
        why = f"SES has put the account on {account.enforcement}: too many bounces or complaints"
        level = fail if account.enforcement == "SHUTDOWN" else warn
        problems.append(
            level(
                why, "answer SES in its support case; bounces are in `steward notices STACK`", seen
            )
        )
    if not account.production:
        seen = Evidence("ses:GetAccount", "ProductionAccessEnabled", "false")
        why = "SES is in the sandbox: owners whose address is not verified get no mail"
        problems.append(warn(why, "aws sesv2 put-account-details (asks for production)", seen))
    return together([*problems, *_quota(account)], ok("SES sends, out of the sandbox"))


def _quota(account: MailAccount) -> list[Finding]:
    if account.quota <= 0 or account.sent < _NEARLY_USED_UP * account.quota:
        return []
    used = f"{account.sent:.0f} of {account.quota:.0f}"
    seen = Evidence("ses:GetAccount", "SendQuota", used)
    todo = "ask for a higher sending quota (Service Quotas, Amazon SES)"
    return [warn(f"{used} mails of the last 24 hours' quota are used up", todo, seen)]


def judge_configuration_set(found: ConfigurationSet, wanted: Iterable[str]) -> Finding:
    """`wanted`: the outcomes without which a bounce would go unnoticed."""
    problems = []
    if not found.sending:
        seen = Evidence("ses:GetConfigurationSet", "SendingOptions.SendingEnabled", "false")
        todo = (
            "aws sesv2 put-configuration-set-sending-options --sending-enabled "
            f"--configuration-set-name {found.name}"
        )
        problems.append(fail(f"configuration set {found.name} does not send", todo, seen))
    missing = sorted(set(wanted) - found.events)
    if missing:
        seen = Evidence(
            "ses:GetConfigurationSetEventDestinations",
            "MatchingEventTypes without",
            ", ".join(missing),
        )
        why = f"{found.name} does not report {some(missing)}: an owner may count as told who is not"
        problems.append(fail(why, "deploy the hub again; its template sets this", seen))
    skips = ", ".join(sorted(found.suppressed)) or "nothing"
    return together(problems, ok(f"{found.name} sends and reports back; it suppresses {skips}"))


@dataclass(frozen=True, slots=True)
class Topic:
    """`pending`: addresses that have not confirmed. `needed`: useless without a subscriber."""

    name: str
    confirmed: int
    pending: tuple[str, ...]
    needed: bool


def judge_topics(topics: Iterable[Topic]) -> Finding:
    """An alarm that reaches nobody is none."""
    every = tuple(topics)
    problems = []
    for topic in every:
        call = "sns:ListSubscriptionsByTopic"
        if topic.pending:
            seen = Evidence(call, f"{topic.name} SubscriptionArn", "PendingConfirmation")
            why = f"{some(topic.pending)} has not confirmed the subscription of {topic.name}"
            todo = "follow the link in the mail of Amazon SNS; after 3 days subscribe anew"
            problems.append(warn(why, todo, seen))
        elif topic.needed and not topic.confirmed:
            seen = Evidence(call, f"{topic.name} Subscriptions", "none")
            todo = "deploy the hub with AlarmEmail, or subscribe your pager to the topic"
            problems.append(warn(f"nobody is subscribed to {topic.name}", todo, seen))
    counted = ", ".join(f"{each.name} {each.confirmed}" for each in every)
    return together(problems, ok(f"confirmed subscriptions: {counted}"))
