"""The deployed hub as an operator uses it: its outputs, triggers, queues, policy and ledger."""

import base64
import json
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.build import stack_outputs
from local.organization import Organization
from local.status_events import Event
from local.tool_environment import REPOSITORY
from steward.domain.audit import AuditEvent
from steward.domain.instants import iso
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item
from steward.ledger.audit_items import audit_event_from
from steward.ledger.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

DRAINED_WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.1
LEASE_QUEUES = ("UnitsQueueUrl", "ReapsQueueUrl")
RUNTIME_QUEUES = ("RuntimeUnitsQueueUrl", "RuntimeReportsQueueUrl")
SCHEDULED_EVENT = REPOSITORY / "events" / "schedule.json"


class HubError(Exception):
    """The hub did not do what the demo needs; says what and where to look."""


@dataclass(frozen=True)
class Hub:
    """`outputs` are the hub stack's. Everything here is what any AWS client could do."""

    organization: Organization
    outputs: dict[str, str]
    ledger: Ledger

    def plan_sweep(self, at: datetime) -> dict[str, Any]:
        """Start a sweep at the simulated instant `at`, as the schedule would."""
        return self.invoke("LeasePlannerFunctionName", _scheduled_event(at))

    def send_digests(self, at: datetime) -> dict[str, Any]:
        return self.invoke("NoticeDigestFunctionName", _scheduled_event(at))

    def scan_runtimes(self, at: datetime) -> dict[str, Any]:
        """Start a scan of functions at `at`, as the schedule would."""
        return self.invoke("RuntimePlannerFunctionName", _scheduled_event(at))

    def follow(self, event: Event) -> None:
        self.invoke("LeaseEventsFunctionName", event)

    def refusal_of_policy(self, document: str) -> str:
        """What the policy validator says of a document; empty when it accepts it."""
        content = base64.b64encode(document.encode()).decode()
        try:
            self.invoke("PolicyValidatorFunctionName", {"content": content, "uri": ""})
        except HubError as error:
            return str(error)
        return ""

    def invoke(self, output: str, event: dict[str, Any]) -> dict[str, Any]:
        """Invoke a function by the name of its stack output; a function error is a HubError."""
        answer = self._lambda().invoke(
            FunctionName=self.outputs[output], Payload=json.dumps(event).encode()
        )
        payload = json.loads(answer["Payload"].read() or b"{}")
        if answer.get("FunctionError"):
            raise HubError(f"{output[: -len('FunctionName')]}: {payload.get('errorMessage')}")
        return payload or {}

    def await_queues(self, queues: Iterable[str] = LEASE_QUEUES) -> None:
        """Wait until nothing is left to do in queues, named by their outputs."""
        deadline = time.monotonic() + DRAINED_WITHIN_SECONDS
        for queue in queues:
            while self.messages_in(queue):
                if time.monotonic() > deadline:
                    raise HubError(
                        f"{queue} did not drain within {DRAINED_WITHIN_SECONDS:g} s; "
                        "`steward demo --keep` leaves the organization up to look at its logs"
                    )
                time.sleep(POLL_SECONDS)

    def messages_in(self, queue: str) -> int:
        """Messages of a queue, visible, in flight and delayed."""
        attributes = (
            self.organization.session()
            .client("sqs")
            .get_queue_attributes(
                QueueUrl=self.outputs[queue],
                AttributeNames=["All"],
            )["Attributes"]
        )
        return (
            int(attributes["ApproximateNumberOfMessages"])
            + int(attributes["ApproximateNumberOfMessagesNotVisible"])
            + int(attributes["ApproximateNumberOfMessagesDelayed"])
        )

    def deploy_policy(self, document: str) -> None:
        """Deploy a policy document through AppConfig, all at once."""
        client = self.organization.session().client("appconfig")
        version = client.create_hosted_configuration_version(
            ApplicationId=self.outputs["PolicyApplicationId"],
            ConfigurationProfileId=self.outputs["PolicyProfileId"],
            Content=document.encode(),
            ContentType="application/json",
        )["VersionNumber"]
        client.start_deployment(
            ApplicationId=self.outputs["PolicyApplicationId"],
            EnvironmentId=self.outputs["PolicyEnvironmentId"],
            ConfigurationProfileId=self.outputs["PolicyProfileId"],
            ConfigurationVersion=str(version),
            DeploymentStrategyId=self.outputs["PolicyDeploymentStrategyId"],
        )

    def set_kill_switch(self, value: str) -> None:
        self.organization.session().client("ssm").put_parameter(
            Name=self.outputs["KillSwitchParameterName"], Value=value, Overwrite=True
        )

    def rotate_link_key(self) -> None:
        """Sign with a new key from now on, as the guide tells operators."""
        self.organization.session().client("secretsmanager").put_secret_value(
            SecretId=self.outputs["LinkKeySecretArn"], SecretString=secrets.token_hex(32)
        )

    def stop_schedules(self) -> None:
        """Disable the hub's schedules: from here on the demo sets the time."""
        client = self.organization.session().client("events")
        for rule in client.list_rules()["Rules"]:
            if rule.get("ScheduleExpression"):
                client.disable_rule(Name=rule["Name"])

    def audit_events(self) -> Iterator[AuditEvent]:
        """Every audit event of every lease, in no particular order."""
        audit = (item for item in self.items() if item["pk"]["S"].startswith("AUDIT#"))
        return map(audit_event_from, audit)

    def items(self) -> Iterator[Item]:
        """Every item of the ledger, in no particular order."""
        pages = self.organization.session().client("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=self.outputs["LedgerTableName"]):
            yield from page["Items"]

    def state_of(self, stack_id: str) -> str:
        """The state of a stack's lease, ended ones too; empty when it never had one."""
        _, _, _, region, account, _ = stack_id.split(":", 5)
        unit = Unit(account, region)
        lease = self.ledger.lease(unit, stack_id) or self.ledger.ended_lease(unit, stack_id)
        return str(lease.state) if lease else ""

    def _lambda(self) -> "LambdaClient":
        return self.organization.session().client("lambda")


def open_hub(organization: Organization) -> Hub:
    """The hub stack of an organization, found by its outputs."""
    session = organization.session()
    outputs = stack_outputs(session.client("cloudformation"))
    retention = timedelta(days=365)
    ledger = Ledger(session.client("dynamodb"), outputs["LedgerTableName"], retention)
    return Hub(organization, outputs, ledger)


def _scheduled_event(at: datetime) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(SCHEDULED_EVENT.read_text(encoding="utf-8"))
    return event | {"time": iso(at)}
