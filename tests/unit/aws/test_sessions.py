"""Whose credentials a client has, how often they are asked for, and what cannot be reached."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws import clients
from steward.aws.sessions import AccountUnreachable, Sessions
from steward.domain.stacks import Unit
from tests.unit.aws.wire import Wire, error_body

HUB, MEMBER, OTHER = "111111111111", "222222222222", "333333333333"
ROLE = "steward-read"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EXPIRES = NOW + timedelta(hours=1)
GIVEN = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult><Credentials><AccessKeyId>ASIA{number:012}</AccessKeyId>
    <SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
    <Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


class Sts(Wire):
    """Gives other credentials at every call."""

    def __init__(self) -> None:
        super().__init__(self._give)

    def _give(self, _fields: dict[str, str]) -> tuple[int, str]:
        return 200, GIVEN.format(number=len(self.requests), expires=EXPIRES.isoformat())


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def sts() -> Sts:
    return Sts()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(sts: Sts, clock: Clock) -> Sessions:
    return Sessions(HUB, session=sts.session(), clock=clock)


def key_of(client: Any) -> str:
    key: str = client._request_signer._credentials.access_key
    return key


def attempts_of(client: Any) -> int:
    attempts: int = client.meta.config.retries["total_max_attempts"]
    return attempts


def test_one_assume_role_an_account_however_many_regions(sessions: Sessions, sts: Sts) -> None:
    made = {
        region: sessions.cloudformation(Unit(MEMBER, region), ROLE)
        for region in ("eu-west-1", "us-east-1", "ap-southeast-2")
    }
    assert len(sts.requests) == 1
    assert {key_of(client) for client in made.values()} == {"ASIA000000000001"}
    assert {client.meta.region_name for client in made.values()} == set(made)


def test_the_history_of_a_region_is_asked_there_and_not_stubbornly(sessions: Sessions) -> None:
    """Its two calls a second are the account's own, and nobody waits for the answer."""
    trail = sessions.cloudtrail(Unit(MEMBER, "ap-southeast-2"), ROLE)
    assert trail.meta.endpoint_url == "https://cloudtrail.ap-southeast-2.amazonaws.com"
    assert attempts_of(trail) == 2
    stacks = sessions.cloudformation(Unit(MEMBER, "ap-southeast-2"), ROLE)
    assert attempts_of(stacks) == 8


def test_an_accounts_contacts_are_asked_for_where_they_are_kept(
    sessions: Sessions, sts: Sts
) -> None:
    """ "AWS Account Management endpoints and quotas", AWS General Reference: one Region for all."""
    account = sessions.account(Unit(MEMBER, "ap-southeast-2"), ROLE)
    assert account.meta.endpoint_url == "https://account.us-east-1.amazonaws.com"
    assert key_of(account) == "ASIA000000000001"
    assert len(sts.requests) == 1


@pytest.mark.parametrize(
    ("home", "endpoint"),
    [
        ("eu-west-1", "https://global.health.amazonaws.com"),
        ("cn-north-1", "https://global.health.amazonaws.com.cn"),
        ("us-gov-east-1", "https://health.us-gov-west-1.amazonaws.com"),
    ],
)
def test_health_is_asked_where_the_partition_has_it_and_not_stubbornly(
    monkeypatch: pytest.MonkeyPatch, home: str, endpoint: str
) -> None:
    """It answers few calls a second, and the scan goes on without it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", home)
    health: Any = Sessions(HUB).health()
    assert health.meta.endpoint_url == endpoint
    assert attempts_of(health) == 4


@pytest.mark.parametrize(
    "service",
    ["lambda_", "lambda_core", "tagging", "cloudwatch", "synthetics", "codedeploy", "dynamodb_in"],
)
def test_what_a_scan_of_functions_asks_is_asked_in_the_unit_by_its_role(
    sessions: Sessions, sts: Sts, service: str
) -> None:
    client = getattr(sessions, service)(Unit(MEMBER, "ap-southeast-2"), ROLE)
    assert client.meta.region_name == "ap-southeast-2"
    assert key_of(client) == "ASIA000000000001"
    assert len(sts.requests) == 1


def test_the_hubs_own_services_need_no_role(sessions: Sessions, sts: Sts) -> None:
    made: list[Any] = [sessions.config(), sessions.reports_s3(), sessions.sqs()]
    assert {client.meta.region_name for client in made} == {"eu-west-1"}
    assert sts.requests == []


def test_an_sdk_without_customer_managed_runtimes_has_no_client_for_them(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients.Clients, "knows", lambda *_: False)
    assert sessions.lambda_core(Unit(MEMBER, "eu-west-1"), ROLE) is None


def test_another_account_and_another_role_are_asked_for_by_themselves(
    sessions: Sessions, sts: Sts
) -> None:
    for account, role in ((MEMBER, ROLE), (OTHER, ROLE), (MEMBER, "steward-tag"), (MEMBER, ROLE)):
        sessions.cloudformation(Unit(account, "eu-west-1"), role)
    assert [request["RoleArn"] for request in sts.requests] == [
        f"arn:aws:iam::{MEMBER}:role/steward-read",
        f"arn:aws:iam::{OTHER}:role/steward-read",
        f"arn:aws:iam::{MEMBER}:role/steward-tag",
    ]


def test_the_request_names_the_role_and_us(sessions: Sessions, sts: Sts) -> None:
    sessions.cloudformation(Unit(MEMBER, "ap-southeast-2"), ROLE)
    (request,) = sts.requests
    assert request["RoleSessionName"] == "steward-steward-read"
    assert request["DurationSeconds"] == "3600"
    assert not {"ExternalId", "Policy"} & set(request)
    assert "steward" in sts.agents[0].split()


def test_tokens_come_from_the_regional_endpoint_whatever_the_environment_says(
    sts: Sts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
    sessions = Sessions(HUB, session=sts.session(), clock=Clock())
    sessions.cloudformation(Unit(MEMBER, "ap-southeast-2"), ROLE)
    assert sts.urls == ["https://sts.eu-west-1.amazonaws.com/"]


def test_an_external_id_is_sent_when_there_is_one(sts: Sts, clock: Clock) -> None:
    sessions = Sessions(HUB, "from-us", session=sts.session(), clock=clock)
    sessions.cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)
    assert sts.requests[0]["ExternalId"] == "from-us"


def test_a_long_role_name_still_makes_a_valid_session_name(sessions: Sessions, sts: Sts) -> None:
    sessions.cloudformation(Unit(MEMBER, "eu-west-1"), "r" * 64)
    assert len(sts.requests[0]["RoleSessionName"]) == 64


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_role_is_in_the_units_partition(
    sessions: Sessions, sts: Sts, region: str, partition: str
) -> None:
    sessions.cloudformation(Unit(MEMBER, region), ROLE)
    assert sts.requests[0]["RoleArn"] == f"arn:{partition}:iam::{MEMBER}:role/{ROLE}"


@pytest.mark.parametrize(
    ("before_expiry", "calls"),
    [
        pytest.param(timedelta(minutes=5, seconds=1), 1, id="a-second-before-they-are-renewed"),
        pytest.param(timedelta(minutes=5), 2, id="five-minutes-before-expiry"),
        pytest.param(timedelta(0), 2, id="expired"),
    ],
)
def test_credentials_are_renewed_before_they_expire(
    sessions: Sessions, sts: Sts, clock: Clock, before_expiry: timedelta, calls: int
) -> None:
    unit = Unit(MEMBER, "eu-west-1")
    first = key_of(sessions.cloudformation(unit, ROLE))
    clock.now = EXPIRES - before_expiry
    second = key_of(sessions.cloudformation(unit, ROLE))
    assert len(sts.requests) == calls
    assert (first == second) == (calls == 1)


def test_a_session_policy_is_for_one_use(sessions: Sessions, sts: Sts) -> None:
    unit = Unit(MEMBER, "eu-west-1")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    narrowed = [
        sessions.cloudformation(unit, ROLE, session_policy=policy),
        sessions.cloudformation(unit, ROLE, session_policy=policy),
        sessions.s3(unit, ROLE, session_policy=policy),
    ]
    whole = sessions.cloudformation(unit, ROLE)
    assert [request.get("Policy") for request in sts.requests] == [policy] * 3 + [None]
    assert len({key_of(client) for client in [*narrowed, whole]}) == 4


def test_a_client_is_made_once_for_its_service_region_and_credentials(sessions: Sessions) -> None:
    unit = Unit(MEMBER, "eu-west-1")
    assert sessions.cloudformation(unit, ROLE) is sessions.cloudformation(unit, ROLE)
    assert sessions.cloudformation(unit, ROLE) is not sessions.cloudformation(unit, "steward-tag")
    assert sessions.dynamodb() is sessions.dynamodb()


def test_clients_of_accounts_long_past_are_let_go(
    sessions: Sessions, sts: Sts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "MOST_CLIENTS", 3)
    sessions = Sessions(HUB, session=sts.session(), clock=Clock())
    first = sessions.cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)
    for region in ("us-east-1", "us-east-2", "us-west-2"):
        sessions.cloudformation(Unit(MEMBER, region), ROLE)
    assert sessions.cloudformation(Unit(MEMBER, "eu-west-1"), ROLE) is not first
    assert len(sts.requests) == 1


def test_a_client_in_use_is_kept(sts: Sts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_CLIENTS", 3)
    sessions = Sessions(HUB, session=sts.session(), clock=Clock())
    ledger = sessions.dynamodb()
    for region in ("us-east-1", "us-east-2", "us-west-2", "eu-west-1"):
        sessions.cloudformation(Unit(MEMBER, region), ROLE)
        assert sessions.dynamodb() is ledger


def test_threads_that_need_a_role_at_once_assume_it_once(sessions: Sessions, sts: Sts) -> None:
    with ThreadPoolExecutor(8) as pool:
        units = [Unit(MEMBER, region) for region in ("eu-west-1", "us-east-1") * 8]
        keys = set(pool.map(lambda unit: key_of(sessions.cloudformation(unit, ROLE)), units))
    assert (len(sts.requests), len(keys)) == (1, 1)


def test_the_hub_is_reached_with_its_own_credentials(sessions: Sessions, sts: Sts) -> None:
    hub = (
        sessions.appconfigdata(),
        sessions.dynamodb(),
        sessions.organizations(),
        sessions.sesv2(),
        sessions.sns(),
        sessions.sqs(),
        sessions.ssm(),
    )
    assert {key_of(client) for client in hub} == {"testing"}
    assert sts.requests == []


@pytest.mark.parametrize(
    ("account", "single_account", "calls"),
    [
        pytest.param(HUB, True, 0, id="own-account-in-single-account-mode"),
        pytest.param(HUB, False, 1, id="own-account-in-an-organization-has-the-role"),
        pytest.param(MEMBER, True, 1, id="another-account-is-never-own"),
    ],
)
def test_when_a_role_is_assumed(sts: Sts, account: str, single_account: bool, calls: int) -> None:
    sessions = Sessions(HUB, single_account=single_account, session=sts.session(), clock=Clock())
    sessions.cloudformation(Unit(account, "eu-west-1"), ROLE)
    assert len(sts.requests) == calls


def test_no_client_waits_for_ever(sessions: Sessions) -> None:
    member = sessions.cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)
    for config in (_config_of(sessions.dynamodb()), _config_of(member)):
        assert (config.connect_timeout, config.read_timeout) == (5, 30)
        assert config.retries["mode"] == "adaptive"
        assert config.retries["total_max_attempts"] == 8


def _config_of(client: Any) -> Any:
    return client.meta.config


def refusing(code: str) -> Sessions:
    wire = Wire(lambda _: (403, error_body(code, "not authorized to perform sts:AssumeRole")))
    return Sessions(HUB, session=wire.session(), clock=Clock())


@pytest.mark.parametrize("code", ["AccessDenied", "RegionDisabledException"])
def test_an_account_without_the_role_is_unreachable(code: str) -> None:
    with pytest.raises(AccountUnreachable) as caught:
        refusing(code).cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)
    assert (caught.value.account_id, caught.value.role_name) == (MEMBER, ROLE)
    assert caught.value.code == code
    assert "steward-read of account 222222222222" in str(caught.value)
    assert "org/members/roles.yaml" in str(caught.value)


def test_an_unreachable_account_is_asked_again_the_next_time() -> None:
    refused = [True]

    def respond(_fields: dict[str, str]) -> tuple[int, str]:
        if refused.pop() if refused else False:
            return 403, error_body("AccessDenied", "not yet")
        return 200, GIVEN.format(number=1, expires=EXPIRES.isoformat())

    sessions = Sessions(HUB, session=Wire(respond).session(), clock=Clock())
    with pytest.raises(AccountUnreachable):
        sessions.cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)
    assert key_of(sessions.cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)) == "ASIA000000000001"


@pytest.mark.parametrize("code", ["ExpiredToken", "MalformedPolicyDocument"])
def test_trouble_of_our_own_is_not_the_accounts(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        refusing(code).cloudformation(Unit(MEMBER, "eu-west-1"), ROLE)


def test_secrets_do_not_show_in_a_log() -> None:
    shown = repr(clients.Credentials("ASIA1", "secret-key", "session-token", EXPIRES))
    assert "secret-key" not in shown
    assert "session-token" not in shown
