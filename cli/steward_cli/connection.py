"""Who is calling AWS, and where AWS is."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from steward.aws.errors import DENIED, code_of
from steward.aws.sessions import Sessions
from steward.domain.stacks import Unit
from steward_cli.callers import session_name
from steward_cli.failures import ExitCode, Failure

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef, CredentialsTypeDef

_SESSION_BY_DEFAULT = timedelta(hours=1)
# The first call finds out whether there is anybody at all, so it does not try for long.
_FIRST_CALL = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})


@dataclass(frozen=True, slots=True)
class Connection:
    """The credentials in use; `home` is their account in the hub's region.

    `caller` is the ARN of whoever started the command. `is_operator`: the credentials are those of
    the hub's operator role, not the caller's own. `until`: when that role's session ends.
    """

    session: "EndpointSession"
    home: Unit
    caller: str
    is_operator: bool = False
    until: datetime | None = None

    def sessions(self, external_id: str, *, single_account: bool = False) -> Sessions:
        """Clients of all accounts; a caller's own account is read with the caller's credentials."""
        alone = single_account or not self.is_operator
        return Sessions(
            self.home.account_id, external_id, single_account=alone, session=self.session
        )

    def as_operator(self, role_arn: str, lasting: timedelta | None = None) -> "Connection":
        """The same connection under the hub's operator role; as it is when that is not allowed.

        The caller's name is the session's, so that CloudTrail tells who acted. The session lasts as
        long as `lasting` where the role allows it, else as long as AWS gives by default.
        """
        sts = cast("STSClient", self.session.create_client("sts"))
        try:
            credentials = _assumed(sts, role_arn, session_name(self.caller), lasting)
        except ClientError as error:
            if code_of(error) not in DENIED:
                raise
            return self
        session = EndpointSession(None, self.session.endpoint)
        session.set_credentials(
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
        )
        placed = _placed(session, self.home.region)
        return Connection(placed, self.home, self.caller, True, credentials["Expiration"])


def _assumed(
    sts: "STSClient", role_arn: str, name: str, lasting: timedelta | None
) -> "CredentialsTypeDef":
    """A session longer than the role's, or than an hour for a caller who is a role, is refused as
    a ValidationError ("AssumeRole", AWS Security Token Service API Reference)."""
    how: AssumeRoleRequestTypeDef = {"RoleArn": role_arn, "RoleSessionName": name}
    if lasting is not None and lasting > _SESSION_BY_DEFAULT:
        longer: AssumeRoleRequestTypeDef = {
            **how,
            "DurationSeconds": int(lasting.total_seconds()),
        }
        try:
            return sts.assume_role(**longer)["Credentials"]
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
    return sts.assume_role(**how)["Credentials"]


class EndpointSession(Session):
    """A botocore session whose clients all talk to one endpoint."""

    def __init__(self, profile: str | None, endpoint: str | None) -> None:
        super().__init__(profile=profile)
        self.endpoint = endpoint

    def create_client(self, *args: Any, **options: Any) -> Any:
        return super().create_client(*args, **{"endpoint_url": self.endpoint} | options)


def connect(profile: str | None, endpoint: str | None, region: str | None) -> Connection:
    """Find credentials, region and account, the way every AWS tool does."""
    if endpoint is not None and not endpoint.startswith(("http://", "https://")):
        todo = "write it like https://localhost:4566"
        raise Failure(f"--endpoint {endpoint} is no URL", todo, ExitCode.USAGE)
    session = EndpointSession(profile, endpoint)
    region = region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
    if not region:
        raise Failure(
            "no AWS region is set, so the hub cannot be looked for",
            "give --hub-region, or set AWS_REGION or the profile's region",
            ExitCode.USAGE,
        )
    _placed(session, region)
    sts = cast("STSClient", session.create_client("sts", config=_FIRST_CALL))
    identity = sts.get_caller_identity()
    return Connection(session, Unit(identity["Account"], region), identity["Arn"])


def _placed(session: EndpointSession, region: str) -> EndpointSession:
    session.set_config_variable("region", region)
    session.set_config_variable("sts_regional_endpoints", "regional")
    return session
