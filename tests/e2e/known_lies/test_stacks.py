"""What becomes of stacks."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from local.stack_operations import await_status, delete
from tests.e2e.known_lies.making import MEMBER, TOPIC, a_name, a_stack, role_trusting

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

pytestmark = pytest.mark.e2e


REFUSES_TO_DELETE = """
import json, urllib.request

def answer(event, context):
    reply = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    reply["Status"] = "FAILED" if event["RequestType"] == "Delete" else "SUCCESS"
    reply["Reason"] = "stubborn"
    reply["PhysicalResourceId"] = "stubborn"
    body = json.dumps(reply).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""


def test_a_bucket_with_objects_is_deleted_with_its_stack(
    member: EmulatedSession, cloudformation: "CloudFormationClient"
) -> None:
    """AWS: DELETE_FAILED, the bucket is not empty."""
    stack_id = a_stack(cloudformation, {"Resources": {"Files": {"Type": "AWS::S3::Bucket"}}})
    resources = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]
    bucket = resources[0]["PhysicalResourceId"]
    member.client("s3").put_object(Bucket=bucket, Key="precious", Body=b"data")
    delete(cloudformation, stack_id)


def test_deleting_an_imported_export_is_refused_at_once(
    cloudformation: "CloudFormationClient",
) -> None:
    """AWS: the call succeeds, the delete is cancelled and the status goes back."""
    name = a_name("export")
    output = {"Value": "x", "Export": {"Name": name}}
    exporter = a_stack(cloudformation, TOPIC | {"Outputs": {"Shared": output}})
    value = {"Type": "String", "Value": {"Fn::ImportValue": name}}
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": value}
    a_stack(cloudformation, {"Resources": {"Imported": parameter}})
    with pytest.raises(ClientError, match=f"Export {name} is imported by stack"):
        cloudformation.delete_stack(StackName=exporter)
    await_status(cloudformation, exporter, "CREATE_COMPLETE")


def test_list_stacks_shows_an_update_time_at_birth(
    cloudformation: "CloudFormationClient",
) -> None:
    """AWS: absent until the first update. DescribeStacks is corrected by local/emulator_server."""
    stack_id = a_stack(cloudformation)
    summaries = cloudformation.list_stacks()["StackSummaries"]
    (mine,) = [each for each in summaries if each.get("StackId") == stack_id]
    assert abs(mine["LastUpdatedTime"] - mine["CreationTime"]) < timedelta(seconds=1)


def test_a_failed_delete_takes_what_the_resource_depends_on(
    member: EmulatedSession, cloudformation: "CloudFormationClient"
) -> None:
    """AWS: keeps it. Hence the seeds' custom resources are answered from another stack."""
    topic = {"Type": "AWS::SNS::Topic"}
    role = role_trusting({"Service": "lambda.amazonaws.com"})
    iam = member.client("iam").create_role(RoleName=a_name("cr"), AssumeRolePolicyDocument=role)
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.answer",
            "Role": iam["Role"]["Arn"],
            "Code": {"ZipFile": REFUSES_TO_DELETE},
        },
    }
    custom = {
        "Type": "Custom::Stubborn",
        "DependsOn": "Needed",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}},
    }
    template = {"Resources": {"Needed": topic, "Function": function, "Stubborn": custom}}
    stack_id = a_stack(cloudformation, template)
    cloudformation.delete_stack(StackName=stack_id)
    await_status(cloudformation, stack_id, "DELETE_FAILED")
    left = cloudformation.list_stack_resources(StackName=stack_id)["StackResourceSummaries"]
    assert [resource["LogicalResourceId"] for resource in left] == ["Stubborn"]


def test_a_service_role_is_ignored_and_forgotten(cloudformation: "CloudFormationClient") -> None:
    """AWS: a role that does not exist is refused, and DescribeStacks returns the stack's role."""
    stack_id = cloudformation.create_stack(
        StackName=a_name("role"),
        TemplateBody=json.dumps(TOPIC),
        RoleARN=f"arn:aws:iam::{MEMBER}:role/does-not-exist",
    )["StackId"]
    await_status(cloudformation, stack_id, "CREATE_COMPLETE")
    assert "RoleARN" not in cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]


def test_recovery_and_expiry_of_a_table_are_ignored(
    member: EmulatedSession, cloudformation: "CloudFormationClient"
) -> None:
    """AWS: both are enabled. The template tests assert that the template asks for them."""
    properties = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }
    table = {"Type": "AWS::DynamoDB::Table", "Properties": properties}
    stack_id = a_stack(cloudformation, {"Resources": {"Table": table}})
    resources = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]
    backups = member.client("dynamodb").describe_continuous_backups(
        TableName=resources[0]["PhysicalResourceId"]
    )["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert recovery == "DISABLED"
