"""Who is calling AWS, and where AWS is."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session

from steward.aws.sessions import Sessions
from steward.domain.stacks import Unit
from steward_cli.failures import ExitCode, Failure

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

# The first call finds out whether there is anybody at all, so it does not try for long.
_FIRST_CALL = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})


@dataclass(frozen=True, slots=True)
class Connection:
    """The caller's credentials; `home` is the caller's account in the hub's region."""

    session: Session
    home: Unit

    def sessions(self, external_id: str) -> Sessions:
        """Clients of all accounts; the caller's own is read with the caller's own credentials."""
        return Sessions(
            self.home.account_id, external_id, single_account=True, session=self.session
        )


class EndpointSession(Session):
    """A botocore session whose clients all talk to one endpoint."""

    def __init__(self, profile: str | None, endpoint: str | None) -> None:
        super().__init__(profile=profile)
        self._endpoint = endpoint

    def create_client(self, *args: Any, **options: Any) -> Any:
        return super().create_client(*args, **{"endpoint_url": self._endpoint} | options)


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
    session.set_config_variable("region", region)
    session.set_config_variable("sts_regional_endpoints", "regional")
    sts = cast("STSClient", session.create_client("sts", config=_FIRST_CALL))
    return Connection(session, Unit(sts.get_caller_identity()["Account"], region))
