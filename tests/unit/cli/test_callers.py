"""An operator's name, as the audit trail and CloudTrail will show it."""

import pytest

from steward_cli.callers import caller_name, session_name

STS, IAM = "arn:aws:sts::111111111111:", "arn:aws:iam::111111111111:"


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        pytest.param(
            f"{STS}assumed-role/AWSReservedSSO_Ops_0123/ada@example.com",
            "ada@example.com",
            id="identity-center",
        ),
        pytest.param(f"{IAM}user/ada", "ada", id="user"),
        pytest.param(f"{IAM}user/teams/platform/ada", "ada", id="user-with-a-path"),
        pytest.param(f"{STS}federated-user/ada", "ada", id="federated-user"),
        pytest.param(f"{IAM}root", "root of account 111111111111", id="root"),
        pytest.param("something new", "something new", id="no-arn"),
    ],
)
def test_the_caller_is_named_as_a_person_would(arn: str, name: str) -> None:
    assert caller_name(arn) == name


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        pytest.param(f"{STS}assumed-role/Ops/ada@example.com", "steward-ada@example.com", id="ok"),
        pytest.param(f"{IAM}root", "steward-root-of-account-111111111111", id="blanks"),
        pytest.param(f"{IAM}user/Zoë 😀", "steward-Zo-", id="beyond-ascii"),
        pytest.param(f"{IAM}user/{'a' * 64}", f"steward-{'a' * 56}", id="too-long"),
    ],
)
def test_a_session_is_named_after_the_caller_in_letters_that_sts_takes(arn: str, name: str) -> None:
    assert session_name(arn) == name
    assert len(name) <= 64
