"""A unit in which CodeDeploy deploys: its deployments, its functions, and its table of verdicts.

CodeDeploy and Lambda are fakes behind the exchange, since moto's CodeDeploy has neither revisions
nor targets; the table is moto's own, in the member's account.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3

from steward.domain.stacks import Unit
from steward.ledger.unit_records import UnitRecords
from tests.factories import NOW, UNIT
from tests.integration.functions.exchange import Call, Refused
from tests.rollout_values import ALIAS, APPLICATION, FUNCTION, GROUP

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "steward-rollouts"
DIGEST = "steward-NoticeDigestFunction-1A2B3C:live"
STACK_ID = (
    "arn:aws:cloudformation:eu-west-1:222222222222:stack/shop/0a1b2c3d-1111-2222-3333-444455556666"
)
_SHIFTED = timedelta(minutes=3)


def app_spec(target: str = "4", current: str = "3") -> str:
    properties = {
        "Name": FUNCTION,
        "Alias": ALIAS,
        "CurrentVersion": current,
        "TargetVersion": target,
    }
    return json.dumps(
        {
            "version": "0.0",
            "Resources": [
                {"Checkout": {"Type": "AWS::Lambda::Function", "Properties": properties}}
            ],
            "Hooks": [
                {"BeforeAllowTraffic": "CodeDeployHook_steward-pre"},
                {"AfterAllowTraffic": "CodeDeployHook_steward-post"},
            ],
        }
    )


@dataclass
class Deployed:
    """One deployment as CodeDeploy knows it; fields are those of its answers."""

    deployment_id: str
    status: str = "InProgress"
    creator: str = "CloudFormation"
    created_at: datetime = NOW
    completed_at: datetime | None = None
    spec: str = field(default_factory=app_spec)
    error: dict[str, str] = field(default_factory=dict)
    rollback: dict[str, str] = field(default_factory=dict)
    shifting: bool = False
    platform: str = "Lambda"

    def info(self) -> dict[str, Any]:
        ended = {"completeTime": self.completed_at} if self.completed_at else {}
        error = {"errorInformation": self.error} if self.error else {}
        rollback = {"rollbackInfo": self.rollback} if self.rollback else {}
        return {
            "applicationName": APPLICATION,
            "deploymentGroupName": GROUP,
            "deploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
            "deploymentId": self.deployment_id,
            "status": self.status,
            "creator": self.creator,
            "createTime": self.created_at,
            "startTime": self.created_at + timedelta(seconds=5),
            "computePlatform": self.platform,
            "revision": {"revisionType": "String", "string": {"sha256": self.deployment_id}},
            **ended,
            **error,
            **rollback,
        }

    def target(self) -> dict[str, Any]:
        begun = self.created_at + timedelta(minutes=1)
        shift = [{"lifecycleEventName": "AllowTraffic", "status": "Succeeded"}]
        if self.shifting:
            shift[0] |= {"startTime": begun, "endTime": begun + _SHIFTED}  # type: ignore[dict-item]
        return {
            "deploymentId": self.deployment_id,
            "targetId": FUNCTION,
            "status": "InProgress",
            "lifecycleEvents": shift,
        }


@dataclass
class FakeCodeDeploy:
    """Answers by deployment id; a deployment that is not there does not exist (any more)."""

    deployments: dict[str, Deployed] = field(default_factory=dict)

    def add(self, deployed: Deployed) -> Deployed:
        self.deployments[deployed.deployment_id] = deployed
        return deployed

    def __call__(self, call: Call) -> dict[str, Any]:
        assert call.role is not None, "CodeDeploy of the hub was asked"
        match call.operation:
            case "GetDeployment":
                return {"deploymentInfo": self._one(call).info()}
            case "GetApplicationRevision":
                one = self.deployments[call.params["revision"]["string"]["sha256"]]
                content = {"content": one.spec, "sha256": one.deployment_id}
                return {"revision": {"revisionType": "String", "string": content}}
            case "ListDeploymentTargets":
                self._one(call)
                return {"targetIds": [FUNCTION]}
            case "GetDeploymentTarget":
                target = {"deploymentTargetType": "LambdaTarget"}
                return {"deploymentTarget": target | {"lambdaTarget": self._one(call).target()}}
            case _:
                raise AssertionError(f"{call.operation} is not what the history asks")

    def _one(self, call: Call) -> Deployed:
        deployment_id = call.params["deploymentId"]
        if deployment_id not in self.deployments:
            raise Refused("DeploymentDoesNotExistException", f"no deployment {deployment_id}")
        return self.deployments[deployment_id]


@dataclass
class FakeLambda:
    """The member's function, and the hub's digest, whose invocations are noted."""

    tags: dict[str, str] | None = field(
        default_factory=lambda: {
            "aws:cloudformation:stack-name": "shop",
            "owner": "checkout@example.com",
        }
    )
    description: str = "commit-time=2026-11-23T08:30:00Z"
    woken: list[str] = field(default_factory=list)

    def __call__(self, call: Call) -> dict[str, Any]:
        if call.operation == "Invoke":
            assert call.role is None, "the digest is the hub's own"
            self.woken.append(call.params["FunctionName"])
            return {"StatusCode": 202}
        if self.tags is None:
            raise Refused("ResourceNotFoundException", "Function not found")
        if call.operation == "ListTags":
            return {"Tags": self.tags}
        assert call.operation == "GetFunctionConfiguration", call.operation
        return {"FunctionName": FUNCTION, "Description": self.description}


def member_table(unit: Unit = UNIT, *, create: bool = True) -> UnitRecords:
    """The table of org/members/hooks.yaml in the member's account, as its hooks write to it."""
    client = _in_member(unit)
    if create:
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
    return UnitRecords(client, TABLE, timedelta(days=30))


def _in_member(unit: Unit) -> "DynamoDBClient":
    arn = f"arn:aws:iam::{unit.account_id}:role/steward-read"
    given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="hooks")["Credentials"]
    return boto3.client(
        "dynamodb",
        region_name=unit.region,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
