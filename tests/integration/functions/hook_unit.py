"""The account and region of a workload, as the rollout functions beside it meet it."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.aws import clients
from steward.domain.rollouts.results import Phase, Verdict
from steward.ledger.unit_records import UnitRecords
from steward.observability import metrics
from tests.integration.functions.exchange import Call, Exchange, Refused
from tests.integration.functions.hook_codedeploy import DEPLOYMENT, STARTED, FakeCodeDeploy
from tests.integration.functions.samples import sample

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "steward-rollouts"
FUNCTION_TIMEOUT_SECONDS = 3
EXECUTION = sample("codedeploy_hook")["LifecycleEventHookExecutionId"]


class _Body:
    """Botocore's stream of an answer."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, *_size: int) -> bytes:
        return self._content

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FakeLambda:
    """The function `shop`: `config` changes a version, `answers` is what its versions answer."""

    config: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=lambda: {"steward:rollout": "enabled"})
    answers: dict[str, Any] = field(default_factory=lambda: {"statusCode": 200})

    def __call__(self, call: Call) -> dict[str, Any]:
        match call.operation:
            case "ListTags":
                return {"Tags": self.tags}
            case "GetFunctionConfiguration":
                return self._configuration(call.params.get("Qualifier", "$LATEST"))
            case "GetProvisionedConcurrencyConfig":
                raise Refused("ProvisionedConcurrencyConfigNotFoundException", "there is none")
            case "Invoke":
                return self._invoked(call.params)
            case _:
                raise AssertionError(f"a hook has no business with {call.operation}")

    def _configuration(self, version: str) -> dict[str, Any]:
        arn = "arn:aws:lambda:eu-west-1:222222222222:function:shop"
        return {
            "FunctionName": "shop",
            "FunctionArn": arn if version == "$LATEST" else f"{arn}:{version}",
            "Version": version,
            "Runtime": "python3.13",
            "Role": "arn:aws:iam::222222222222:role/shop",
            "Handler": "app.handler",
            "Timeout": FUNCTION_TIMEOUT_SECONDS,
            "MemorySize": 256,
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "Architectures": ["arm64"],
        } | self.config.get(version, {})

    def _invoked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if asked.get("InvocationType") == "DryRun":
            return {"StatusCode": 204, "Payload": _Body(b"")}
        body = _Body(json.dumps(self.answers).encode())
        executed = "4" if asked["Qualifier"] == "live" else asked["Qualifier"]
        return {"StatusCode": 200, "Payload": body, "ExecutedVersion": executed}


class RunContext(LambdaContext):
    def __init__(self, function: str, unit: "HookUnit", ends_at: datetime) -> None:
        self._function_name = function
        self._memory_limit_in_mb = 1024
        self._invoked_function_arn = f"arn:aws:lambda:eu-west-1:222222222222:function:{function}"
        self._aws_request_id = "00000000-0000-0000-0000-000000000001"
        self._unit, self._ends_at = unit, ends_at

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]  # theirs is static
        return round((self._ends_at - self._unit.clock) / timedelta(milliseconds=1))


@dataclass
class HookUnit:
    """`clock` goes on only where a function sleeps; `slept` says how long it did, each time."""

    monkeypatch: pytest.MonkeyPatch
    dynamodb: "DynamoDBClient"
    guard_queue_url: str
    clock: datetime = STARTED + timedelta(seconds=5)
    timeout: timedelta = timedelta(seconds=900)
    exchange: Exchange = field(default_factory=Exchange)
    codedeploy: FakeCodeDeploy = field(default_factory=FakeCodeDeploy)
    functions: FakeLambda = field(default_factory=FakeLambda)
    slept: list[float] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.exchange.fakes |= {
            "codedeploy": self.codedeploy,
            "lambda": self.functions,
            "events": self._take_news,
        }
        self.monkeypatch.setattr(clients, "Session", self.exchange.session)

    def hook(self, app: ModuleType, event: Any, entry: str = "before_traffic") -> dict[str, str]:
        """Call the hook in a new process."""
        stopped = SimpleNamespace(now=lambda _zone: self.clock)
        self.monkeypatch.setattr(app, "datetime", stopped)
        self.monkeypatch.setattr(app, "time", SimpleNamespace(sleep=self.sleep))
        app.hook.cache_clear()
        context = RunContext("CodeDeployHook_steward-pre", self, self.clock + self.timeout)
        with warnings.catch_warnings():
            # Powertools says so when a run ended before there was anything to count.
            warnings.filterwarnings("ignore", "No application metrics to publish")
            answer: dict[str, str] = getattr(app, entry)(event, context)
        return answer

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock += timedelta(seconds=seconds)

    def declare(self, document: Mapping[str, Any], name: str = "rollout/shop") -> None:
        """Write a parameter: the workload's configuration unless `name` says otherwise."""
        boto3.client("ssm", region_name="eu-west-1").put_parameter(
            Name=f"/steward/{name}", Value=json.dumps(document), Type="String", Overwrite=True
        )

    @property
    def records(self) -> UnitRecords:
        """Past the exchange."""
        return UnitRecords(self.dynamodb, TABLE, timedelta(days=90))

    def verdict(self, phase: Phase = Phase.PRE) -> Verdict:
        verdict = self.records.verdict(DEPLOYMENT, phase)
        assert verdict is not None, f"no verdict of {phase} is on record"
        return verdict

    @property
    def looks(self) -> list[dict[str, Any]]:
        """What the guard is asked for, whatever the delay."""
        return [json.loads(each["MessageBody"]) for each in self.exchange.sent("SendMessage")]

    def _take_news(self, call: Call) -> dict[str, Any]:
        entries = call.params["Entries"]
        self.news += [json.loads(entry["Detail"]) for entry in entries]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in entries]}


def create_rollouts_table(dynamodb: "DynamoDBClient") -> None:
    """As org/members/hooks.yaml does."""
    dynamodb.create_table(
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


def open_unit(monkeypatch: pytest.MonkeyPatch) -> HookUnit:
    """A unit with the environment of its hooks; must be called within moto's mock."""
    dynamodb = boto3.client("dynamodb", region_name="eu-west-1")
    create_rollouts_table(dynamodb)
    sqs = boto3.client("sqs", region_name="eu-west-1")
    guard_queue_url = sqs.create_queue(QueueName="steward-rollout-guard")["QueueUrl"]
    monkeypatch.setattr(metrics, "namespace", "Steward")
    monkeypatch.setattr(metrics, "service", "steward")
    metrics.clear_metrics()
    monkeypatch.setenv("ROLLOUTS_TABLE", TABLE)
    monkeypatch.setenv("RECORD_RETENTION_DAYS", "90")
    monkeypatch.setenv("GUARD_QUEUE_URL", guard_queue_url)
    return HookUnit(monkeypatch, dynamodb, guard_queue_url)
