"""Where an installed Steward keeps its ledger and its policy: the outputs of the hub's stack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import DENIED, code_of, message_of, says
from steward.aws.sessions import Sessions
from steward.domain.stacks import Unit

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

DEFAULT_STACK = "steward"
DEFAULT_READ_ROLE = "steward-read"


class NoHub(Exception):
    """There is no installed Steward where it was looked for; says why."""


@dataclass(frozen=True, slots=True)
class Hub:
    """What the hub's stack says of itself. `extension_url` is empty when mails carry no links.

    What an older hub does not have is empty. `outputs`: all that the stack says, by name.
    """

    ledger_table: str
    appconfig: tuple[str, str, str]
    kill_switch: str
    read_role: str
    external_id: str
    single_account: bool
    operator_role_arn: str
    extension_function: str
    extension_url: str
    reports_bucket: str = ""
    scan_function: str = ""
    report_function: str = ""
    planner_function: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def find_hub(sessions: Sessions, unit: Unit, stack_name: str) -> Hub:
    """Read the stack `stack_name` of `unit`, where the caller is at home; raise NoHub."""
    try:
        rows = sessions.cloudformation(unit, "").describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        if says(error, "ValidationError", "does not exist"):
            raise NoHub(f"there is no stack {stack_name} in {unit}") from None
        if code_of(error) in DENIED:
            raise NoHub(
                f"stack {stack_name} in {unit} may not be read: {message_of(error)}"
            ) from None
        raise
    return _hub(rows[0], f"stack {stack_name} in {unit}")


def _hub(row: "StackTypeDef", where: str) -> Hub:
    outputs = {
        each.get("OutputKey", ""): each.get("OutputValue", "") for each in row.get("Outputs", [])
    }
    parameters = {
        each.get("ParameterKey", ""): each.get("ParameterValue", "")
        for each in row.get("Parameters", [])
    }
    return Hub(
        ledger_table=_output(outputs, "LedgerTableName", where),
        appconfig=(
            _output(outputs, "PolicyApplicationId", where),
            _output(outputs, "PolicyEnvironmentId", where),
            _output(outputs, "PolicyProfileId", where),
        ),
        kill_switch=_output(outputs, "KillSwitchParameterName", where),
        read_role=parameters.get("ReadRoleName") or DEFAULT_READ_ROLE,
        external_id=parameters.get("ExternalId", ""),
        single_account=parameters.get("OrganizationMode") == "single-account",
        operator_role_arn=outputs.get("OperatorRoleArn", ""),
        extension_function=outputs.get("LeaseExtensionFunctionName", ""),
        extension_url=outputs.get("LeaseExtensionUrl", ""),
        reports_bucket=outputs.get("ReportsBucketName", ""),
        scan_function=outputs.get("RuntimePlannerFunctionName", ""),
        report_function=outputs.get("RuntimeReportFunctionName", ""),
        planner_function=outputs.get("LeasePlannerFunctionName", ""),
        outputs=outputs,
    )


def _output(outputs: Mapping[str, str], name: str, where: str) -> str:
    if not outputs.get(name):
        raise NoHub(f"{where} has no output {name}, so it is no hub of this version of Steward")
    return outputs[name]
