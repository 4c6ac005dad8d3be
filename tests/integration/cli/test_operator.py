"""The hub's operator role: whoever may assume it sees what members show to nobody else."""

import json
from collections.abc import Mapping

import pytest

from local.organization import Organization
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.world import World

HUB_STACK = "operated"
READ_ROLE = "shown-to-the-operator"
TEMPLATE = """
Parameters:
  ReadRoleName: {Type: String}
  OrganizationMode: {Type: String, Default: organization}
Resources:
  Anything: {Type: "AWS::SNS::Topic"}
Outputs:
"""


def _role(organization: Organization, account: str, name: str, principal: str) -> str:
    """A role that `principal` may assume and that may do everything it is tried for here."""
    client = organization.session(account).client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}
    rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role = client.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
    client.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_document(rights))
    return role["Role"]["Arn"]


def _document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _install(world: World, operator_arn: str, name: str = HUB_STACK) -> None:
    """Another hub stack, like the one of the small organization but with an operator role."""
    client = world.organization.session().client("cloudformation")
    known = client.describe_stacks(StackName="steward")["Stacks"][0]["Outputs"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in known}
    outputs["OperatorRoleArn"] = operator_arn
    lines = [f"  {name}: {{Value: {json.dumps(value)}}}" for name, value in outputs.items()]
    client.create_stack(
        StackName=name,
        TemplateBody=TEMPLATE + "\n".join(lines),
        Parameters=[{"ParameterKey": "ReadRoleName", "ParameterValue": READ_ROLE}],
    )


def install_operator(world: World) -> str:
    """A hub stack whose operator role members do not trust; the same one however often."""
    client = world.organization.session().client("cloudformation")
    names = {each["StackName"] for each in client.describe_stacks()["Stacks"]}
    if "reporting" not in names:
        root = f"arn:aws:iam::{world.hub}:root"
        arn = _role(world.organization, "hub", "steward-reporting-operator", root)
        _install(world, arn, "reporting")
    return "reporting"


@pytest.fixture(scope="module")
def operated(world: World) -> World:
    organization = world.organization
    root = f"arn:aws:iam::{world.hub}:root"
    operator_arn = _role(organization, "hub", "steward-operator", root)
    for member in ("alpha-dev", "beta-dev", "shop-prod"):
        _role(organization, member, READ_ROLE, operator_arn)
    _install(world, operator_arn)
    return world


@pytest.mark.usefixtures("operated")
def test_the_operator_role_reads_what_the_caller_may_not(operator: Operator, calls: Calls) -> None:
    answer = operator("plan", "--json", "--stack", HUB_STACK)
    plan = json.loads(answer.out)
    assert (answer.code, plan["whole"], plan["units_not_read"]) == (0, True, [])
    assert "feat-hidden" in {row["stack_name"] for row in plan["stacks"]}
    assert calls.count("AssumeRole") == 1 + 3


@pytest.mark.usefixtures("operated")
def test_the_operators_session_is_named_after_the_caller(operator: Operator, calls: Calls) -> None:
    operator("inbox", "--stack", HUB_STACK, "--at", "2031-01-01")
    names = {each["body"]["RoleSessionName"] for each in calls.parameters["AssumeRole"]}
    assert f"steward-root-of-account-{operator.world.hub}" in names


@pytest.mark.usefixtures("operated")
def test_a_named_read_role_is_used_with_the_callers_own_credentials(operator: Operator) -> None:
    answer = operator("plan", "--json", "--stack", HUB_STACK, "--read-role", READ_ROLE)
    assert answer.code == 1
    assert json.loads(answer.out)["whole"] is False


def test_without_the_right_to_be_the_operator_the_callers_own_credentials_are_used(
    operated: World, operator: Operator
) -> None:
    client = operated.organization.session().client("iam")
    nobody = {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    client.update_assume_role_policy(RoleName="steward-operator", PolicyDocument=_document(nobody))
    answer = operator("plan", "--json", "--stack", HUB_STACK)
    assert answer.code == 1
    assert json.loads(answer.out)["whole"] is False
