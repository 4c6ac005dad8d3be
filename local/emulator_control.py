"""Client of the control path that `local/emulator_server` serves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from local.loopback_http import call_json

type MailOutcome = Literal[
    "delivery", "bounce", "transient-bounce", "suppressed", "complaint", "reject", "delay"
]

type StackInstanceStatus = Literal["CURRENT", "OUTDATED", "INOPERABLE"]


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

    def iam_calls(self) -> list[dict[str, Any]]:
        """Every distinct call of a role that IAM decided on: role, action, resource, region, keys
        (the condition keys of the service), refusal (empty when allowed) and times. Empty while
        IAM is not enforced."""
        answer = self._call("GET", "/_local/iam-calls")
        records: list[dict[str, Any]] = answer["records"]
        return records

    def mail_outcome(self, address: str, outcome: MailOutcome) -> None:
        """What SES reports from now on of mails to `address`; `delivery` if never told."""
        self._call("PUT", "/_local/mail-outcome", {"address": address, "outcome": outcome})

    def put_event(self, event: Mapping[str, Any]) -> None:
        """Put an event of an AWS service, whole as targets receive it, on the default event bus
        of the account and region that it names."""
        self._call("PUT", "/_local/event", dict(event))

    def point_functions_at(self, endpoint: str) -> None:
        """Where functions that start from now on reach AWS, instead of straight here."""
        self._call("PUT", "/_local/functions-endpoint", {"endpoint": endpoint})

    def hasten_clients(self, pause: float, patience: float) -> None:
        """How many real seconds a second takes that functions that start from now on wait to try
        again (`pause`), and for an answer (`patience`)."""
        self._call("PUT", "/_local/client-pace", {"pause": pause, "patience": patience})

    def redeliver_after(self, hidden_second: float) -> None:
        """How many real seconds a second takes that a queue keeps failed messages hidden."""
        self._call("PUT", "/_local/redelivery", {"hidden_second": hidden_second})

    def redelivered(self) -> int:
        """How many messages their functions have failed on so far."""
        failed: int = self._call("GET", "/_local/redelivery")["failed"]
        return failed

    def set_alternate_contact(
        self, account_id: str, kind: Literal["BILLING", "OPERATIONS", "SECURITY"], address: str
    ) -> None:
        """An empty address takes the contact away."""
        body = {"account": account_id, "type": kind, "address": address}
        self._call("PUT", "/_local/alternate-contact", body)

    def suspend_account(self, account_id: str) -> None:
        """Close the account: it stays in the organization, SUSPENDED, and refuses every call."""
        self._call("PUT", "/_local/suspended-account", {"account": account_id})

    def disable_region(self, account_id: str, region: str) -> None:
        """The account's calls in the region are refused, as in one that was never enabled."""
        self._call("PUT", "/_local/disabled-region", {"account": account_id, "region": region})

    def break_stack_instance(
        self, stack_set: str, account_id: str, region: str, status: StackInstanceStatus
    ) -> None:
        """Leave a stack set's instance as a failed operation does; CURRENT mends it again."""
        body = {
            "stack_set": stack_set,
            "account": account_id,
            "region": region,
            "status": status,
        }
        self._call("PUT", "/_local/stack-instance", body)

    def stack_sets_at_work(self) -> bool:
        """Whether stack sets still follow what happened in the organization."""
        return bool(self._call("GET", "/_local/stack-sets")["pending"])

    def invocations_waiting(self) -> int:
        """Asynchronous invocations of functions that are neither done nor given up."""
        return int(self._call("GET", "/_local/async-invocations")["waiting"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return call_json(self.endpoint + path, method, body)
