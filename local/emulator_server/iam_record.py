"""Every distinct call that a role made and IAM decided on, with the condition keys it carried.

Filled only while IAM is enforced. A call that occurs again is only counted, so a record of days
stays small.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, NamedTuple

from local.emulator_server.pinned import private, replace

EVALUATOR = "ministack.core.iam_evaluator"


class DecidedCall(NamedTuple):
    """`keys`: the request's condition keys that a service adds, lower case; `refusal` is empty
    when the call was allowed, else `Deny` or `ImplicitDeny`."""

    role: str
    action: str
    resource: str
    region: str
    keys: tuple[tuple[str, str], ...]
    refusal: str


class IamRecord:
    def __init__(self) -> None:
        self._times: Counter[DecidedCall] = Counter()
        self._lock = Lock()

    def install(self) -> None:
        replace((EVALUATOR,), "enforce", self._recording)

    def calls(self) -> dict[str, Any]:
        """Those of roles; what an account's root does is not IAM's to decide."""
        with self._lock:
            counted = list(self._times.items())
        return {"records": [_record(call, times) for call, times in counted]}

    def _recording(self, enforce: Callable[..., Any]) -> Callable[..., Any]:
        def enforce_and_record(
            access_key: str,
            action: str,
            service: str,
            region: str,
            resource_arn: str = "*",
            service_context: Mapping[str, Any] | None = None,
        ) -> Any:
            refused = enforce(
                access_key,
                action,
                service,
                region,
                resource_arn=resource_arn,
                service_context=service_context,
            )
            role = _role_of(access_key)
            if role:
                keys, refusal = _keys(service_context or {}), _refusal(refused)
                call = DecidedCall(role, action, resource_arn, region, keys, refusal)
                with self._lock:
                    self._times[call] += 1
            return refused

        return enforce_and_record


def _role_of(access_key: str) -> str:
    """The ARN of the role behind a session; empty for other callers."""
    known = private(EVALUATOR, "resolve_caller_identity")(access_key)
    head, separator, session = (known or {}).get("userArn", "").partition(":assumed-role/")
    if not separator:
        return ""
    account = head.rpartition(":")[2]
    return f"arn:aws:iam::{account}:role/{session.rpartition('/')[0]}"


def _refusal(refused: Any) -> str:
    if refused is None:
        return ""
    return str(getattr(refused, "decision", "") or refused.code)


def _keys(context: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A key with several values appears once for each."""
    return tuple(
        sorted(
            (key.lower(), str(one))
            for key, value in context.items()
            if value is not None
            for one in (value if isinstance(value, list | tuple) else [value])
        )
    )


def _record(call: DecidedCall, times: int) -> dict[str, Any]:
    keys: dict[str, list[str]] = {}
    for key, value in call.keys:
        keys.setdefault(key, []).append(value)
    return call._asdict() | {"keys": keys, "times": times}
