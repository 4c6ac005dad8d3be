"""AWS clients of the hub and of member accounts. The only place that assumes roles."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from botocore.session import Session

from steward.aws.clients import Clients, Credentials, Recent
from steward.aws.errors import DENIED, code_of, message_of
from steward.domain.stacks import Unit

if TYPE_CHECKING:
    from mypy_boto3_account import AccountClient
    from mypy_boto3_appconfigdata import AppConfigDataClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef

    from steward.aws.canaries import SyntheticsClient
    from steward.aws.custom_runtimes import LambdaCoreClient
    from steward.aws.health import HealthClient
    from steward.aws.paged import Paged

# "Roles terms and concepts", IAM User Guide: a role assumed by a role lives one hour at most.
SESSION_SECONDS = 3600
RENEW_BEFORE = timedelta(minutes=5)
LONGEST_SESSION_NAME = 64
MOST_ROLES = 256
# "AWS Health endpoints and quotas", AWS General Reference: one for each partition.
_HEALTH_REGIONS = {"aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
_UNREACHABLE = DENIED | {"RegionDisabledException"}
_WALL_CLOCK = partial(datetime.now, UTC)


class AccountUnreachable(Exception):
    """A role of a member account cannot be assumed, so nothing there can be read or changed."""

    def __init__(self, account_id: str, role_name: str, code: str, message: str) -> None:
        super().__init__(
            f"role {role_name} of account {account_id} cannot be assumed ({code}: {message}); "
            "deploy org/members/roles.yaml there, with the hub's ExternalId if it has one, or "
            "exclude the account in the policy"
        )
        self.account_id = account_id
        self.role_name = role_name
        self.code = code
        self.message = message


class UnitUnreachable(Exception):
    """A unit cannot be scanned although its role was assumed; it counts as not covered.

    `action`: the call that lists what the scan is about.
    """

    def __init__(
        self, unit: Unit, code: str, message: str, action: str = "cloudformation:DescribeStacks"
    ) -> None:
        super().__init__(
            f"unit {unit} cannot be scanned ({code}: {message}); enable the region in that "
            f"account, allow {action} there, or take the region out of the policy's scope"
        )
        self.unit = unit
        self.code = code
        self.message = message


@dataclass(slots=True)
class _HeldRole:
    """The lock lets threads that need the same role at once assume it once."""

    lock: Lock = field(default_factory=Lock)
    credentials: Credentials | None = None


class Sessions:
    """Clients by service, unit and role, made when first asked for and then shared.

    In single-account mode the hub's own account is reached with the process's own credentials,
    which a session policy cannot narrow. Credentials age by `clock`, never by a sweep's clock.
    """

    def __init__(
        self,
        hub_account_id: str = "",
        external_id: str = "",
        *,
        single_account: bool = False,
        session: Session | None = None,
        clock: Callable[[], datetime] = _WALL_CLOCK,
    ) -> None:
        self._hub_account_id = hub_account_id
        self._single_account = single_account
        self._external_id = external_id
        self._clock = clock
        self._clients = Clients(session)
        self._roles: Recent[tuple[str, str], _HeldRole] = Recent(MOST_ROLES)

    def appconfigdata(self) -> "AppConfigDataClient":
        return cast("AppConfigDataClient", self._hub("appconfigdata"))

    def config(self) -> "Paged":
        return cast("Paged", self._hub("config"))

    def dynamodb(self) -> "DynamoDBClient":
        return cast("DynamoDBClient", self._hub("dynamodb"))

    def functions(self) -> "LambdaClient":
        """Lambda of the hub itself."""
        return cast("LambdaClient", self._hub("lambda"))

    def health(self) -> "HealthClient":
        """AWS Health, which answers for all regions in one."""
        region = self._clients.region()
        partition = self._clients.partition_of(region) if region else "aws"
        health = self._clients.shared("health", _HEALTH_REGIONS.get(partition, "us-east-1"), None)
        return cast("HealthClient", health)

    def organizations(self) -> "OrganizationsClient":
        return cast("OrganizationsClient", self._hub("organizations"))

    def reports_s3(self) -> "S3Client":
        return cast("S3Client", self._hub("s3"))

    def sesv2(self) -> "SESV2Client":
        return cast("SESV2Client", self._hub("sesv2"))

    def sns(self) -> "SNSClient":
        return cast("SNSClient", self._hub("sns"))

    def sqs(self) -> "SQSClient":
        return cast("SQSClient", self._hub("sqs"))

    def ssm(self) -> "SSMClient":
        return cast("SSMClient", self._hub("ssm"))

    def cloudformation(
        self, unit: Unit, role_name: str, *, session_policy: str = ""
    ) -> "CloudFormationClient":
        client = self._member("cloudformation", unit, role_name, session_policy)
        return cast("CloudFormationClient", client)

    def cloudtrail(self, unit: Unit, role_name: str) -> "CloudTrailClient":
        return cast("CloudTrailClient", self._member("cloudtrail", unit, role_name, ""))

    def cloudwatch(self, unit: Unit, role_name: str) -> "CloudWatchClient":
        return cast("CloudWatchClient", self._member("cloudwatch", unit, role_name, ""))

    def codedeploy(self, unit: Unit, role_name: str) -> "CodeDeployClient":
        return cast("CodeDeployClient", self._member("codedeploy", unit, role_name, ""))

    def dynamodb_in(self, unit: Unit, role_name: str) -> "DynamoDBClient":
        return cast("DynamoDBClient", self._member("dynamodb", unit, role_name, ""))

    def lambda_(self, unit: Unit, role_name: str) -> "LambdaClient":
        return cast("LambdaClient", self._member("lambda", unit, role_name, ""))

    def lambda_core(self, unit: Unit, role_name: str) -> "LambdaCoreClient | None":
        """None where this release of botocore does not know customer-managed runtimes."""
        if not self._clients.knows("lambda-core"):
            return None
        return cast("LambdaCoreClient", self._member("lambda-core", unit, role_name, ""))

    def synthetics(self, unit: Unit, role_name: str) -> "SyntheticsClient":
        return cast("SyntheticsClient", self._member("synthetics", unit, role_name, ""))

    def tagging(self, unit: Unit, role_name: str) -> "Paged":
        """The Resource Groups Tagging API."""
        return cast("Paged", self._member("resourcegroupstaggingapi", unit, role_name, ""))

    def account(self, unit: Unit, role_name: str) -> "AccountClient":
        """AWS Account Management of the unit's account, which is the same in every region."""
        return cast("AccountClient", self._member("account", unit, role_name, ""))

    def s3(self, unit: Unit, role_name: str, *, session_policy: str = "") -> "S3Client":
        return cast("S3Client", self._member("s3", unit, role_name, session_policy))

    def _hub(self, service: str) -> Any:
        return self._clients.shared(service, "", None)

    def _member(self, service: str, unit: Unit, role_name: str, session_policy: str) -> Any:
        if self._single_account and unit.account_id == self._hub_account_id:
            return self._clients.shared(service, unit.region, None)
        if session_policy:
            narrowed = self._assume(unit, role_name, session_policy)
            return self._clients.make(service, unit.region, narrowed)
        credentials = self._credentials(unit, role_name)
        return self._clients.shared(service, unit.region, credentials)

    def _credentials(self, unit: Unit, role_name: str) -> Credentials:
        """The role's credentials: assumed once for all units of the account, until they age."""
        held = self._roles.get((unit.account_id, role_name), _HeldRole)
        with held.lock:
            fresh_until = self._clock() + RENEW_BEFORE
            if held.credentials is None or held.credentials.expires_at <= fresh_until:
                held.credentials = self._assume(unit, role_name)
            return held.credentials

    def _assume(self, unit: Unit, role_name: str, session_policy: str = "") -> Credentials:
        sts = cast("STSClient", self._hub("sts"))
        try:
            given = sts.assume_role(**self._request(unit, role_name, session_policy))
        except ClientError as error:
            if code_of(error) not in _UNREACHABLE:
                raise
            raise AccountUnreachable(
                unit.account_id, role_name, code_of(error), message_of(error)
            ) from error
        found = given["Credentials"]
        return Credentials(
            found["AccessKeyId"],
            found["SecretAccessKey"],
            found["SessionToken"],
            found["Expiration"],
        )

    def _request(
        self, unit: Unit, role_name: str, session_policy: str
    ) -> "AssumeRoleRequestTypeDef":
        partition = self._clients.partition_of(unit.region)
        request: AssumeRoleRequestTypeDef = {
            "RoleArn": f"arn:{partition}:iam::{unit.account_id}:role/{role_name}",
            "RoleSessionName": f"steward-{role_name}"[:LONGEST_SESSION_NAME],
            "DurationSeconds": SESSION_SECONDS,
        }
        if self._external_id:
            request["ExternalId"] = self._external_id
        if session_policy:
            request["Policy"] = session_policy
        return request
