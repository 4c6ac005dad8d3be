"""The functions that scan runtimes, as a hub runs them: plan, read the units, write the report."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from benchmarks.calls import Calls
from benchmarks.cloud import Cloud
from benchmarks.contenders.lambda_function import Invoked, consume, invoke
from benchmarks.contenders.worker import steward_environment
from benchmarks.environment import REPOSITORY, aws_environment
from benchmarks.policies import steward_policy
from benchmarks.shape import HOME_REGION, HUB_ACCOUNT
from steward.domain.runtimes.inventory import CapabilityName

BUCKET = "steward-reports"
PLANNER, WORKER, REPORT = "runtime_planner", "runtime_worker", "runtime_report"
_QUEUES = {"RUNTIME_UNITS_QUEUE_URL": "units", "RUNTIME_REPORTS_QUEUE_URL": "reports"}
_MOST_RECEIVED = 10
# Health has nothing to tell here: it is asked, and that is all.
_NEEDED = (CapabilityName.CONFIG, CapabilityName.POLICY)


class NotPlanned(Exception):
    """The planner planned other units than the organization has."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one function took for all of its events, and the calls that it made."""

    invoked: Invoked
    calls: Calls


@dataclass(frozen=True, slots=True)
class Scan:
    """One planned scan: the messages for its units, and the one for its report."""

    scan_id: str
    planned: Ran
    units: tuple[str, ...]
    report: str


@dataclass(frozen=True)
class Hub:
    """A hub account whose policy, ledger and bucket are ready, and the accounts it scans."""

    cloud: Cloud
    home: Path
    accounts: tuple[str, ...]

    @classmethod
    def opened(
        cls, cloud: Cloud, home: Path, accounts: tuple[str, ...], regions: Sequence[str]
    ) -> Self:
        for name in _QUEUES.values():
            cloud.client("sqs").create_queue(QueueName=name)
        policy = steward_policy(regions=list(regions), exclude_accounts=[HUB_ACCOUNT])
        cloud.deploy_policy(policy)
        cloud.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": HOME_REGION}
        )
        hub = cls(cloud, home, accounts)
        hub.forget()
        return hub

    def forget(self) -> None:
        """Empty ledger and bucket, as before the first scan."""
        self.cloud.replace_ledger()
        s3 = self.cloud.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for row in page.get("Contents", []):
                s3.delete_object(Bucket=BUCKET, Key=row["Key"])

    def plan(self, units: int) -> Scan:
        """Run the planner as its schedule does; raise NotPlanned unless it queues `units`."""
        event = json.loads((REPOSITORY / "events" / "schedule.json").read_text())
        event |= {"time": datetime.now(UTC).isoformat(timespec="seconds")}
        self.cloud.calls()
        invoked = invoke(PLANNER, self._env, self.home, [event])
        planned = Ran(invoked, self.cloud.calls().none_refused())
        (answer,) = invoked.answers
        missing = {name: why for name in _NEEDED if (why := answer["capabilities"][name])}
        if answer["units"] != units or missing:
            raise NotPlanned(f"{answer['units']} of {units} units were planned; missing: {missing}")
        (report,) = self._received("reports")
        return Scan(answer["scan_id"], planned, tuple(self._received("units")), report)

    def read(self, scan: Scan, *, live: bool) -> Ran:
        """Run one worker over all units. `live`: as on their day of the week, or as on none."""
        bodies = (json.dumps(json.loads(body) | {"live": live}) for body in scan.units)
        return self._consumed(WORKER, bodies)

    def report(self, scan: Scan) -> Ran:
        return self._consumed(REPORT, [scan.report])

    def size(self, key: str) -> int:
        """In bytes, of one file in the bucket."""
        found = self.cloud.client("s3").head_object(Bucket=BUCKET, Key=key)
        return int(found["ContentLength"])

    def file(self, key: str) -> bytes:
        body: bytes = self.cloud.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def keys(self, prefix: str) -> list[str]:
        pages = self.cloud.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=BUCKET, Prefix=prefix)
        return [row["Key"] for page in found for row in page.get("Contents", [])]

    def _consumed(self, function: str, bodies: Iterable[str]) -> Ran:
        events = [_event(function, number, body) for number, body in enumerate(bodies)]
        self.cloud.calls()
        invoked = consume(function, self._env, self.home, events)
        return Ran(invoked, self.cloud.calls().none_refused())

    def _received(self, queue: str) -> Iterator[str]:
        """The bodies that wait there, which are taken away."""
        sqs, url = self.cloud.client("sqs"), self._queue_url(queue)
        while True:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_MOST_RECEIVED)
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]

    def _queue_url(self, queue: str) -> str:
        return f"{self.cloud.endpoint}/{HUB_ACCOUNT}/{queue}"

    @cached_property
    def _env(self) -> Mapping[str, str]:
        """What template.yaml sets for these functions."""
        return {
            **steward_environment(aws_environment(self.cloud.endpoint, self.home)),
            **{name: self._queue_url(queue) for name, queue in _QUEUES.items()},
            "APPCONFIG_APPLICATION": "application",
            "APPCONFIG_ENVIRONMENT": "environment",
            "APPCONFIG_PROFILE": "profile",
            "REPORTS_BUCKET": BUCKET,
            "CONFIG_AGGREGATOR": "organization",
            "REPORT_DELAY_SECONDS": "0",
        }


def _event(function: str, number: int, body: str) -> dict[str, Any]:
    """The committed SQS event of the function, with one message of ours."""
    sample = {WORKER: "runtime_unit", REPORT: "runtime_report"}[function]
    record = json.loads((REPOSITORY / "events" / f"{sample}.json").read_text())["Records"][0]
    return {"Records": [record | {"messageId": f"message-{number}", "body": body}]}
