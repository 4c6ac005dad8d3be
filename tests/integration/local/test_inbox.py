from datetime import UTC, datetime, timedelta

from local.emulator import Emulator
from local.inbox import parse_inbox, read_inbox
from local.organization import Organization


def test_a_sent_mail_arrives_with_both_bodies(
    emulator: Emulator, organization: Organization
) -> None:
    mail = organization.session().client("sesv2")
    mail.create_email_identity(EmailIdentity="example.com")
    mail.send_email(
        FromEmailAddress="Steward <steward@example.com>",
        Destination={"ToAddresses": ["ana@example.com"], "CcAddresses": ["ben@example.com"]},
        Content={
            "Simple": {
                "Subject": {"Data": "2 stacks of yours expire"},
                "Body": {"Text": {"Data": "grüße"}, "Html": {"Data": "<p>grüße</p>"}},
            }
        },
    )
    (read,) = [mail for mail in read_inbox(emulator.endpoint) if "2 stacks" in mail.subject]
    assert read.recipients == ("ana@example.com", "ben@example.com")
    assert (read.subject, read.text, read.html) == (
        "2 stacks of yours expire",
        "grüße",
        "<p>grüße</p>",
    )
    assert read.account == organization.accounts["hub"]
    assert abs(read.sent_at - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_mail_shows_what_the_sender_added(organization: Organization) -> None:
    mail = organization.session("beta-dev").client("sesv2")
    mail.create_email_identity(EmailIdentity="example.com")
    message_id = mail.send_email(
        FromEmailAddress="steward@example.com",
        ReplyToAddresses=["platform@example.com"],
        Destination={"ToAddresses": ["ana@example.com"]},
        EmailTags=[{"Name": "kind", "Value": "digest"}],
        Content={
            "Simple": {
                "Subject": {"Data": "x"},
                "Body": {"Text": {"Data": "x"}},
                "Headers": [{"Name": "List-Id", "Value": "steward"}],
            }
        },
    )["MessageId"]
    (read,) = [each for each in read_inbox(organization.endpoint) if each.message_id == message_id]
    assert (read.headers, read.tags) == ({"List-Id": "steward"}, {"kind": "digest"})
    assert (read.reply_to, read.configuration_set) == (("platform@example.com",), "")


def test_mails_are_in_the_order_of_sending() -> None:
    def message(subject: str, sent_at: float) -> dict[str, object]:
        return {
            "Source": "a@example.com",
            "To": ["b@example.com"],
            "CC": [],
            "BCC": [],
            "Subject": subject,
            "BodyText": None,
            "Timestamp": sent_at,
        }

    answer = {"messages": {"1": [message("late", 20.0)], "2": [message("early", 10.0)]}}
    assert [mail.subject for mail in parse_inbox(answer)] == ["early", "late"]
    assert parse_inbox({"messages": {}}) == ()
