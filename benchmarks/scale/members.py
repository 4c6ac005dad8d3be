"""What the services of member accounts answer, alike in every unit, by who asks and where."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.scale.shape import (
    ENDING_REGION,
    FUNCTIONS,
    LEASES,
    NEW_RUNTIME,
    OLD_RUNTIME,
    STACKS,
)
from benchmarks.scale.wire import Answer, Reply, Request
from benchmarks.shape import STACK_AGE

_CLOUDFORMATION = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


@dataclass(frozen=True, slots=True)
class MemberServices:
    """`now`: stacks are a month old by then."""

    now: datetime

    def answers(self) -> dict[str, Answer]:
        return {
            "sts.AssumeRole": _assume_role,
            "cloudformation.DescribeStacks": self._describe_stacks,
            "lambda.ListFunctions": _list_functions,
            "lambda.GetRuntimeManagementConfig": lambda _: _json(
                {"UpdateRuntimeOn": "Auto", "FunctionArn": "orders"}
            ),
            "lambda.ListFunctionUrlConfigs": lambda _: _json({"FunctionUrlConfigs": []}),
            "lambda.ListAliases": lambda _: _json({"Aliases": []}),
            "lambda.ListEventSourceMappings": lambda _: _json({"EventSourceMappings": []}),
            "cloudwatch.GetMetricData": lambda _: _json({"MetricDataResults": []}),
            "synthetics.DescribeCanaries": lambda _: _json({"Canaries": []}),
        }

    def _describe_stacks(self, request: Request) -> Reply:
        created = (self.now - STACK_AGE).isoformat()
        rows = "".join(_stack(request, number, created) for number in range(STACKS))
        return Reply(
            f'<DescribeStacksResponse xmlns="{_CLOUDFORMATION}"><DescribeStacksResult>'
            f"<Stacks>{rows}</Stacks></DescribeStacksResult></DescribeStacksResponse>".encode()
        )


def _assume_role(request: Request) -> Reply:
    """The access key is the account's id, so that later requests tell whose they are."""
    account = request.form["RoleArn"].split(":")[4]
    expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return Reply(
        (
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<AssumeRoleResult><Credentials><AccessKeyId>{account}</AccessKeyId>"
            "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            f"<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult>"
            "</AssumeRoleResponse>"
        ).encode()
    )


def _stack(request: Request, number: int, created: str) -> str:
    name = f"{'feat' if number < LEASES else 'svc'}-orders-{number}"
    where = f"arn:aws:cloudformation:{request.region}:{request.access_key}:stack"
    stack_id = f"{where}/{name}/00000000-0000-0000-0000-{number:012d}"
    return (
        f"<member><StackId>{stack_id}</StackId><StackName>{name}</StackName>"
        f"<CreationTime>{created}</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>"
        "<EnableTerminationProtection>false</EnableTerminationProtection><Tags>"
        "<member><Key>owner</Key><Value>dev@example.com</Value></member></Tags></member>"
    )


def _list_functions(request: Request) -> Reply:
    rows = [_function(request, number) for number in range(FUNCTIONS)]
    return _json({"Functions": rows})


def _function(request: Request, number: int) -> dict[str, object]:
    name = f"orders-{number}"
    ends = request.region == ENDING_REGION and number == 0
    where = f"arn:aws:lambda:{request.region}:{request.access_key}:function"
    return {
        "FunctionName": name,
        "FunctionArn": f"{where}:{name}",
        "Runtime": OLD_RUNTIME if ends else NEW_RUNTIME,
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "LastModified": "2026-11-01T00:00:00.000+0000",
    }


def _json(answer: object) -> Reply:
    return Reply(json.dumps(answer).encode())
