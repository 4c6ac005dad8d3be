"""Mail and topic: what is sent, and whether a refusal may pass later."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from steward.aws.mail import NotSent, send_email
from steward.aws.topics import Publication, plain_subject, publish
from tests.unit.aws.scripted import Scripted

TOPIC = "arn:aws:sns:eu-west-1:111111111111:notices"
MAIL: dict[str, Any] = {
    "FromEmailAddress": "steward@example.com",
    "Destination": {"ToAddresses": ["dev@example.com"]},
    "Content": {
        "Simple": {
            "Subject": {"Data": "Zwei Stäcke bald", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "text", "Charset": "UTF-8"},
                "Html": {"Data": "<p>html</p>", "Charset": "UTF-8"},
            },
        }
    },
}


def mail(client: Any, configuration_set: str = "") -> str:
    return send_email(
        client,
        "steward@example.com",
        ["dev@example.com"],
        "Zwei Stäcke bald",
        "text",
        "<p>html</p>",
        configuration_set,
    )


def fail(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://nowhere.example.com")


def test_a_mail_has_both_bodies_and_no_empty_configuration_set() -> None:
    with Scripted("sesv2").answers("send_email", {"MessageId": "m-1"}, MAIL) as ses:
        assert mail(ses.client) == "m-1"


def test_a_configuration_set_is_named_when_there_is_one() -> None:
    expected = {**MAIL, "ConfigurationSetName": "owners"}
    with Scripted("sesv2").answers("send_email", {"MessageId": "m-1"}, expected) as ses:
        assert mail(ses.client, "owners") == "m-1"


@pytest.mark.parametrize(
    ("code", "message", "retry"),
    [
        pytest.param("MessageRejected", "invalid content", False, id="content-refused"),
        pytest.param("MessageRejected", "Email address is not verified.", True, id="not-verified"),
        pytest.param("BadRequestException", "bad address", False, id="bad-address"),
        pytest.param("NotFoundException", "no configuration set", True, id="missing-set"),
        pytest.param("NotFoundException", "no such thing", False, id="missing-anything-else"),
        pytest.param("TooManyRequestsException", "slow down", True, id="throttled"),
        pytest.param("SendingPausedException", "paused", True, id="paused"),
        pytest.param("AccessDeniedException", "no", True, id="denied"),
    ],
)
def test_a_mail_that_was_not_taken_says_why(code: str, message: str, retry: bool) -> None:
    with (
        Scripted("sesv2").refuses("send_email", code, message) as ses,
        pytest.raises(NotSent) as caught,
    ):
        mail(ses.client)
    assert caught.value.reason == f"{code}: {message}"
    assert caught.value.retry is retry


def test_a_mail_that_reached_nobody_may_pass_later() -> None:
    ses = Scripted("sesv2")
    ses.client.meta.events.register("before-parameter-build", fail)
    with pytest.raises(NotSent) as caught:
        mail(ses.client)
    assert caught.value.retry


def test_a_publication_has_a_form_for_each_kind_of_subscriber() -> None:
    expected = {
        "TopicArn": TOPIC,
        "Subject": "Steward: feat-cart",
        "Message": '{"default": "{}", "email": "büro"}',
        "MessageStructure": "json",
        "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "stage"}},
    }
    publication = Publication("Steward: feat-cart", "{}", "büro", {"kind": "stage", "team": ""})
    with Scripted("sns").answers("publish", {"MessageId": "m-1"}, expected) as sns:
        assert publish(sns.client, TOPIC, publication) == "m-1"


def test_without_an_e_mail_form_everybody_gets_the_same() -> None:
    assert Publication("subject", "{}").message == '{"default": "{}"}'


def test_a_size_counts_bytes_and_attributes() -> None:
    small = Publication("s", "x", "", {"team": ""})
    large = Publication("s", "\N{PARTY POPPER}", "", {"team": "büro"})
    assert large.size - small.size == 3 + len("teamString") + 5


@pytest.mark.parametrize(
    ("code", "retry"),
    [
        pytest.param("InvalidParameter", False, id="too-large"),
        pytest.param("NotFound", False, id="topic-gone"),
        pytest.param("Throttled", True, id="throttled"),
        pytest.param("AuthorizationError", True, id="denied"),
        pytest.param("KMSDisabled", True, id="key-disabled"),
        pytest.param("KMSAccessDenied", True, id="key-denied"),
        pytest.param("InternalError", True, id="an-outage"),
    ],
)
def test_a_message_that_was_not_taken_says_why(code: str, retry: bool) -> None:
    with Scripted("sns").refuses("publish", code, "no") as sns, pytest.raises(NotSent) as caught:
        publish(sns.client, TOPIC, Publication("s", "{}"))
    assert (caught.value.reason, caught.value.retry) == (f"{code}: no", retry)


def test_a_message_that_reached_nobody_may_pass_later() -> None:
    sns = Scripted("sns")
    sns.client.meta.events.register("before-parameter-build", fail)
    with pytest.raises(NotSent) as caught:
        publish(sns.client, TOPIC, Publication("s", "{}"))
    assert caught.value.retry


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param("Steward: feat-cart", "Steward: feat-cart", id="plain"),
        pytest.param("a\r\nBcc: x@example.com", "a Bcc: x@example.com", id="line-breaks"),
        pytest.param("a\x00\x1bb\x7f", "ab", id="control-characters"),
        pytest.param("büro \N{RIGHT-TO-LEFT OVERRIDE}x", "b?ro ?x", id="beyond-ascii"),
        pytest.param("  indented", "indented", id="leading-space"),
        pytest.param("x" * 99, "x" * 99, id="longest"),
        pytest.param("x" * 100, "x" * 99, id="one-too-long"),
        pytest.param("\x00", "Steward", id="nothing-left"),
    ],
)
def test_a_subject_is_made_fit_for_sns(subject: str, expected: str) -> None:
    assert plain_subject(subject) == expected
