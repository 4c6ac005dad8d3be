"""The small organization's hub with reports, and functions that answer in this process."""

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime_report import app
from steward.domain.runtimes.places import result_key
from steward.domain.stacks import Unit
from steward.observability import metrics
from steward_cli import clock
from tests.integration.cli.runtimes_report import NOW, Written
from tests.integration.cli.world import REPORT_FUNCTION, REPORTS, TABLE, World

if TYPE_CHECKING:
    from tests.integration.cli.conftest import Calls


FUNCTION_ENVIRONMENT = {
    "LEDGER_TABLE": TABLE,
    "AUDIT_RETENTION_DAYS": "400",
    "MAX_CLOCK_SKEW_MINUTES": "15",
    "REPORTS_BUCKET": REPORTS,
    "RUNTIME_REPORTS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111111111111/reports",
    "REPORT_DELAY_SECONDS": "60",
}


class Context(LambdaContext):
    def __init__(self) -> None:
        self._function_name = REPORT_FUNCTION
        self._memory_limit_in_mb = 1024
        self._invoked_function_arn = f"arn:aws:lambda:eu-west-1:1:function:{REPORT_FUNCTION}"
        self._aws_request_id = "00000000-0000-0000-0000-000000000001"


@dataclass
class Clock:
    """Stands still, and goes on when somebody pauses; `on_pause` is what happens meanwhile."""

    at: datetime = NOW
    pauses: int = 0
    on_pause: Callable[[int], object] = field(default=lambda _pauses: None)

    def now(self) -> datetime:
        return self.at

    def pause(self, seconds: float) -> None:
        self.pauses += 1
        self.at += timedelta(seconds=seconds)
        self.on_pause(self.pauses)


@dataclass
class ReportingHub:
    """The hub's bucket and clock. `asked`: what its functions were asked, in order."""

    client: Any
    clock: Clock
    calls: "Calls"
    asked: list[Any] = field(default_factory=list)

    def has(self, report: Written) -> Written:
        report.put(self.client, REPORTS)
        return report

    def has_result(self, scan_id: str, unit: Unit) -> None:
        self.client.put_object(Bucket=REPORTS, Key=result_key(scan_id, unit), Body=b"any")

    def answers(self, answer: Any) -> None:
        """What the hub's functions answer; a function of the request, or always the same."""

        def function(event: Any) -> Any:
            self.asked.append(event)
            return answer(event) if callable(answer) else answer

        self.calls.function = function

    def runs_the_real_function(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """runtime_report as it is deployed, but in this process and at this clock."""
        for name, value in FUNCTION_ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", world.endpoint)
        monkeypatch.setattr(app, "datetime", SimpleNamespace(now=lambda _zone: self.clock.at))
        monkeypatch.setattr(metrics, "namespace", "Steward")
        app.desk.cache_clear()

        def runtime_report(event: Any) -> Any:
            # Logs and metrics of a function go to its own standard output.
            with redirect_stdout(StringIO()):
                return app.lambda_handler(event, Context())

        self.answers(runtime_report)

    def clear(self) -> None:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=REPORTS):
            for found in page.get("Contents", []):
                self.client.delete_object(Bucket=REPORTS, Key=found["Key"])


def reporting_hub(world: World, calls: "Calls", monkeypatch: pytest.MonkeyPatch) -> ReportingHub:
    """An empty bucket and a clock that stands at NOW."""
    still = Clock()
    monkeypatch.setattr(clock, "now", still.now)
    monkeypatch.setattr(clock, "pause", still.pause)
    return ReportingHub(world.organization.session().client("s3"), still, calls)
