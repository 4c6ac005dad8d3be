"""A scan whose units are done: plan, dates and results in the bucket, as planner and workers leave
them; and the function that reports on it."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

from steward.aws.report_store import ReportStore
from steward.data.runtime_table import bundled
from steward.domain.outbox import NoticeState
from steward.domain.policy import Policy
from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.findings import find
from steward.domain.runtimes.functions import LATEST, Function
from steward.domain.runtimes.places import (
    LATEST_REPORT,
    lifecycle_key,
    plan_key,
    report_key,
    result_key,
    scan_id_of,
)
from steward.domain.runtimes.plans import PlannedUnit, ScanDates, ScanPlan
from steward.domain.runtimes.reconciliation import Outcome, Reconciled
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction, UnitHeader
from steward.domain.runtimes.rows import Known, Outlook, row_of
from steward.domain.stacks import Unit
from steward.messages import ReportWork, Scan
from tests.factories import FINGERPRINT, UNIT
from tests.integration.digest_hub import aws
from tests.integration.functions.hub import Function as Deployed
from tests.integration.functions.hub import Hub
from tests.integration.functions.samples import sample

BUCKET = "steward-reports"
SCANNED_AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TODAY = SCANNED_AT.date()
DAY = timedelta(days=1)
OTHER = Unit("333333333333", "us-east-1")
OWNER = "orders@example.com"
FALLBACK = "platform@example.com"
_OPEN = Reconciled(Outcome.OPEN, True, "Lambda runs it on an old runtime")


def row(
    name: str = "orders-get",
    runtime_id: str | None = "python3.9",
    unit: Unit = UNIT,
    *,
    today: date = TODAY,
    exceptions: Sequence[GrantedException] = (),
    owned: bool = True,
    **facts: Any,
) -> ReportedFunction:
    """The line that a worker writes of a function, by the shipped table and the real rules."""
    defaults: dict[str, Any] = {"owner": OWNER, "stack": "orders"}
    function = Function(unit, name, runtime_id, **{**defaults, **facts})
    finding = find(function, bundled(), exceptions, today)
    known = Known(account_name=f"team-{unit.account_id[0]}", owned=owned)
    return row_of(finding, _OPEN, known, Outlook(bundled(), today, {}))


def scan_at(at: datetime, *, full: bool = True, policy: str = FINGERPRINT) -> Scan:
    why = "the daily schedule" if full else "a Health event"
    return Scan(scan_id=scan_id_of(at), scanned_at=at, policy=policy, full=full, why=why)


@dataclass
class ReportHub:
    """`clock` of the hub is five minutes after the scan, unless a test moves it."""

    hub: Hub
    function: Deployed
    queue_url: str
    store: ReportStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = ReportStore(aws().client("s3"), BUCKET)
        self.hub.clock = SCANNED_AT + timedelta(minutes=5)

    def put_in_force(self, policy: Policy) -> str:
        """Its fingerprint, for the scans that are planned under it."""
        document = policy.model_dump_json()
        self.hub.ledger.save_policy(policy.fingerprint, document, SCANNED_AT)
        return policy.fingerprint

    def plan(self, scan: Scan, *units: Unit, **changes: Any) -> None:
        """What the planner leaves. Fields of the plan and of the dates may be changed."""
        in_dates = {name: changes.pop(name) for name in [*changes] if name in _OF_DATES}
        planned = tuple(
            PlannedUnit(account_id=each.account_id, region=each.region) for each in units
        )
        plan = ScanPlan(
            scan_id=scan.scan_id,
            scanned_at=scan.scanned_at,
            full=scan.full,
            why=scan.why,
            policy=scan.policy,
            units=planned,
            **changes,
        )
        dates = ScanDates(scan_id=scan.scan_id, today=scan.scanned_at.date(), **in_dates)
        for key, document in ((plan_key, plan), (lifecycle_key, dates)):
            body = document.model_dump_json().encode()
            self.store.write(key(scan.scan_id), body, "application/json")

    def leave(
        self, scan: Scan, unit: Unit, rows: Iterable[ReportedFunction] = (), **changes: Any
    ) -> None:
        """What a worker leaves of a unit."""
        lines = list(rows)
        header = UnitHeader(
            scan_id=scan.scan_id,
            scanned_at=scan.scanned_at,
            account_id=unit.account_id,
            account_name=f"team-{unit.account_id[0]}",
            ou_path=("r-ab12", "ou-ab12-11111111"),
            region=unit.region,
            covered=True,
            functions=sum(each.version == LATEST for each in lines),
        ).model_copy(update=changes)
        self.put(scan, unit, [header.model_dump_json(), *(e.model_dump_json() for e in lines)])

    def put(self, scan: Scan, unit: Unit, lines: Iterable[str]) -> None:
        self.store.write_lines(result_key(scan.scan_id, unit), lines)

    def report(self, scan: Scan, tries: int = 0) -> list[str]:
        """Hand the scan's message to the function; return the ids that failed."""
        answer = self.function(self.event(ReportWork(scan=scan, tries=tries).model_dump_json()))
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def event(self, *bodies: str) -> dict[str, Any]:
        (record,) = sample("runtime_report")["Records"]
        return {
            "Records": [
                record | {"messageId": str(number), "body": body}
                for number, body in enumerate(bodies)
            ]
        }

    def scanned(
        self, at: datetime, units: dict[Unit, list[ReportedFunction]], **changes: Any
    ) -> Overview:
        """Plan a scan, leave all its results, and report it five minutes later."""
        scan = scan_at(
            at, full=changes.pop("full", True), policy=changes.pop("policy", FINGERPRINT)
        )
        self.hub.clock = at + timedelta(minutes=5)
        self.plan(scan, *units, **changes)
        for unit, rows in units.items():
            self.leave(scan, unit, rows)
        assert self.report(scan) == []
        return self.overview(scan)

    def overview(self, scan: Scan) -> Overview:
        return Overview.model_validate(self.document(scan)["overview"])

    def document(self, scan: Scan) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.file(scan, "json"))
        return loaded

    def table(self, scan: Scan) -> list[dict[str, str]]:
        return list(csv.DictReader(StringIO(self.file(scan, "csv").decode(), newline="")))

    def file(self, scan: Scan, form: str) -> bytes:
        body = self.store.read(report_key(scan.scan_id, form))
        assert body is not None, f"no {form} of {scan.scan_id}"
        return body

    def latest(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.store.read(LATEST_REPORT) or b"{}")
        return loaded

    def notices(
        self,
        kind: RuntimeNoticeKind = RuntimeNoticeKind.WORK,
        state: NoticeState | None = None,
    ) -> list[RuntimeNotice]:
        return [
            each
            for each in self.hub.ledger.runtime_notices()
            if each.kind is kind and state in (None, each.state)
        ]

    def mail_all(self, at: datetime) -> None:
        """Everything that waits is sent."""
        for notice in self.hub.ledger.runtime_notices():
            if notice.state is NoticeState.PENDING:
                ids = dict.fromkeys(notice.owners, "message-1")
                self.hub.ledger.record_news_sent(notice, at, ids)

    def ask(self, **request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.function({"by": "ops@example.com", **request})
        return answer


_OF_DATES = {"claims", "recommended", "moved", "known_since"}


def open_report_hub(hub: Hub, app: Any) -> ReportHub:
    """The report's part of the hub; call it inside mock_aws."""
    aws().client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    url = hub.sqs.create_queue(QueueName="reports")["QueueUrl"]
    environment = {
        "REPORTS_BUCKET": BUCKET,
        "RUNTIME_REPORTS_QUEUE_URL": url,
        "REPORT_DELAY_SECONDS": "30",
    }
    for name, value in environment.items():
        hub.monkeypatch.setenv(name, value)
    return ReportHub(hub, hub.function(app), url)
