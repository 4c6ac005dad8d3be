"""The keys of the links, read from Secrets Manager without a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from moto import mock_aws

from steward.aws.secret_values import Secret, SecretUnavailable
from steward.aws.signing_keys import SHORTEST_SECRET, SigningKeys
from tests.integration.secrets_server import (
    FIRST_VALUE,
    StoredSecret,
    serve_secrets,
    store_secret,
)

ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:LinkKey-a1b2c3"
IDENTITY = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
SECOND_VALUE = "the second value of the secret, as long"
THIRD_VALUE = "the third value of the secret, long too"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with serve_secrets() as url:
        yield url


@pytest.fixture
def stored() -> Iterator[StoredSecret]:
    with mock_aws():
        yield store_secret()


@dataclass
class Clock:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(stored: StoredSecret, endpoint: str, clock: Clock) -> SigningKeys:
    environment = IDENTITY | {"AWS_ENDPOINT_URL": endpoint}
    return SigningKeys(Secret(stored.arn, environment), clock)


def secrets(keys: SigningKeys, key_id: str = "") -> list[str]:
    return [key.secret.decode() for key in keys.known(key_id)]


def test_a_secret_never_rotated_has_one_key(keys: SigningKeys) -> None:
    assert secrets(keys) == [FIRST_VALUE]
    assert keys.current().secret == FIRST_VALUE.encode()


def test_a_key_is_named_by_its_version(keys: SigningKeys, stored: StoredSecret) -> None:
    version = stored.put(SECOND_VALUE)
    assert keys.current().key_id == version[:8]


def test_after_a_rotation_both_values_are_known(keys: SigningKeys, stored: StoredSecret) -> None:
    stored.put(SECOND_VALUE)
    assert secrets(keys) == [SECOND_VALUE, FIRST_VALUE]
    assert keys.current().secret == SECOND_VALUE.encode()


def test_the_value_before_the_last_is_forgotten(keys: SigningKeys, stored: StoredSecret) -> None:
    stored.put(SECOND_VALUE)
    stored.put(THIRD_VALUE)
    assert secrets(keys) == [THIRD_VALUE, SECOND_VALUE]


def test_an_unknown_key_is_looked_for_once_a_minute(
    keys: SigningKeys, stored: StoredSecret, clock: Clock
) -> None:
    keys.current()
    new = stored.put(SECOND_VALUE)[:8]
    clock.seconds += 59
    assert secrets(keys, new) == [FIRST_VALUE]
    clock.seconds += 1
    assert secrets(keys, new) == [SECOND_VALUE, FIRST_VALUE]


def test_a_known_key_is_not_asked_for_again(
    keys: SigningKeys, stored: StoredSecret, clock: Clock
) -> None:
    known = keys.current().key_id
    stored.put(SECOND_VALUE)
    clock.seconds += 299
    assert secrets(keys, known) == [FIRST_VALUE]


def test_a_value_taken_out_of_use_is_forgotten_within_five_minutes(
    keys: SigningKeys, stored: StoredSecret, clock: Clock
) -> None:
    leaked = keys.current().key_id
    stored.put(SECOND_VALUE)
    stored.put(THIRD_VALUE)
    clock.seconds += 300
    assert secrets(keys, leaked) == [THIRD_VALUE, SECOND_VALUE]


def test_a_short_secret_is_no_key(keys: SigningKeys, stored: StoredSecret) -> None:
    stored.put("x" * (SHORTEST_SECRET - 1))
    with pytest.raises(SecretUnavailable, match="31 characters; put a random one"):
        keys.current()
    stored.put("x" * SHORTEST_SECRET)
    stored.put("y" * SHORTEST_SECRET)
    assert keys.current().secret == b"y" * SHORTEST_SECRET


def test_a_secret_that_is_not_there_is_named(endpoint: str) -> None:
    with mock_aws():
        missing = Secret(ARN, IDENTITY | {"AWS_ENDPOINT_URL": endpoint})
        with pytest.raises(SecretUnavailable, match="LinkKey-a1b2c3 is not there or has no value"):
            SigningKeys(missing).current()


@pytest.mark.parametrize("arn", ["any", "", "arn:aws:s3:::bucket", "arn:aws:secretsmanager:x"])
def test_what_is_no_secret_is_said(arn: str) -> None:
    with pytest.raises(SecretUnavailable, match="is not the ARN of a secret"):
        SigningKeys(Secret(arn, IDENTITY)).current()


@pytest.mark.parametrize("missing", IDENTITY)
def test_a_missing_identity_is_named(missing: str) -> None:
    rest = {name: value for name, value in IDENTITY.items() if name != missing}
    with pytest.raises(SecretUnavailable, match=f"the environment has no {missing}"):
        SigningKeys(Secret(ARN, rest)).current()


@dataclass
class Server:
    """Answers as it is told, in order, and keeps the requests' headers."""

    answers: list[tuple[int, bytes]]
    seen: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def secret(self, pauses: list[float], **environment: str) -> Secret:
        variables = IDENTITY | {"AWS_ENDPOINT_URL_SECRETS_MANAGER": self.url} | environment
        return Secret(ARN, variables, pauses.append)


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server([])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            told.seen.append(dict(self.headers))
            status, body = told.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent: `seen` says what happened."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        told.url = f"http://127.0.0.1:{listening.server_port}"
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield told
        finally:
            listening.shutdown()
            thread.join()


GOOD = (200, b'{"VersionId": "0123abcd-0000", "SecretString": "s"}')
DOWN = (503, b"<html>not now</html>")


def test_a_request_is_signed_for_the_secrets_region(server: Server) -> None:
    server.answers = [GOOD]
    server.secret([], AWS_SESSION_TOKEN="a-token").version("AWSCURRENT")
    (headers,) = server.seen
    assert "/eu-west-1/secretsmanager/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "a-token"
    assert headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"


def test_a_failure_of_the_service_is_tried_again(server: Server) -> None:
    pauses: list[float] = []
    server.answers = [DOWN, DOWN, GOOD]
    version = server.secret(pauses).version("AWSCURRENT")
    assert version is not None
    assert (version.version_id, len(pauses)) == ("0123abcd-0000", 2)


def test_a_service_that_stays_down_is_said(server: Server) -> None:
    server.answers = [DOWN] * 3
    with pytest.raises(SecretUnavailable, match=r"cannot be read \(503: no reason was given\)"):
        server.secret([]).version("AWSCURRENT")


def test_a_denial_is_said_with_what_is_missing(server: Server) -> None:
    denied = b'{"__type": "a.namespace#AccessDeniedException", "Message": "no"}'
    server.answers = [(400, denied)]
    expected = r"\(AccessDeniedException: no\); the function's role must allow"
    with pytest.raises(SecretUnavailable, match=expected):
        server.secret([]).version("AWSCURRENT")


def test_a_secret_of_bytes_has_no_text(server: Server) -> None:
    server.answers = [(200, b'{"VersionId": "0123abcd-0000", "SecretBinary": "eA=="}')]
    version = server.secret([]).version("AWSCURRENT")
    assert version is not None
    assert version.text == ""


def test_nobody_at_the_endpoint_is_said_after_three_tries() -> None:
    pauses: list[float] = []
    nowhere = IDENTITY | {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    with pytest.raises(SecretUnavailable, match=r"does not answer at http://127\.0\.0\.1:1"):
        Secret(ARN, nowhere, pauses.append).version("AWSCURRENT")
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("arn", "endpoint"),
    [
        pytest.param(ARN, "https://secretsmanager.eu-west-1.amazonaws.com/", id="commercial"),
        pytest.param(
            "arn:aws-cn:secretsmanager:cn-north-1:111111111111:secret:LinkKey-a1b2c3",
            "https://secretsmanager.cn-north-1.amazonaws.com.cn/",
            id="china",
        ),
        pytest.param(
            "arn:aws-us-gov:secretsmanager:us-gov-west-1:111111111111:secret:LinkKey-a1b2c3",
            "https://secretsmanager.us-gov-west-1.amazonaws.com/",
            id="gov-cloud",
        ),
    ],
)
def test_the_endpoint_is_that_of_the_secrets_region(arn: str, endpoint: str) -> None:
    """The suite's fence refuses the name, which shows which one was asked for."""
    with pytest.raises(SecretUnavailable) as caught:
        Secret(arn, IDENTITY, lambda _: None).version("AWSCURRENT")
    assert f"does not answer at {endpoint} " in str(caught.value)
