"""Who looks, with which clock, and at which version of the hub."""

from datetime import timedelta

from steward_cli.callers import caller_name
from steward_cli.connection import Connection
from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, together, warn
from steward_cli.doctor.hub_stack import DeployedStack

# "Troubleshoot Signature Version 4 signing for AWS API requests", IAM User Guide: a request is
# refused once its time is five minutes off.
_REFUSED = timedelta(minutes=5)
_CLOSE_TO_REFUSED = timedelta(minutes=4)
_NOTICEABLE = timedelta(seconds=60)
_RUNS_AN_OLDER_VERSION = "the last update failed, and the version before it runs"
# What commands of this version read; a hub that lacks one was deployed before it existed.
_OUTPUTS = (
    "AlarmsTopicArn",
    "HubRoleNamePrefix",
    "KillSwitchParameterName",
    "LeaseExtensionFunctionName",
    "LedgerTableName",
    "NoticesTopicArn",
    "OperatorRoleArn",
    "ReportsBucketName",
    "RuntimePlannerFunctionName",
    "RuntimeReportFunctionName",
)
_UPGRADE = "deploy this version's template: docs/guide/install.md, Upgrade"


def judge_caller(connection: Connection, operator_role_arn: str) -> Finding:
    """Members trust the operator role alone, so other credentials see the hub only."""
    who = f"{caller_name(connection.caller)} in {connection.home}"
    seen = Evidence("sts:GetCallerIdentity", "Arn", connection.caller)
    if connection.is_operator:
        return ok(f"{who}, as the operator role", seen)
    if not operator_role_arn:
        return warn(f"{who}; the hub names no operator role", _UPGRADE, seen)
    return warn(
        f"{who} may not assume the operator role, which members trust",
        f"allow sts:AssumeRole on {operator_role_arn} to this caller",
        seen,
        Evidence("cloudformation:DescribeStacks", "OperatorRoleArn", operator_role_arn),
    )


def judge_clock(skew: timedelta) -> Finding:
    """`skew`: how far this machine's clock is ahead of AWS's, to the second."""
    off = abs(skew)
    seconds = number(round(off.total_seconds()), "second")
    seen = Evidence("sts:GetCallerIdentity", "Date header, this clock minus AWS's", f"{skew}")
    if off < _NOTICEABLE:
        return ok(f"this clock is {seconds} off AWS's", seen)
    way = "ahead of" if skew > timedelta(0) else "behind"
    why = f"this clock is {seconds} {way} AWS's; AWS refuses requests from 300 on"
    todo = "let the machine take its time from a time server (timedatectl set-ntp true)"
    return (fail if off >= _CLOSE_TO_REFUSED else warn)(why, todo, seen)


def judge_hub_stack(stack: DeployedStack, version: str) -> Finding:
    """`version`: this command's own."""
    return together(
        [*_state_problems(stack), *_output_problems(stack), *_version_problems(stack, version)],
        ok(f"stack {stack.name} is {stack.status}, version {version}"),
    )


def _state_problems(stack: DeployedStack) -> list[Finding]:
    seen = Evidence("cloudformation:DescribeStacks", "StackStatus", stack.status)
    because = f" ({stack.reason})" if stack.reason else ""
    why = f"stack {stack.name} is {stack.status}{because}"
    todo = f"aws cloudformation describe-stack-events --stack-name {stack.name} says why"
    if stack.status == "UPDATE_ROLLBACK_COMPLETE":
        return [warn(f"{why}: {_RUNS_AN_OLDER_VERSION}", todo, seen)]
    if stack.status.endswith("_IN_PROGRESS"):
        return [warn(why, "wait until it is done, then look again", seen)]
    if stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        return []
    return [fail(why, todo, seen)]


def _output_problems(stack: DeployedStack) -> list[Finding]:
    missing = [name for name in _OUTPUTS if not stack.outputs.get(name)]
    if not missing:
        return []
    listed = ", ".join(missing)
    seen = Evidence("cloudformation:DescribeStacks", "Outputs without", listed)
    return [warn(f"the hub is older than this command: it has no output {listed}", _UPGRADE, seen)]


def _version_problems(stack: DeployedStack, version: str) -> list[Finding]:
    deployed = stack.outputs.get("StewardVersion", "")
    if deployed == version:
        return []
    seen = Evidence("cloudformation:DescribeStacks", "StewardVersion", deployed or "no output")
    said = f"the hub is version {deployed}" if deployed else "the hub does not say its version"
    todo = f"{_UPGRADE}, or install version {deployed or 'of the hub'} of the command"
    return [warn(f"{said}, this command is {version}", todo, seen)]
