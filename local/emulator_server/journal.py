"""Every status a stack goes through, in order, over all accounts and regions."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from local.emulator_server.clock import CLOUDFORMATION, TravellingClock
from local.emulator_server.pinned import private, replace

RECORDING_MODULES = tuple(
    f"{CLOUDFORMATION}.{name}" for name in ("stacks", "handlers", "changesets")
)


@dataclass(frozen=True)
class StatusRecord:
    stack_id: str
    status: str
    reason: str
    client_request_token: str
    time: str


class StatusJournal:
    def __init__(self, clock: TravellingClock) -> None:
        self._clock = clock
        self._records: list[StatusRecord] = []

    def after(self, position: int) -> dict[str, Any]:
        """What was recorded from `position` on, and the position to ask from next time."""
        records = self._records[position:]
        return {
            "records": [asdict(record) for record in records],
            "next": position + len(records),
        }

    def install(self) -> None:
        replace(RECORDING_MODULES, "_add_event", self._recording)

    def _recording(self, add_event: Callable[..., None]) -> Callable[..., None]:
        token = private(f"{CLOUDFORMATION}.stacks", "CLIENT_REQUEST_TOKEN")

        def record_and_add(
            stack_id: str,
            stack_name: str,
            logical_id: str,
            resource_type: str,
            status: str,
            reason: str = "",
            *rest: Any,
            **named: Any,
        ) -> None:
            add_event(
                stack_id, stack_name, logical_id, resource_type, status, reason, *rest, **named
            )
            if logical_id == stack_name and resource_type == "AWS::CloudFormation::Stack":
                self._records.append(
                    StatusRecord(stack_id, status, reason, token.get(), self._clock.now_iso())
                )

        return record_and_add
