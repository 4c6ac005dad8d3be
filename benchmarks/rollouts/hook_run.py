"""Run as a process of its own: one cold run of a hook with the default checks, timed.

AWS is answered in this process, so what is measured is the hook. Prints one JSON object: processor
seconds of the import, of the run that begins cold, and of the next one; the calls of a run in
order; and whether AWS X-Ray's SDK was loaded.
"""

import io
import json
import os
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

FUNCTION = "shop-orders"
ARN = f"arn:aws:lambda:eu-west-1:111111111111:function:{FUNCTION}"
REVISION = {"revisionType": "String", "string": {"content": "", "sha256": "0" * 64}}
APP_SPEC = json.dumps(
    {
        "version": 0.0,
        "Resources": [
            {
                FUNCTION: {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Name": FUNCTION,
                        "Alias": "live",
                        "CurrentVersion": "3",
                        "TargetVersion": "4",
                    },
                }
            }
        ],
        "Hooks": [{"BeforeAllowTraffic": "CodeDeployHook_steward-pre"}],
    }
)
NO_CONCURRENCY = "ProvisionedConcurrencyConfigNotFoundException"
EVENT = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "execution"}


def answers(now: datetime) -> dict[str, Any]:
    """By operation. None: an error that says that there is none."""
    deployment = {
        "applicationName": "shop",
        "deploymentGroupName": "orders",
        "deploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        "deploymentId": EVENT["DeploymentId"],
        "revision": REVISION,
        "status": "InProgress",
        "creator": "CloudFormation",
        "computePlatform": "Lambda",
        "createTime": now,
        "startTime": now,
        "deploymentStyle": {
            "deploymentType": "BLUE_GREEN",
            "deploymentOption": "WITH_TRAFFIC_CONTROL",
        },
    }
    target = {
        "deploymentTargetType": "LambdaTarget",
        "lambdaTarget": {
            "deploymentId": EVENT["DeploymentId"],
            "targetId": FUNCTION,
            "status": "InProgress",
            "lifecycleEvents": [
                {
                    "lifecycleEventName": "BeforeAllowTraffic",
                    "startTime": now,
                    "status": "InProgress",
                }
            ],
            "lambdaFunctionInfo": {
                "functionName": FUNCTION,
                "functionAlias": "live",
                "currentVersion": "3",
                "targetVersion": "4",
            },
        },
    }
    configuration = {
        "FunctionName": FUNCTION,
        "FunctionArn": ARN,
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::111111111111:role/shop",
        "Handler": "app.handler",
        "Timeout": 10,
        "MemorySize": 256,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
    }
    return {
        "GetDeployment": {"deploymentInfo": deployment},
        "GetApplicationRevision": {
            "revision": REVISION | {"string": {"content": APP_SPEC, "sha256": "0" * 64}}
        },
        "ListDeploymentTargets": {"targetIds": [FUNCTION]},
        "GetDeploymentTarget": {"deploymentTarget": target},
        "GetDeploymentGroup": {
            "deploymentGroupInfo": {"alarmConfiguration": {"enabled": True, "alarms": []}}
        },
        "GetFunctionConfiguration": configuration,
        "ListTags": {"Tags": {"steward:rollout": "enabled"}},
        "GetParameters": {"Parameters": [], "InvalidParameters": []},
        "GetProvisionedConcurrencyConfig": None,
        "Invoke": {"StatusCode": 204, "ExecutedVersion": "4", "Payload": io.BytesIO()},
        "PutEvents": {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]},
    }


def answered(calls: list[str]) -> Any:
    """In the place of botocore's way to the network."""
    known = answers(datetime.now(UTC))

    def make_api_call(client: Any, operation: str, _parameters: object) -> Any:
        calls.append(operation)
        answer = known.get(operation, {})
        if answer is None:
            error = {"Error": {"Code": NO_CONCURRENCY, "Message": "there is none"}}
            raise client.exceptions.from_code(NO_CONCURRENCY)(error, operation)
        return answer

    return make_api_call


def run(app: Any, number: int) -> float:
    context = SimpleNamespace(
        function_name="CodeDeployHook_steward-pre",
        memory_limit_in_mb=1024,
        invoked_function_arn=ARN,
        aws_request_id=f"request-{number}",
        get_remaining_time_in_millis=lambda: 900_000,
    )
    started = time.process_time()
    answer = app.before_traffic(EVENT, context)
    seconds = time.process_time() - started
    if answer["status"] != "Succeeded":
        raise SystemExit(f"the hook said {answer}")
    return seconds


def main(folder: str) -> None:
    sys.path.insert(0, folder)
    started = time.process_time()
    app = import_module("app")
    imported = time.process_time() - started
    from botocore.client import BaseClient

    calls: list[str] = []
    # The stubs know no private method; it is the one way that every client's calls take.
    BaseClient._make_api_call = answered(calls)  # type: ignore[attr-defined]
    first = run(app, 1)
    of_one = tuple(calls)
    second = run(app, 2)
    found = {"import": imported, "first": first, "second": second, "calls": of_one}
    print(json.dumps(found | {"x_ray": "aws_xray_sdk" in sys.modules}), file=sys.__stderr__)


if __name__ == "__main__":
    os.environ |= {
        "ROLLOUTS_TABLE": "steward-rollouts",
        "RECORD_RETENTION_DAYS": "90",
        "GUARD_QUEUE_URL": "https://queue.example.com/1/guard",
        "POWERTOOLS_SERVICE_NAME": "benchmark",
        "POWERTOOLS_METRICS_NAMESPACE": "Steward",
    }
    main(sys.argv[1])
