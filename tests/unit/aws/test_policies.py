"""The policy feed: a document, no document, or not known, and never one for another."""

from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.response import StreamingBody

from steward.aws.policies import PolicyFeed, PolicyUnreachable
from steward.aws.sessions import Sessions
from tests.unit.aws.scripted import Scripted

PLACE = {
    "ApplicationIdentifier": "steward",
    "EnvironmentIdentifier": "prod",
    "ConfigurationProfileIdentifier": "policy",
}


class OneClient(Sessions):
    """Sessions whose AppConfig is scripted."""

    def __init__(self, client: Any) -> None:
        super().__init__()
        self._client = client

    def appconfigdata(self) -> Any:
        return self._client


class AppConfig(Scripted):
    def __init__(self) -> None:
        super().__init__("appconfigdata")

    def starts(self, token: str) -> "AppConfig":
        answer = {"InitialConfigurationToken": token}
        return self.answers("start_configuration_session", answer, PLACE)

    def gives(self, content: bytes, token: str, then: str) -> "AppConfig":
        answer = {
            "NextPollConfigurationToken": then,
            "NextPollIntervalInSeconds": 30,
            "ContentType": "application/json",
            "Configuration": StreamingBody(BytesIO(content), len(content)),
        }
        expected = {"ConfigurationToken": token}
        return self.answers("get_latest_configuration", answer, expected)

    @property
    def feed(self) -> PolicyFeed:
        return PolicyFeed(OneClient(self.client), "steward", "prod", "policy")


def test_an_empty_answer_means_unchanged_and_every_token_is_used_once() -> None:
    aws = AppConfig().starts("t1").gives(b"one", "t1", "t2").gives(b"", "t2", "t3")
    with aws.gives(b"two", "t3", "t4"):
        feed = aws.feed
        assert [feed.latest() for _ in range(3)] == ["one", "one", "two"]


def test_an_empty_first_answer_means_that_none_is_deployed() -> None:
    with AppConfig().starts("t1").gives(b"", "t1", "t2") as aws:
        assert aws.feed.latest() is None


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "BadRequestException"])
def test_none_was_ever_deployed(code: str) -> None:
    with AppConfig().refuses("start_configuration_session", code) as aws:
        assert aws.feed.latest() is None


def test_a_token_that_expired_starts_a_new_session() -> None:
    aws = AppConfig().starts("t1").gives(b"one", "t1", "t2")
    aws.refuses("get_latest_configuration", "BadRequestException", "token expired")
    with aws.starts("u1").gives(b"two", "u1", "u2").gives(b"", "u2", "u3"):
        feed = aws.feed
        assert [feed.latest() for _ in range(3)] == ["one", "two", "two"]


def test_a_policy_that_vanished_is_not_remembered() -> None:
    aws = AppConfig().starts("t1").gives(b"one", "t1", "t2")
    aws.refuses("get_latest_configuration", "ResourceNotFoundException")
    with aws.starts("u1").gives(b"", "u1", "u2"):
        feed = aws.feed
        assert [feed.latest() for _ in range(3)] == ["one", None, None]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_a_service_that_will_not_say_is_not_the_same_as_no_policy(code: str) -> None:
    aws = AppConfig().refuses("start_configuration_session", code, "no")
    with aws, pytest.raises(PolicyUnreachable, match=code):
        aws.feed.latest()


def test_a_service_that_does_not_answer_is_not_the_same_as_no_policy() -> None:
    aws = AppConfig()

    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://nowhere.example.com")

    aws.client.meta.events.register("before-parameter-build", fail)
    with pytest.raises(ConnectionError, match="did not answer"):
        aws.feed.latest()


def test_after_an_outage_the_same_session_goes_on() -> None:
    aws = AppConfig().starts("t1").gives(b"one", "t1", "t2")
    aws.refuses("get_latest_configuration", "InternalServerException")
    with aws.gives(b"", "t2", "t3"):
        feed = aws.feed
        assert feed.latest() == "one"
        with pytest.raises(PolicyUnreachable):
            feed.latest()
        assert feed.latest() == "one"


def test_bytes_that_are_no_text_still_reach_the_validation() -> None:
    with AppConfig().starts("t1").gives(b"mode: \xff", "t1", "t2") as aws:
        assert aws.feed.latest() == "mode: \ufffd"
