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
    (read,) = read_inbox(emulator.endpoint)
    assert read.recipients == ("ana@example.com", "ben@example.com")
    assert (read.subject, read.text, read.html) == (
        "2 stacks of yours expire",
        "grüße",
        "<p>grüße</p>",
    )
    assert read.account == organization.accounts["hub"]
    assert abs(read.sent_at - datetime.now(UTC)) < timedelta(minutes=2)


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
