"""The operator role's session lasts as long as is asked for and allowed; links end with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.stub import Stubber

from steward.domain.stacks import Unit
from steward_cli import clock
from steward_cli.connection import Connection, EndpointSession
from steward_cli.reports.files import ReportFiles
from steward_cli.reports.linking import page_link

ROLE = "arn:aws:iam::111111111111:role/steward-operator"
NAME = "steward-ada"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


class OneClient(EndpointSession):
    def __init__(self) -> None:
        super().__init__(None, None)
        self.client = Session().create_client("sts", region_name="eu-west-1")

    def create_client(self, *_names: Any, **_options: Any) -> Any:
        return self.client


@pytest.fixture
def session() -> OneClient:
    return OneClient()


@pytest.fixture
def stubber(session: OneClient) -> Iterator[Stubber]:
    with Stubber(session.client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def connection(session: EndpointSession, until: datetime | None = None) -> Connection:
    caller = "arn:aws:iam::111111111111:user/ada"
    return Connection(session, Unit("111111111111", "eu-west-1"), caller, until is not None, until)


def grants(stubber: Stubber, until: datetime, **asked: Any) -> None:
    credentials = {
        "AccessKeyId": "ASIAEXAMPLEEXAMPLE12",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": until,
    }
    expected = {"RoleArn": ROLE, "RoleSessionName": NAME} | asked
    stubber.add_response("assume_role", {"Credentials": credentials}, expected)


@pytest.mark.parametrize("lasting", [None, AN_HOUR], ids=["not-said", "an-hour"])
def test_an_hour_is_what_aws_gives_anyway(
    session: OneClient, stubber: Stubber, lasting: timedelta | None
) -> None:
    grants(stubber, NOW + AN_HOUR)
    acting = connection(session).as_operator(ROLE, lasting)
    assert (acting.is_operator, acting.until) == (True, NOW + AN_HOUR)


def test_more_is_asked_for(session: OneClient, stubber: Stubber) -> None:
    grants(stubber, NOW + 12 * AN_HOUR, DurationSeconds=43200)
    assert connection(session).as_operator(ROLE, 12 * AN_HOUR).until == NOW + 12 * AN_HOUR


def test_what_the_role_does_not_allow_is_not_insisted_on(
    session: OneClient, stubber: Stubber
) -> None:
    stubber.add_client_error("assume_role", "ValidationError", "The requested DurationSeconds ...")
    grants(stubber, NOW + AN_HOUR)
    assert connection(session).as_operator(ROLE, 12 * AN_HOUR).until == NOW + AN_HOUR


def test_who_may_not_be_the_operator_stays_who_they_are(
    session: OneClient, stubber: Stubber
) -> None:
    stubber.add_client_error("assume_role", "AccessDenied", "no")
    caller = connection(session)
    assert caller.as_operator(ROLE, 12 * AN_HOUR) is caller


def test_another_refusal_is_not_swallowed(session: OneClient, stubber: Stubber) -> None:
    stubber.add_client_error("assume_role", "RegionDisabledException", "no")
    with pytest.raises(ClientError):
        connection(session).as_operator(ROLE, 12 * AN_HOUR)


@pytest.mark.parametrize(
    ("until", "ends_at", "earlier"),
    [
        pytest.param(NOW + 2 * AN_HOUR, NOW + 2 * AN_HOUR, "", id="session-as-long"),
        pytest.param(NOW + 3 * AN_HOUR, NOW + 2 * AN_HOUR, "", id="session-is-longer"),
        pytest.param(
            NOW + AN_HOUR,
            NOW + AN_HOUR,
            "not Mon 2026-11-23 11:00 UTC, as asked: the operator role's session that signs it "
            "ends then",
            id="session-is-shorter",
        ),
    ],
)
def test_a_link_ends_with_the_session_that_signs_it(
    monkeypatch: pytest.MonkeyPatch, until: datetime, ends_at: datetime, earlier: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session = Session()
    session.set_credentials("ASIAEXAMPLEEXAMPLE12", "secret", "token")
    signed = Config(signature_version="s3v4")
    client: Any = session.create_client("s3", region_name="eu-west-1", config=signed)
    files = ReportFiles(client, "reports")
    link = page_link(connection(EndpointSession(None, None), until), files, "a-scan", 2)
    assert (link.ends_at, link.earlier) == (ends_at, earlier)
    assert f"X-Amz-Expires={int((ends_at - NOW).total_seconds())}&" in link.url
