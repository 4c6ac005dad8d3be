"""The kill switch with its history: who turned it last, when and why."""

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import BaseModel

from steward.aws.errors import code_of
from steward.aws.kill_switch import kill_switch_of
from steward.domain.proof import KillSwitch
from steward_cli.callers import caller_name
from steward_cli.failures import Failure

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_ssm.type_defs import ParameterHistoryTypeDef

# "PutParameter", AWS Systems Manager API Reference.
LONGEST_DESCRIPTION = 1024
_ALLOWED = "^(on|off)$"
_EFFECTS = {
    KillSwitch.OFF: "the policy decides what is deleted",
    KillSwitch.ON: "no stack is deleted anywhere; sweeps, notices and extensions go on",
    KillSwitch.UNREAD: "it says neither on nor off, which counts as on: no stack is deleted",
}


class KillSwitchReport(BaseModel):
    """`state`: off, on or unread. `value`: what the parameter says. `note`: its description."""

    parameter: str
    state: KillSwitch
    value: str
    effect: str
    changed_at: datetime | None = None
    changed_by: str = ""
    note: str = ""


def look(client: "SSMClient", parameter: str) -> KillSwitchReport:
    """Read the newest version; raise Failure when there is no such parameter.

    "GetParameterHistory", AWS Systems Manager API Reference: oldest first.
    """
    try:
        pages = client.get_paginator("get_parameter_history").paginate(Name=parameter)
        versions = [each for page in pages for each in page["Parameters"]]
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise
        raise Failure(
            f"there is no parameter {parameter}, which counts as on: no stack is deleted",
            "deploy the hub's stack again",
        ) from error
    return _report(parameter, max(versions, key=lambda each: each.get("Version", 0)))


def turn(client: "SSMClient", parameter: str, value: str, note: str) -> None:
    """Write `on` or `off`. The note is kept as the version's description."""
    client.put_parameter(
        Name=parameter,
        Value=value,
        Description=note[:LONGEST_DESCRIPTION],
        AllowedPattern=_ALLOWED,
        Overwrite=True,
    )


def _report(parameter: str, newest: "ParameterHistoryTypeDef") -> KillSwitchReport:
    value = newest.get("Value", "")
    state = kill_switch_of(value)
    return KillSwitchReport(
        parameter=parameter,
        state=state,
        value=value,
        effect=_EFFECTS[state],
        changed_at=newest.get("LastModifiedDate"),
        changed_by=caller_name(newest.get("LastModifiedUser", "")),
        note=newest.get("Description", ""),
    )
