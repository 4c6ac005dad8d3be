"""One of Steward's functions, its real handler, on a stage that looks like AWS."""

import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.environment import REPOSITORY
from benchmarks.scale.book import Book
from benchmarks.scale.hub import HubServices, policy
from benchmarks.scale.measured import Stopwatch, Work
from benchmarks.scale.members import MemberServices
from benchmarks.scale.shape import ENDING_REGION, REGIONS
from benchmarks.scale.wire import Wire
from benchmarks.shape import LEDGER
from steward.aws.sessions import Sessions
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger

type Handler = Callable[[dict[str, Any], object], Any]
_EVENTS = {
    "lease_worker": "sqs_unit",
    "runtime_worker": "runtime_unit",
    "runtime_report": "runtime_report",
}


class NotDone(Exception):
    """A function did other work than the simulated organization has for it."""


@dataclass(slots=True)
class Context:
    """What Powertools reads of Lambda's context, and what names an invocation."""

    function_name: str
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:steward"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"


@dataclass(slots=True)
class Stage:
    """One simulated organization around one function."""

    function: str
    accounts: int
    folder: Path
    log: Path
    hub: HubServices = field(init=False)
    book: Book = field(init=False)
    wire: Wire = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        of_runtimes = self.function.startswith("runtime")
        regions = (ENDING_REGION,) if of_runtimes else REGIONS
        self.hub = HubServices(self.accounts, self.folder)
        self.book = Book(self.accounts, regions)
        members = MemberServices(datetime.now(UTC))
        self.wire = Wire(self.hub.answers() | members.answers() | self.book.answers())

    def handler(self) -> Handler:
        path = REPOSITORY / "functions" / self.function / "app.py"
        spec = importlib.util.spec_from_file_location("app", path)
        if spec is None or spec.loader is None:
            raise NotDone(f"{path} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        handle: Handler = module.lambda_handler
        return handle

    def invoke(self, handle: Handler, event: dict[str, Any]) -> Any:
        self._count += 1
        request = f"00000000-0000-0000-0000-{self._count:012d}"
        return handle(event, Context(self.function, aws_request_id=request))

    def invoke_at(self, handle: Handler, at: datetime) -> Any:
        """As its schedule does."""
        event = json.loads((REPOSITORY / "events" / "schedule.json").read_text())
        return self.invoke(handle, event | {"time": at.isoformat(timespec="seconds")})

    def consume(self, handle: Handler, bodies: Sequence[str]) -> None:
        """As its queue does; raise NotDone for a message that failed."""
        name = f"{_EVENTS[self.function]}.json"
        record = json.loads((REPOSITORY / "events" / name).read_text())["Records"][0]
        records = [
            record | {"messageId": f"message-{number}", "body": body}
            for number, body in enumerate(bodies)
        ]
        answer = self.invoke(handle, {"Records": records})
        if answer != {"batchItemFailures": []}:
            raise NotDone(f"{self.function} failed: {answer}; its log is {self.log}")

    def ledger(self) -> Ledger:
        return Ledger(Sessions().dynamodb(), LEDGER, timedelta(days=400))

    def save_policy(self) -> None:
        """As the planner does."""
        document = policy()
        fingerprint = Policy.model_validate_json(document).fingerprint
        self.ledger().save_policy(fingerprint, document, datetime.now(UTC))

    def stopwatch(self) -> Stopwatch:
        self._count = 0
        self.hub.messages = self.hub.stored_bytes = 0
        return Stopwatch(self.wire, self.book.capacity, self.log)

    def took(self, watch: Stopwatch, units: int) -> Work:
        return Work(
            job=self.function,
            accounts=self.accounts,
            all_units=self.accounts * len(REGIONS),
            units=units,
            invocations=self._count,
            cpu_seconds=watch.cpu_seconds,
            peak_bytes=watch.peak_bytes,
            log_bytes=watch.log_bytes,
            reads=self.book.capacity.reads,
            writes=self.book.capacity.writes,
            metrics=self.wire.metrics,
            stored_bytes=self.hub.stored_bytes,
            calls=dict(sorted(self.wire.calls.items())),
        )
