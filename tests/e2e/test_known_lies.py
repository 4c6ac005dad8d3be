"""Where the emulator differs from AWS, asserted so that an upgrade which mends one shows here.

What a lie touches is proven elsewhere: by unit tests, or by template tests. When one of these
fails, AWS's behaviour is to be expected from then on: delete the test, and what works around it.
"""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.emulated_session import CLIENT_CONFIG, EmulatedSession
from local.emulator import Emulator
from local.organization import MemberAccount, create_organization
from local.stack_operations import Deployment, await_status, create, delete
from tests.e2e.plain_ministack import plain_ministack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

pytestmark = pytest.mark.e2e

MEMBER = "222222222222"
TOPIC: dict[str, Any] = {"Resources": {"Events": {"Type": "AWS::SNS::Topic"}}}
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

LOGGED_WITHIN_SECONDS = 10.0
QUEUE_WITH_A_FUNCTION: dict[str, Any] = {
    "Parameters": {"Most": {"Type": "Number"}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.answer",
                "Role": f"arn:aws:iam::{MEMBER}:role/any",
                "Code": {"ZipFile": "def answer(event, context):\n    return {}\n"},
            },
        },
        "Source": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
                "ScalingConfig": {"MaximumConcurrency": {"Ref": "Most"}},
            },
        },
    },
}


@pytest.fixture
def member(emulator: Emulator) -> EmulatedSession:
    return EmulatedSession(emulator.endpoint, MEMBER)


@pytest.fixture
def cloudformation(member: EmulatedSession) -> "CloudFormationClient":
    return member.client("cloudformation")


def a_name(word: str) -> str:
    return f"feat-{word}-{uuid.uuid4().hex[:8]}"


def a_stack(
    client: "CloudFormationClient",
    template: dict[str, Any] = TOPIC,
    settles_as: str = "CREATE_COMPLETE",
    **parameters: str,
) -> str:
    deployment = Deployment(a_name("lie"), json.dumps(template), parameters, {})
    return create(client, deployment, settles_as)


def role_trusting(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(actions: list[str], **condition: Any) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"} | condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_bucket_with_objects_is_deleted_with_its_stack(
    member: EmulatedSession, cloudformation: "CloudFormationClient"
) -> None:
    """AWS: DELETE_FAILED, the bucket is not empty."""
    stack_id = a_stack(cloudformation, {"Resources": {"Files": {"Type": "AWS::S3::Bucket"}}})
    resources = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]
    bucket = resources[0]["PhysicalResourceId"]
    member.client("s3").put_object(Bucket=bucket, Key="precious", Body=b"data")
    delete(cloudformation, stack_id)


def test_stack_status_events_are_not_on_the_bus(
    member: EmulatedSession, cloudformation: "CloudFormationClient"
) -> None:
    """AWS: EventBridge delivers "CloudFormation Stack Status Change"."""
    queues = member.client("sqs")
    url = queues.create_queue(QueueName=a_name("status"))["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    rules = member.client("events")
    rules.put_rule(
        Name="status", EventPattern=json.dumps({"source": ["aws.cloudformation", "steward.probe"]})
    )
    rules.put_targets(Rule="status", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    a_stack(cloudformation)
    rules.put_events(Entries=[{"Source": "steward.probe", "DetailType": "probe", "Detail": "{}"}])
    received = queues.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)
    sources = [json.loads(message["Body"])["source"] for message in received["Messages"]]
    assert sources == ["steward.probe"]


def test_a_client_cannot_put_an_event_of_aws(member: EmulatedSession) -> None:
    """AWS refuses as well; hence status events are handed to the function directly."""
    answer = member.client("events").put_events(
        Entries=[{"Source": "aws.cloudformation", "DetailType": "any", "Detail": "{}"}]
    )
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"


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


def test_a_change_set_of_a_rolled_back_creation_is_accepted(
    cloudformation: "CloudFormationClient",
) -> None:
    """AWS: ROLLBACK_COMPLETE can only be deleted."""
    twice = {"Type": "String", "Name": f"/{a_name('twice')}", "Value": "x"}
    first = {"Type": "AWS::SSM::Parameter", "Properties": twice}
    template = {"Resources": {"First": first, "Second": first | {"DependsOn": "First"}}}
    stack_id = a_stack(cloudformation, template, "ROLLBACK_COMPLETE")
    answer = cloudformation.create_change_set(
        StackName=stack_id, ChangeSetName="steward-1", UsePreviousTemplate=True, Tags=[]
    )
    assert answer["Id"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedSession]:
    with plain_ministack(tmp_path_factory.mktemp("plain")) as endpoint:
        yield EmulatedSession(endpoint, MEMBER)


def test_a_change_set_is_not_found_by_the_stack_id(plain: EmulatedSession) -> None:
    """AWS: a name or a StackId names the stack. Corrected by local/emulator_server."""
    client = plain.client("cloudformation")
    stack_id = a_stack(client)
    client.create_change_set(
        StackName=stack_id,
        ChangeSetName="steward-1",
        UsePreviousTemplate=True,
        Tags=[{"Key": "a", "Value": "b"}],
    )
    name = stack_id.split("/")[1]
    assert client.describe_change_set(StackName=name, ChangeSetName="steward-1")["Changes"]
    with pytest.raises(client.exceptions.ChangeSetNotFoundException):
        client.describe_change_set(StackName=stack_id, ChangeSetName="steward-1")
    with pytest.raises(client.exceptions.ChangeSetNotFoundException):
        client.execute_change_set(StackName=stack_id, ChangeSetName="steward-1")


def test_a_change_set_shows_hidden_parameters(cloudformation: "CloudFormationClient") -> None:
    """AWS: masked. Steward must not log the parameters of a change set."""
    template = TOPIC | {"Parameters": {"Secret": {"Type": "String", "NoEcho": True}}}
    stack_id = a_stack(cloudformation, template, Secret="swordfish")
    change_set = cloudformation.create_change_set(
        StackName=stack_id,
        ChangeSetName="steward-1",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Secret", "UsePreviousValue": True}],
        Tags=[{"Key": "a", "Value": "b"}],
    )
    described = cloudformation.describe_change_set(ChangeSetName=change_set["Id"])
    assert described["Parameters"][0]["ParameterValue"] == "swordfish"


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


def test_a_concurrency_from_a_parameter_breaks_the_queue() -> None:
    """AWS: the text of a Number parameter becomes a number. Hence the Mappings of template.yaml."""
    with Emulator() as of_its_own:  # the queues of every account would stand still
        session = EmulatedSession(of_its_own.endpoint, MEMBER)
        stack_id = a_stack(session.client("cloudformation"), QUEUE_WITH_A_FUNCTION, Most="5")
        url = session.client("cloudformation").describe_stack_resource(
            StackName=stack_id, LogicalResourceId="Queue"
        )["StackResourceDetail"]["PhysicalResourceId"]
        session.client("sqs").send_message(QueueUrl=url, MessageBody="never received")
        await_in_log(of_its_own, "ESM SQS poller error")
        attributes = session.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        assert attributes["ApproximateNumberOfMessages"] == "1"


def await_in_log(running: Emulator, words: str) -> None:
    deadline = time.monotonic() + LOGGED_WITHIN_SECONDS
    while words not in (log := running.log.read_text()):
        assert time.monotonic() < deadline, f"{words!r} is not in the log:\n{log}"


def test_the_validators_of_a_policy_are_not_asked(member: EmulatedSession) -> None:
    """AWS: refuses content that the schema refuses."""
    client = member.client("appconfig")
    application = client.create_application(Name=a_name("policy"))["Id"]
    schema = json.dumps({"type": "object", "required": ["version"]})
    profile = client.create_configuration_profile(
        ApplicationId=application,
        Name="policy",
        LocationUri="hosted",
        Validators=[{"Type": "JSON_SCHEMA", "Content": schema}],
    )["Id"]
    version = client.create_hosted_configuration_version(
        ApplicationId=application,
        ConfigurationProfileId=profile,
        Content=b"{}",
        ContentType="application/json",
    )
    assert version["VersionNumber"] == 1


def test_a_role_that_does_not_exist_can_be_assumed(member: EmulatedSession) -> None:
    """AWS: AccessDenied. So roles are proven with IAM enforced only."""
    answer = member.client("sts").assume_role(
        RoleArn="arn:aws:iam::333333333333:role/does-not-exist", RoleSessionName="probe"
    )
    assert answer["Credentials"]["AccessKeyId"]


def test_a_member_sees_an_organization_of_its_own(emulator: Emulator) -> None:
    """AWS: a member that is no delegated administrator is denied ListAccounts."""
    organization = create_organization(emulator.endpoint, (MemberAccount("lone", "Lonely"),))
    accounts = organization.session("lone").client("organizations").list_accounts()["Accounts"]
    assert [account["Id"] for account in accounts] == [organization.accounts["lone"]]


def test_only_cloudformation_travels_in_time(emulator: Emulator, member: EmulatedSession) -> None:
    """Schedules, queues, tables and mails know the wall clock only."""
    emulator.control.travel_to(datetime.now(UTC) - timedelta(days=100))
    table = member.client("dynamodb").create_table(
        TableName=a_name("clock"),
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )["TableDescription"]
    assert abs(table["CreationDateTime"] - datetime.now(UTC)) < timedelta(minutes=2)


@pytest.mark.parametrize(
    "condition",
    [
        {"cloudformation:ChangeSetName": "steward-*"},
        {"aws:ResourceTag/stage": "feature"},
        {"aws:ResourceOrgID": "*"},
    ],
    ids=lambda condition: next(iter(condition)),
)
def test_condition_keys_of_the_resource_never_match(
    enforcing_emulator: Emulator, condition: dict[str, str]
) -> None:
    """AWS: the matching request is allowed.

    Hence UseConditionKeys=false in the members here, and no OrganizationId in the hub.
    """
    session = EmulatedSession(enforcing_emulator.endpoint, MEMBER)
    stack_id = create(
        session.client("cloudformation"),
        Deployment(a_name("condition"), json.dumps(TOPIC), {}, {"stage": "feature"}),
        "CREATE_COMPLETE",
    )
    limited = assumed(
        session,
        allowing(["cloudformation:CreateChangeSet"], Condition={"StringLike": condition}),
    )
    with pytest.raises(ClientError, match="not authorized"):
        limited.create_change_set(
            StackName=stack_id, ChangeSetName="steward-1", UsePreviousTemplate=True, Tags=[]
        )


def test_passing_a_role_needs_no_permission(enforcing_emulator: Emulator) -> None:
    """AWS: iam:PassRole is checked when DeleteStack names a role."""
    session = EmulatedSession(enforcing_emulator.endpoint, MEMBER)
    stack_id = a_stack(session.client("cloudformation"))
    limited = assumed(session, allowing(["cloudformation:DeleteStack"]))
    limited.delete_stack(
        StackName=stack_id, RoleARN=f"arn:aws:iam::{MEMBER}:role/steward-cloudformation"
    )
    await_status(session.client("cloudformation"), stack_id, "DELETE_COMPLETE")


def test_the_role_of_a_delete_never_matches_its_condition_key(
    enforcing_emulator: Emulator,
) -> None:
    """AWS: allowed, as the delete names the role of the condition. Here it fails closed."""
    session = EmulatedSession(enforcing_emulator.endpoint, MEMBER)
    stack_id = a_stack(session.client("cloudformation"))
    role = f"arn:aws:iam::{MEMBER}:role/steward-cloudformation"
    condition = {"ArnEquals": {"cloudformation:RoleArn": role}}
    limited = assumed(session, allowing(["cloudformation:DeleteStack"], Condition=condition))
    with pytest.raises(ClientError, match="not authorized"):
        limited.delete_stack(StackName=stack_id, RoleARN=role)


def assumed(session: EmulatedSession, policy: str) -> "CloudFormationClient":
    """CloudFormation under a new role that has this policy and nothing else."""
    name = a_name("role")
    iam = session.client("iam")
    trust = role_trusting({"AWS": f"arn:aws:iam::{MEMBER}:root"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="limited", PolicyDocument=policy)
    issued = session.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")
    credentials = issued["Credentials"]
    return boto3.client(
        "cloudformation",
        region_name=session.region_name,
        endpoint_url=session.client("cloudformation").meta.endpoint_url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=CLIENT_CONFIG,
    )
