"""What AWS refuses is told with what to do about it, and never as a traceback."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from steward.aws.policies import PolicyUnreachable
from steward.aws.sessions import AccountUnreachable, UnitUnreachable
from steward.domain.stacks import Unit
from steward.ledger.attributes import UnreadableItem
from steward_cli.aws_failures import EXPECTED, failure_of, reason_of
from steward_cli.failures import ExitCode

URL = "http://127.0.0.1:9"


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "what", "todo", "code"),
    [
        pytest.param(
            NoCredentialsError(),
            "no usable AWS credentials",
            "log in",
            ExitCode.UNREACHED,
            id="no-credentials",
        ),
        pytest.param(
            UnauthorizedSSOTokenError(),
            "SSO",
            "aws sso login",
            ExitCode.UNREACHED,
            id="sso-expired",
        ),
        pytest.param(
            refused("ExpiredToken"),
            "have expired",
            "log in",
            ExitCode.UNREACHED,
            id="expired-token",
        ),
        pytest.param(
            refused("InvalidClientTokenId"),
            "does not know these credentials",
            "log in",
            ExitCode.UNREACHED,
            id="unknown-key",
        ),
        pytest.param(
            refused("AccessDenied", "not authorized"),
            "AWS denies it (DescribeStacks: AccessDenied: not authorized)",
            "may call DescribeStacks",
            ExitCode.UNREACHED,
            id="access-denied",
        ),
        pytest.param(
            refused("Throttling"), "AWS refuses it", "try again", ExitCode.UNREACHED, id="throttled"
        ),
        pytest.param(
            EndpointConnectionError(endpoint_url=URL),
            URL,
            "--endpoint",
            ExitCode.UNREACHED,
            id="nobody-listens",
        ),
        pytest.param(
            ProfileNotFound(profile="nobody"),
            "nobody",
            "aws configure list-profiles",
            ExitCode.USAGE,
            id="no-such-profile",
        ),
        pytest.param(
            AccountUnreachable("222222222222", "steward-read", "AccessDenied", "no"),
            "role steward-read of account 222222222222",
            "deploy org/members/roles.yaml there",
            ExitCode.UNREACHED,
            id="no-such-role",
        ),
        pytest.param(
            UnitUnreachable(Unit("222222222222", "eu-south-1"), "OptInRequired", "no"),
            "222222222222/eu-south-1",
            "",
            ExitCode.UNREACHED,
            id="disabled-region",
        ),
        pytest.param(
            PolicyUnreachable("AppConfig did not answer"),
            "AppConfig did not answer",
            "",
            ExitCode.UNREACHED,
            id="no-policy-answer",
        ),
        pytest.param(
            UnreadableItem("UNIT#1", "LEASE#2", "unknown attribute x"),
            "ledger item pk=UNIT#1 sk=LEASE#2",
            "run the version of Steward that wrote it",
            ExitCode.UNREACHED,
            id="ledger-of-another-version",
        ),
    ],
)
def test_an_expected_error_says_what_and_what_to_do(
    error: Exception, what: str, todo: str, code: ExitCode
) -> None:
    assert isinstance(error, EXPECTED)
    failure = failure_of(error)
    assert what in failure.what
    assert todo in failure.todo
    assert failure.todo
    assert failure.code is code


def test_a_reason_is_one_line() -> None:
    assert reason_of(refused("Throttling", "slow\ndown")) == "DescribeStacks: Throttling: slow down"


def test_a_defect_is_no_expected_error() -> None:
    assert not isinstance(KeyError("x"), EXPECTED)
