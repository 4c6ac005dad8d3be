"""Client of the control path that `local/emulator_server` serves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from local.loopback_http import call_json

type MailOutcome = Literal[
    "delivery", "bounce", "transient-bounce", "suppressed", "complaint", "reject", "delay"
]


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

    def api_calls(self, after: int) -> tuple[list[dict[str, Any]], int]:
        """CloudTrail's records of changes in CloudFormation from position `after` on, and the
        next position."""
        answer = self._call("GET", f"/_local/api-calls?after={after}")
        return answer["records"], answer["next"]

    def mail_outcome(self, address: str, outcome: MailOutcome) -> None:
        """What SES reports from now on of mails to `address`; `delivery` if never told."""
        self._call("PUT", "/_local/mail-outcome", {"address": address, "outcome": outcome})

    def put_event(self, event: Mapping[str, Any]) -> None:
        """Put an event of an AWS service, whole as targets receive it, on the default event bus
        of the account and region that it names."""
        self._call("PUT", "/_local/event", dict(event))

    def set_alternate_contact(
        self, account_id: str, kind: Literal["BILLING", "OPERATIONS", "SECURITY"], address: str
    ) -> None:
        """An empty address takes the contact away."""
        body = {"account": account_id, "type": kind, "address": address}
        self._call("PUT", "/_local/alternate-contact", body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return call_json(self.endpoint + path, method, body)
