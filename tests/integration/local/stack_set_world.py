"""A stack set of one topic, for accounts of an organization that a test makes itself."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from local.emulator_environment import HOME_REGION
from local.installation import await_stack_sets
from local.organization import Organization

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

    from local.emulator import Emulator

MEMBER = {
    "Parameters": {"Topic": {"Type": "String"}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Topic"}}}
    },
}
SETTLED_WITHIN_SECONDS = 30.0


def organization_template(name: str, units: Sequence[str], **properties: Any) -> str:
    described = {
        "StackSetName": name,
        "PermissionModel": "SERVICE_MANAGED",
        "CallAs": "DELEGATED_ADMIN",
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        "StackInstancesGroup": [
            {"Regions": [HOME_REGION], "DeploymentTargets": {"OrganizationalUnitIds": [*units]}}
        ],
        "Parameters": [{"ParameterKey": "Topic", "ParameterValue": f"{name}-topic"}],
        "TemplateBody": json.dumps(MEMBER),
    }
    resource = {"Type": "AWS::CloudFormation::StackSet", "Properties": described | properties}
    return json.dumps({"Resources": {"Set": resource}})


def deploy(organization: Organization, template: str, stack: str, account: str) -> "StackTypeDef":
    """Create the stack in the named account; how it ended."""
    client = organization.session(account).client("cloudformation")
    stack_id = client.create_stack(StackName=stack, TemplateBody=template)["StackId"]
    deadline = time.monotonic() + SETTLED_WITHIN_SECONDS
    while True:
        found = client.describe_stacks(StackName=stack_id)["Stacks"][0]
        if not found["StackStatus"].endswith("_IN_PROGRESS"):
            return found
        assert time.monotonic() < deadline, f"{stack} does not settle"


def failures(organization: Organization, stack_id: str, account: str) -> str:
    client = organization.session(account).client("cloudformation")
    events = client.describe_stack_events(StackName=stack_id)["StackEvents"]
    return " ".join(each.get("ResourceStatusReason", "") for each in events)


def statuses(organization: Organization, name: str) -> Mapping[str, tuple[str, str]]:
    """Status and reason of each instance, by the account's name."""
    client = organization.session().client("cloudformation")
    rows = client.list_stack_instances(StackSetName=name, CallAs="DELEGATED_ADMIN")["Summaries"]
    return {
        organization.name_of(row["Account"]): (row["Status"], row.get("StatusReason", ""))
        for row in rows
    }


def move(emulator: "Emulator", organization: Organization, account: str, unit: str) -> None:
    client = organization.session("management").client("organizations")
    account_id = organization.accounts[account]
    source = client.list_parents(ChildId=account_id)["Parents"][0]["Id"]
    client.move_account(
        AccountId=account_id,
        SourceParentId=source,
        DestinationParentId=organization.organizational_units[unit],
    )
    await_stack_sets(emulator.control)
