"""Shifting traffic: what Lambda, CloudWatch and CodeDeploy lack, and where ours still differ."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from tests.e2e.known_lies.making import a_name, a_stack, role_trusting

pytestmark = pytest.mark.e2e

CODE = "def handler(event, context): return context.function_version"
FAILING = "def handler(event, context): raise ValueError()"


def a_function(session: EmulatedSession, code: str = CODE) -> str:
    """With the versions 1 and 2, and an alias whose whole weight is on 2."""
    name = a_name("web")
    trust = role_trusting({"Service": "lambda.amazonaws.com"})
    role = session.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    functions = session.client("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="app.handler",
        Code={"ZipFile": zipped(code)},
        Publish=True,
    )
    functions.update_function_code(FunctionName=name, ZipFile=zipped(code + "\n"), Publish=True)
    functions.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
    )
    return name


def zipped(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("app.py", code)
    return packed.getvalue()


def values(session: EmulatedSession, *queries: dict[str, Any], **more: Any) -> Any:
    now = datetime.now(UTC)
    return session.client("cloudwatch").get_metric_data(
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        MetricDataQueries=list(queries),  # type: ignore[arg-type]
        **more,
    )["MetricDataResults"]


def query(
    name: str, statistic: str, /, *, period: int = 86400, **dimensions: str
) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/Lambda" if dimensions else "Shop",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    return {"Id": "m", "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic}}


def test_the_weights_of_an_alias_are_ignored(plain: EmulatedSession) -> None:
    """AWS: version 2."""
    name = a_function(plain)
    answer = plain.client("lambda").invoke(FunctionName=name, Qualifier="live")
    assert answer["ExecutedVersion"] == "1"


def test_invocations_of_an_alias_count_for_the_function_only(plain: EmulatedSession) -> None:
    """AWS: for the alias and its version too."""
    name = a_function(plain)
    plain.client("lambda").invoke(FunctionName=name, Qualifier="live")
    of_alias = query("Invocations", "Sum", FunctionName=name, Resource=f"{name}:live")
    assert values(plain, query("Invocations", "Sum", FunctionName=name))[0]["Values"] == [1]
    assert values(plain, of_alias)[0]["Values"] == []


def test_the_error_of_an_asynchronous_invocation_does_not_count(plain: EmulatedSession) -> None:
    """AWS: one error."""
    name = a_function(plain, FAILING)
    functions = plain.client("lambda")
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    functions.invoke(FunctionName=name, InvocationType="Event")
    assert values(plain, query("Invocations", "Sum", FunctionName=name))[0]["Values"] == [1]
    assert values(plain, query("Errors", "Sum", FunctionName=name))[0]["Values"] == [0]


def test_counts_between_bounds_are_averages(plain: EmulatedSession) -> None:
    """AWS: 1, the number of samples above 5."""
    name = a_name("wait")
    plain.client("cloudwatch").put_metric_data(
        Namespace="Shop", MetricData=[{"MetricName": name, "Values": [1.0, 11.0]}]
    )
    assert values(plain, query(name, "TC(5:)"))[0]["Values"] == [6]


def test_an_alarm_sees_the_metrics_of_others(plain: EmulatedSession) -> None:
    """AWS: INSUFFICIENT_DATA, as nothing has its dimensions."""
    name, alarms = a_name("errors"), plain.client("cloudwatch")
    alarms.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": name, "Value": 9.0}])
    alarms.put_metric_alarm(
        AlarmName=name,
        Namespace="Shop",
        MetricName=name,
        Dimensions=[{"Name": "Shop", "Value": "another"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    (found,) = alarms.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert found["StateValue"] == "ALARM"


def test_codedeploy_is_not_there(plain: EmulatedSession) -> None:
    with pytest.raises(ClientError, match="400"):
        plain.client("codedeploy").list_deployments()


@pytest.mark.parametrize("kind", ["AWS::CodeDeploy::Application", "AWS::Events::EventBusPolicy"])
def test_types_of_resources_are_not_there(plain: EmulatedSession, kind: str) -> None:
    template = {"Resources": {"Part": {"Type": kind, "Properties": {}}}}
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        a_stack(plain.client("cloudformation"), template)


def test_metric_math_is_not_done(member: EmulatedSession) -> None:
    """AWS: the sum."""
    first = query("Invocations", "Sum", FunctionName="web")
    (_, answer) = values(member, first, {"Id": "e", "Expression": "m * 2"})
    assert answer["StatusCode"] == "InternalError"


def test_metric_data_comes_oldest_first(member: EmulatedSession) -> None:
    """AWS: newest first, unless asked otherwise ("GetMetricData", ScanBy)."""
    name, now = a_name("wait"), datetime.now(UTC)
    data = [
        {"MetricName": name, "Timestamp": now - timedelta(minutes=age), "Value": 1.0}
        for age in (20, 10)
    ]
    member.client("cloudwatch").put_metric_data(
        Namespace="Shop",
        MetricData=data,  # type: ignore[arg-type]
    )
    asked = values(member, query(name, "Sum", period=60), ScanBy="TimestampDescending")
    first, second = asked[0]["Timestamps"]
    assert first < second


def test_an_alias_of_a_nested_stack_moves_at_once(member: EmulatedSession) -> None:
    """AWS: by CodeDeploy, as its update policy says; here its group is never even looked for."""
    bucket, name = a_name("templates"), a_function(member)
    member.client("lambda").delete_alias(FunctionName=name, Name="live")
    policy = {"ApplicationName": "none", "DeploymentGroupName": "none"}
    alias = {
        "Type": "AWS::Lambda::Alias",
        "Properties": {"FunctionName": name, "Name": "live", "FunctionVersion": {"Ref": "V"}},
        "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": policy},
    }
    child = {"Parameters": {"V": {"Type": "String"}}, "Resources": {"Alias": alias}}
    storage = member.client("s3")
    storage.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    storage.put_object(Bucket=bucket, Key="child.json", Body=json.dumps(child).encode())
    url = f"{storage.meta.endpoint_url}/{bucket}/child.json"
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, "Parameters": {"V": {"Ref": "V"}}},
    }
    template = {"Parameters": {"V": {"Type": "String"}}, "Resources": {"Child": nested}}
    stacks = member.client("cloudformation")
    stack = a_stack(stacks, template, V="1")
    stacks.update_stack(
        StackName=stack,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "V", "ParameterValue": "2"}],
    )
    stacks.get_waiter("stack_update_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    moved = member.client("lambda").get_alias(FunctionName=name, Name="live")
    assert moved["FunctionVersion"] == "2"
