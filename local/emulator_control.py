"""Client of the control path that `local/emulator_server` serves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.loopback_http import call_json


@dataclass(frozen=True)
class EmulatorControl:
    endpoint: str

    def now(self) -> datetime:
        """The instant that CloudFormation of the embedded organization believes it is."""
        return datetime.fromisoformat(self._call("GET", "/_local/clock")["instant"])

    def travel_to(self, instant: datetime) -> None:
        self._call("PUT", "/_local/clock", {"instant": instant.isoformat()})

    def stack_statuses(self, after: int) -> tuple[list[dict[str, str]], int]:
        """Status records from position `after` on, and the next position."""
        answer = self._call("GET", f"/_local/stack-status?after={after}")
        return answer["records"], answer["next"]

    def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        return call_json(self.endpoint + path, method, body)
