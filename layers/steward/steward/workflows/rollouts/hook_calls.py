"""How CodeDeploy calls a hook, and how much time the hook has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from steward.domain.rollouts.results import Phase

# What reporting may take when CodeDeploy answers slowly; of a short time, a third.
_RESERVE = timedelta(seconds=30)
_FIELDS = ("DeploymentId", "LifecycleEventHookExecutionId")


class BadHookEvent(Exception):
    """The event is not CodeDeploy's, and without both ids there is nobody to answer to."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"the event has no {' and no '.join(missing)}; CodeDeploy sends both, so name this "
            "function as a hook of a deployment instead of calling it"
        )


@dataclass(frozen=True, slots=True)
class HookRun:
    """One call, from its start. `phase` is the one that this function is named for.

    `latest`: when a verdict has to be there so that it can be reported before Lambda ends the run.
    """

    deployment_id: str
    execution_id: str
    phase: Phase
    request_id: str
    started_at: datetime
    latest: datetime


def begin_run(
    event: object, phase: Phase, request_id: str, now: datetime, remaining: timedelta
) -> HookRun:
    """Read the event; raise BadHookEvent.

    "AppSpec 'hooks' section", AWS CodeDeploy User Guide: it has these two fields.
    """
    fields: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
    missing = tuple(name for name in _FIELDS if not _is_named(fields.get(name)))
    if missing:
        raise BadHookEvent(missing)
    deployment_id, execution_id = (str(fields[name]) for name in _FIELDS)
    latest = now + remaining - min(_RESERVE, remaining / 3)
    return HookRun(deployment_id, execution_id, phase, request_id, now, latest)


def _is_named(value: object) -> bool:
    return isinstance(value, str) and bool(value)
