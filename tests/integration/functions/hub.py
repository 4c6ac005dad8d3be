"""The hub account as a function meets it: environment, clock, and AWS behind the exchange."""

import json
import warnings
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.aws import clients
from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease
from steward.domain.outbox import Notice
from steward.domain.policy import Policy
from steward.domain.stacks import Unit
from steward.ledger.keys import LAST_GOOD, POLICY, key
from steward.ledger.ledger import Ledger
from steward.observability import metrics
from steward.workflows import tracing
from tests.factories import FINGERPRINT, UNIT, make_account, make_event, make_policy
from tests.integration.digest_hub import RETENTION, TABLE, aws, table_properties
from tests.integration.functions.cloudformation import HUB, FakeCloudFormation
from tests.integration.functions.exchange import Call, Exchange, Refused
from tests.integration.functions.samples import unit_work
from tests.integration.functions.trail import FakeAccounts, FakeCloudTrail

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

SWEPT_AT = unit_work().sweep.swept_at
KILL_SWITCH = "/steward/kill-switch"
SKEW = timedelta(minutes=15)


@dataclass
class FakeAppConfig:
    """AppConfig's data plane with one profile; `document` is what was deployed last, if anything.

    Not moto's, which has none.
    """

    document: str | None = None
    _told: str | None = None

    def deploy(self, policy: Policy) -> None:
        self.document = policy.model_dump_json()

    def __call__(self, call: Call) -> dict[str, Any]:
        if self.document is None:
            raise Refused("ResourceNotFoundException", "no deployment was found")
        if call.operation == "StartConfigurationSession":
            self._told = None
            return {"InitialConfigurationToken": "first"}
        news = b"" if self._told == self.document else self.document.encode()
        self._told = self.document
        return {"NextPollConfigurationToken": "next", "Configuration": BytesIO(news)}


class _Context(LambdaContext):
    def __init__(self, name: str) -> None:
        self._function_name = name
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = f"arn:aws:lambda:eu-west-1:{HUB}:function:{name}"
        self._aws_request_id = str(uuid4())


@dataclass
class Function:
    """A deployed function; it keeps its process between calls, as Lambda does."""

    app: ModuleType

    def __call__(self, event: Any) -> Any:
        with warnings.catch_warnings():
            # Powertools says so whenever there was nothing to count.
            warnings.filterwarnings("ignore", "No application metrics to publish")
            return self.app.lambda_handler(event, _Context(self.app.__name__))

    def restart(self) -> None:
        """Go on in a new process."""
        for each in vars(self.app).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()


@dataclass
class Hub:
    """`clock` is the wall clock of functions and members. `ledger` reads past the exchange."""

    monkeypatch: pytest.MonkeyPatch
    ledger: Ledger
    sqs: "SQSClient"
    ssm: "SSMClient"
    units_url: str
    reaps_url: str
    clock: datetime = SWEPT_AT + timedelta(seconds=5)
    exchange: Exchange = field(default_factory=Exchange)
    appconfig: FakeAppConfig = field(default_factory=FakeAppConfig)
    members: FakeCloudFormation = field(init=False)
    trail: FakeCloudTrail = field(default_factory=FakeCloudTrail)
    accounts: FakeAccounts = field(default_factory=FakeAccounts)

    def __post_init__(self) -> None:
        self.members = FakeCloudFormation(lambda: self.clock)
        self.exchange.fakes |= {
            "account": self.accounts,
            "appconfigdata": self.appconfig,
            "cloudformation": self.members,
            "cloudtrail": self.trail,
        }
        self.monkeypatch.setattr(tracing, "SECONDS_A_CALL", 0.0)
        self.monkeypatch.setattr(clients, "Session", self.exchange.session)

    def function(self, app: ModuleType) -> Function:
        """Deploy the function: its process starts with the hub's environment and clock."""
        stopped = SimpleNamespace(now=lambda _zone: self.clock)
        self.monkeypatch.setattr(app, "datetime", stopped)
        function = Function(app)
        function.restart()
        return function

    def put_in_force(self, policy: Policy, fingerprint: str = FINGERPRINT) -> None:
        """Put `policy` in force as the one that the sample events name, with a scope long known."""
        self.ledger.save_policy(fingerprint, policy.model_dump_json(), SWEPT_AT)
        self.ledger.scope_since(policy.scope.fingerprint, SWEPT_AT - timedelta(days=365))

    def forget_policies(self) -> None:
        """As on the first day, when no policy was ever valid."""
        self.ledger.client.delete_item(TableName=TABLE, Key=key(POLICY, LAST_GOOD))

    def lease(self, stack_id: str, unit: Unit = UNIT) -> Lease:
        lease = self.ledger.lease(unit, stack_id)
        assert lease is not None, f"no live lease of {stack_id}"
        return lease

    def ended(self, stack_id: str, unit: Unit = UNIT) -> Lease:
        assert self.ledger.lease(unit, stack_id) is None
        lease = self.ledger.ended_lease(unit, stack_id)
        assert lease is not None, f"no ended lease of {stack_id}"
        return lease

    def save(self, lease: Lease) -> Lease:
        return self.ledger.save(None, lease, make_event(lease, at=lease.registered_at))

    def history(self, stack_id: str) -> list[str]:
        """What the audit trail says was done, oldest first."""
        return [event.what for event in self.audit(stack_id)]

    def audit(self, stack_id: str) -> list[AuditEvent]:
        return self.ledger.audit_trail(stack_id)

    def notices(self, stack_id: str) -> list[Notice]:
        return list(self.ledger.notices_of(stack_id))

    def queued(self, url: str) -> list[dict[str, Any]]:
        """Take the messages off a queue."""
        got: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                got.append(json.loads(message["Body"]))
        return got

    def turn_kill_switch(self, position: str) -> None:
        self.ssm.put_parameter(Name=KILL_SWITCH, Value=position, Type="String", Overwrite=True)


def open_hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Build the hub with the account of the samples and a policy; call it inside mock_aws."""
    dynamodb, sqs, ssm = _clients()
    dynamodb.create_table(TableName=TABLE, **table_properties())
    units_url = sqs.create_queue(QueueName="units")["QueueUrl"]
    reaps_url = sqs.create_queue(QueueName="reaps.fifo", Attributes={"FifoQueue": "true"})
    ledger = Ledger(dynamodb, TABLE, RETENTION)
    hub = Hub(monkeypatch, ledger, sqs, ssm, units_url, reaps_url["QueueUrl"])
    _set_environment(hub)
    hub.turn_kill_switch("off")
    hub.put_in_force(make_policy())
    ledger.save_accounts([make_account()])
    return hub


@cache
def _clients() -> "tuple[DynamoDBClient, SQSClient, SSMClient]":
    """The tests' own, made once: moto answers a client whenever it was made."""
    return aws().client("dynamodb"), aws().client("sqs"), aws().client("ssm")


def _set_environment(hub: Hub) -> None:
    environment = {
        "LEDGER_TABLE": TABLE,
        "AUDIT_RETENTION_DAYS": str(RETENTION.days),
        "MAX_CLOCK_SKEW_MINUTES": str(SKEW // timedelta(minutes=1)),
        "UNITS_QUEUE_URL": hub.units_url,
        "REAPS_QUEUE_URL": hub.reaps_url,
        "APPCONFIG_APPLICATION": "a1b2c3d",
        "APPCONFIG_ENVIRONMENT": "dev",
        "APPCONFIG_PROFILE": "policy",
        "ORGANIZATION_MODE": "organization",
        "HUB_ACCOUNT_ID": HUB,
        "EXTERNAL_ID": "",
        "READ_ROLE_NAME": "steward-read",
        "TAG_ROLE_NAME": "steward-tag",
        "REAP_ROLE_NAME": "steward-reap",
        "CLOUDFORMATION_ROLE_NAME": "steward-cloudformation",
        "KILL_SWITCH_PARAMETER": KILL_SWITCH,
    }
    for name, value in environment.items():
        hub.monkeypatch.setenv(name, value)
    # Made at import, which is before the tests' environment; in Lambda that comes first.
    hub.monkeypatch.setattr(metrics, "namespace", "Steward")
    hub.monkeypatch.setattr(metrics, "service", "steward")
    metrics.clear_metrics()
