"""The account in the stack sets' ARNs, once there are stack sets."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from steward_cli.org.stack_set_account import stack_set_account

ROLES = "steward-member-roles"
ARN = f"arn:aws:cloudformation:eu-west-1:999999999999:stackset/{ROLES}:1a2b"
AS_DELEGATE = {"StackSetName": ROLES, "CallAs": "DELEGATED_ADMIN"}
AS_OWNER = {"StackSetName": ROLES, "CallAs": "SELF"}


class Connection:
    def __init__(self) -> None:
        self.client = boto3.client("cloudformation")
        self.session = self

    def create_client(self, service: str) -> Any:
        assert service == "cloudformation"
        return self.client


def asked(connection: Any) -> str:
    return stack_set_account(connection)


def refuse(stub: Stubber, code: str, expected: dict[str, str]) -> None:
    stub.add_client_error("describe_stack_set", code, expected_params=expected)


def test_a_delegate_reads_it_of_the_set() -> None:
    with Stubber((connection := Connection()).client) as stub:
        stub.add_response("describe_stack_set", {"StackSet": {"StackSetARN": ARN}}, AS_DELEGATE)
        assert asked(connection) == "999999999999"


def test_the_management_account_reads_it_as_itself() -> None:
    with Stubber((connection := Connection()).client) as stub:
        refuse(stub, "ValidationError", AS_DELEGATE)
        stub.add_response("describe_stack_set", {"StackSet": {"StackSetARN": ARN}}, AS_OWNER)
        assert asked(connection) == "999999999999"


@pytest.mark.parametrize("code", ["StackSetNotFoundException", "AccessDenied"])
def test_before_there_is_a_set_it_is_not_known(code: str) -> None:
    with Stubber((connection := Connection()).client) as stub:
        refuse(stub, code, AS_DELEGATE)
        refuse(stub, code, AS_OWNER)
        assert asked(connection) == ""


def test_a_throttled_call_is_no_answer() -> None:
    with Stubber((connection := Connection()).client) as stub:
        refuse(stub, "Throttling", AS_DELEGATE)
        with pytest.raises(ClientError, match="Throttling"):
            asked(connection)
