"""Asks the hub's planner for a sweep now, in the name of a person."""

import json
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from pydantic import BaseModel, Field

from steward.aws.errors import code_of, message_of
from steward.domain.instants import iso
from steward_cli.callers import caller_name
from steward_cli.failures import Failure
from steward_cli.installation import Installation

SOURCE = "steward.operator"


class PlannerAnswer(BaseModel):
    """What lease_planner says. `held`: why the sweep only observes; empty when it may act."""

    sweep: str = ""
    units: int = Field(ge=0)
    held: str = ""


def start_sweep(found: Installation, reason: str) -> PlannerAnswer:
    """Plan a sweep of now; raise Failure when the planner could not be asked, or failed."""
    planner = found.hub.planner_function
    if not planner:
        raise Failure("the hub's stack has no output LeasePlannerFunctionName", "update the hub")
    event = {
        "source": SOURCE,
        "time": iso(datetime.now(UTC)),
        "detail": {"by": caller_name(found.connection.caller), "reason": reason},
    }
    try:
        given = found.sessions.functions().invoke(
            FunctionName=planner, Payload=json.dumps(event).encode()
        )
    except ClientError as error:
        said = f"{code_of(error)}: {message_of(error)}"
        raise Failure(f"{planner} was not asked ({said})", "see its runbook") from None
    payload: Any = json.loads(given["Payload"].read() or b"{}")
    if given.get("FunctionError"):
        what = f"{planner} failed: {payload.get('errorMessage', 'it does not say why')}"
        raise Failure(what, "read docs/runbooks/lease-planner-errors.md")
    return PlannerAnswer.model_validate(payload)
