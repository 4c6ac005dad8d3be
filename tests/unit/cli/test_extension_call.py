"""Asking lease_extension: the request it gets, and an error for everything that may come back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.session import Session
from botocore.stub import Stubber

from steward.domain.instants import iso
from steward.domain.stacks import Unit
from steward.messages import ExtensionAnswer, ExtensionRequest
from steward_cli.connection import Connection, EndpointSession
from steward_cli.extension_call import ask_for_extension
from steward_cli.failures import ExitCode, Failure
from tests.factories import NOW, make_stack_id

FUNCTION = "steward-LeaseExtensionFunction-1a2b3c"
REQUEST = ExtensionRequest(
    stack_id=make_stack_id(), until=NOW + timedelta(days=7), reason="a demo", by="ada@example.com"
)
YES = {"extended": True, "reason": "extended by ada@example.com", "expires_at": iso(NOW)}


class OneClient(EndpointSession):
    """Hands out one client, however it is asked for; `options` are those it was asked with."""

    def __init__(self) -> None:
        super().__init__(None, None)
        self.client = Session().create_client("lambda", region_name="eu-west-1")
        self.options: dict[str, Any] = {}

    def create_client(self, *_names: Any, **options: Any) -> Any:
        self.options = options
        return self.client


@pytest.fixture(scope="module")
def session() -> OneClient:
    return OneClient()


@pytest.fixture
def stubber(session: OneClient) -> Iterator[Stubber]:
    with Stubber(session.client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def ask(session: OneClient) -> ExtensionAnswer:
    connection = Connection(session, Unit("111111111111", "eu-west-1"), "arn:aws:iam::1:user/ada")
    return ask_for_extension(connection, FUNCTION, REQUEST)


def answered(stubber: Stubber, payload: bytes, **more: Any) -> None:
    body = StreamingBody(BytesIO(payload), len(payload))
    wish = {
        "stack_id": REQUEST.stack_id,
        "until": iso(NOW + timedelta(days=7)),
        "reason": "a demo",
        "by": "ada@example.com",
    }
    sent = {
        "FunctionName": f"{FUNCTION}:live",
        "Payload": json.dumps({"extend": wish}).encode(),
    }
    stubber.add_response("invoke", {"StatusCode": 200, "Payload": body, **more}, sent)


def test_the_hub_is_asked_for_one_date_and_its_answer_is_read(
    session: OneClient, stubber: Stubber
) -> None:
    answered(stubber, json.dumps(YES).encode())
    assert ask(session) == ExtensionAnswer.model_validate(YES)


def test_the_request_is_made_once(session: OneClient, stubber: Stubber) -> None:
    answered(stubber, json.dumps(YES).encode())
    ask(session)
    assert session.options["config"].retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("payload", "more", "what"),
    [
        pytest.param(
            b'{"errorType": "UnreadableItem", "errorMessage": "item pk=1\\u001b[2J"}',
            {"FunctionError": "Unhandled"},
            "failed: UnreadableItem: item pk=1 [2J",
            id="function-error",
        ),
        pytest.param(
            b"null", {"FunctionError": "Unhandled"}, "failed: it does not say why", id="no-reason"
        ),
        pytest.param(b'{"status": 200}', {}, "an answer that this command cannot read", id="other"),
        pytest.param(b"\xff", {}, "an answer that this command cannot read", id="no-json"),
        pytest.param(b"", {}, "an answer that this command cannot read", id="nothing"),
    ],
)
def test_an_answer_that_is_none_is_an_error_that_names_the_function(
    session: OneClient, stubber: Stubber, payload: bytes, more: dict[str, Any], what: str
) -> None:
    answered(stubber, payload, **more)
    with pytest.raises(Failure) as failed:
        ask(session)
    assert failed.value.what.startswith(FUNCTION)
    assert what in failed.value.what
    assert failed.value.todo
    assert failed.value.code is ExitCode.UNREACHED


@pytest.mark.parametrize(
    ("code", "what", "todo"),
    [
        pytest.param(
            "AccessDeniedException", "AWS denies", f"or invoke {FUNCTION}:live", id="denied"
        ),
        pytest.param("TooManyRequestsException", "is busy", "nothing was changed", id="throttled"),
        pytest.param(
            "ResourceNotFoundException", "has no alias live", "deploy the hub's", id="not-there"
        ),
        pytest.param("ServiceException", "could not be asked", "try again", id="aws-has-trouble"),
    ],
)
def test_a_refused_invocation_says_what_to_do(
    session: OneClient, stubber: Stubber, code: str, what: str, todo: str
) -> None:
    stubber.add_client_error("invoke", code, "no")
    with pytest.raises(Failure) as failed:
        ask(session)
    assert what in failed.value.what
    assert f"{code}: no" in failed.value.what
    assert todo in failed.value.todo


def test_no_answer_in_time_does_not_pass_for_a_refusal(
    session: OneClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://lambda.eu-west-1.amazonaws.com")

    monkeypatch.setattr(session.client, "invoke", late)
    with pytest.raises(Failure) as failed:
        ask(session)
    assert "may be extended or not" in failed.value.what
    assert "ask again" in failed.value.todo
