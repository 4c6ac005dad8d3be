"""The account and region of a workload, as the guard beside it meets it; a clock that it moves."""

import heapq
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.rollout_guard import app
from steward.aws import clients
from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.guarding import GuardRecord
from steward.domain.rollouts.results import Phase, Verdict
from steward.ledger.unit_guards import UnitGuards
from steward.ledger.unit_records import UnitRecords
from steward.observability import metrics
from tests.integration.functions.exchange import Call, Exchange, Refused
from tests.integration.functions.rollout_guard.deployments import (
    SHIFT,
    STARTED,
    Deployed,
    FakeDeployments,
    minutes,
)
from tests.integration.functions.samples import sample
from tests.rollout_metrics import FakeMetrics

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "steward-rollouts"
DEPLOYMENT = "d-A1B2C3D4E"
RETENTION = timedelta(days=90)
_FUNCTION = {
    "FunctionName": "shop",
    "FunctionArn": "arn:aws:lambda:eu-west-1:222222222222:function:shop",
}


class _Context(LambdaContext):
    def __init__(self) -> None:
        self._function_name = "steward-rollout-guard"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = (
            "arn:aws:lambda:eu-west-1:222222222222:function:steward-rollout-guard"
        )
        self._aws_request_id = "00000000-0000-0000-0000-000000000001"


@dataclass
class FakeFunctions:
    """The alias `live` of `shop`; `weights` are what its second version gets."""

    weights: dict[str, float] = field(default_factory=dict)
    is_gone: bool = False

    def __call__(self, call: Call) -> dict[str, Any]:
        if self.is_gone:
            raise Refused("ResourceNotFoundException", "no such function")
        match call.operation:
            case "GetAlias":
                routing = {"RoutingConfig": {"AdditionalVersionWeights": self.weights}}
                return {"Name": "live", "FunctionVersion": "3", **routing}
            case "GetFunctionConfiguration":
                return dict(_FUNCTION)
            case "ListTags":
                return {"Tags": {}}
            case _:
                raise AssertionError(f"the guard has no business with {call.operation}")


@dataclass
class GuardUnit:
    """`news`: what the unit's event bus was told. `failures`: messages that failed in `run_until`.

    Messages wait in `_waiting` until they are due.
    """

    monkeypatch: pytest.MonkeyPatch
    dynamodb: "DynamoDBClient"
    clock: datetime = STARTED
    exchange: Exchange = field(default_factory=Exchange)
    codedeploy: FakeDeployments = field(default_factory=FakeDeployments)
    functions: FakeFunctions = field(default_factory=FakeFunctions)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    news: list[dict[str, Any]] = field(default_factory=list)
    refused_events: int = 0
    failures: list[str] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, str]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.exchange.fakes |= {
            "codedeploy": self.codedeploy,
            "cloudwatch": self.metrics,
            "lambda": self.functions,
            "events": self._take_news,
            "sqs": self._take_message,
        }
        self.monkeypatch.setattr(clients, "Session", self.exchange.session)
        self.monkeypatch.setattr(app, "datetime", SimpleNamespace(now=lambda _zone: self.clock))
        app.door.cache_clear()

    def call(self, event: Mapping[str, Any]) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "No application metrics to publish")
            return app.lambda_handler(dict(event), _Context())

    def start(self) -> str:
        """CodeDeploy's event of the deployment's start."""
        return str(self.call(sample("codedeploy_state_change"))["answer"])

    def watch(self) -> str:
        return str(self.call(sample("rollout_watch"))["answer"])

    def look(self, *bodies: str) -> list[str]:
        """Deliver messages in one batch; return the numbers of those that failed."""
        (record,) = sample("sqs_guard_look")["Records"]
        records = [
            record | {"messageId": str(number), "body": body or record["body"]}
            for number, body in enumerate(bodies or ("",))
        ]
        answer = self.call({"Records": records})
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def run_until(self, end: datetime) -> None:
        """Deliver every message when it is due. One that fails comes again half a minute later."""
        while self._waiting and self._waiting[0][0] <= end:
            due, _, body = heapq.heappop(self._waiting)
            self.clock = max(self.clock, due)
            if self.look(body):
                self.failures.append(body)
                self._wait(body, self.clock + timedelta(seconds=30))
        self.clock = max(self.clock, end)

    def lose_messages(self) -> None:
        self._waiting.clear()

    def repeat_messages(self) -> None:
        """SQS delivers a standard queue's messages at least once."""
        for due, _, body in list(self._waiting):
            self._wait(body, due)

    @property
    def waiting(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in sorted(self._waiting)]

    def shifting(self, **facts: Any) -> Deployed:
        """A deployment whose traffic has been shifting for the sake of a canary since STARTED."""
        return self.codedeploy.create(DEPLOYMENT, running=SHIFT, weight=10.0, **facts)

    def traffic(self, failing: float, first: int = 0, last: int = 30) -> None:
        """A hundred invocations a minute, ten of the target version, of which so many fail."""
        for minute in range(first, last):
            at = STARTED + minutes(minute) + timedelta(seconds=30)
            self.metrics.invoke("3", at, 90)
            self.metrics.invoke("4", at, 10, failed=round(10 * failing))

    def declare(self, document: Mapping[str, Any] | str, name: str = "rollout/shop") -> None:
        written = document if isinstance(document, str) else json.dumps(document)
        boto3.client("ssm", region_name="eu-west-1").put_parameter(
            Name=f"/steward/{name}", Value=written, Type="String", Overwrite=True
        )

    def attempted(self, phase: Phase = Phase.PRE, seconds: int = 120) -> Attempt:
        """A hook began now and has to answer within so many seconds."""
        deadline = self.clock + timedelta(seconds=seconds)
        attempt = Attempt(DEPLOYMENT, phase, f"execution-{phase}", self.clock, deadline, "request")
        self.records.begin(attempt)
        return attempt

    @property
    def records(self) -> UnitRecords:
        """Past the exchange."""
        return UnitRecords(self.dynamodb, TABLE, RETENTION)

    @property
    def is_disturbed(self) -> bool:
        """Whether the test let AWS refuse anything."""
        return bool(self.exchange._before)

    def guard(self) -> GuardRecord:
        record = UnitGuards(self.dynamodb, TABLE, RETENTION).read(DEPLOYMENT)
        assert record is not None, "no look is on record"
        return record

    def verdict(self, phase: Phase = Phase.SHIFT) -> Verdict | None:
        return self.records.verdict(DEPLOYMENT, phase)

    def _take_message(self, call: Call) -> dict[str, Any]:
        assert call.operation == "SendMessage", call.operation
        delay = timedelta(seconds=call.params["DelaySeconds"])
        self._wait(call.params["MessageBody"], self.clock + delay)
        return {"MessageId": "1", "MD5OfMessageBody": "0"}

    def _wait(self, body: str, due: datetime) -> None:
        heapq.heappush(self._waiting, (due, next(self._numbers), body))

    def _take_news(self, call: Call) -> dict[str, Any]:
        entries = call.params["Entries"]
        answers: list[dict[str, str]] = []
        for entry in entries:
            if self.refused_events:
                self.refused_events -= 1
                answers.append({"ErrorCode": "ThrottlingException", "ErrorMessage": "too many"})
                continue
            self.news.append(json.loads(entry["Detail"]))
            answers.append({"EventId": "1"})
        return {
            "FailedEntryCount": sum("ErrorCode" in each for each in answers),
            "Entries": answers,
        }


def open_unit(monkeypatch: pytest.MonkeyPatch) -> GuardUnit:
    """A unit with the environment of its guard; must be called within moto's mock."""
    dynamodb = boto3.client("dynamodb", region_name="eu-west-1")
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
    monkeypatch.setattr(metrics, "namespace", "Steward")
    monkeypatch.setattr(metrics, "service", "steward")
    metrics.clear_metrics()
    monkeypatch.setenv("ROLLOUTS_TABLE", TABLE)
    monkeypatch.setenv("RECORD_RETENTION_DAYS", str(RETENTION.days))
    monkeypatch.setenv("GUARD_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/222222222222/guard")
    monkeypatch.setenv("LOOK_SECONDS", "60")
    monkeypatch.setenv("HOOK_GRACE_SECONDS", "180")
    return GuardUnit(monkeypatch, dynamodb)
