"""Who looks, this machine's clock, and the hub's stack."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version

from steward_cli import clock
from steward_cli.doctor.findings import Finding, skipped
from steward_cli.doctor.judging.connecting import judge_caller, judge_clock, judge_hub_stack
from steward_cli.doctor.patient import Patient


def look_at_caller(patient: Patient) -> Finding:
    installed = patient.installation
    return judge_caller(installed.connection, installed.hub.operator_role_arn)


def look_at_clock(patient: Patient) -> Finding:
    """The middle of the call is when AWS wrote its Date, which has no fractions of a second."""
    before = clock.now()
    answer = patient.client("sts").get_caller_identity()
    after = clock.now()
    told = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date", "")
    if not told:
        return skipped("the answer of STS has no Date header")
    aws: datetime = parsedate_to_datetime(told)
    return judge_clock(before + (after - before) / 2 - aws)


def look_at_hub_stack(patient: Patient) -> Finding:
    return judge_hub_stack(patient.stack, version("steward"))
