"""What AWS, or the way to it, answers when it refuses: told as one error a person can act on."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from steward.aws.errors import DENIED, code_of, message_of
from steward.aws.policies import PolicyUnreachable
from steward.aws.sessions import AccountUnreachable, UnitUnreachable
from steward.ledger.attributes import UnreadableItem
from steward_cli.failures import ExitCode, Failure

LOG_IN = "log in (for example `aws sso login`), or name another profile with --profile"
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN = frozenset(
    {
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
EXPECTED = (
    BotoCoreError,
    ClientError,
    AccountUnreachable,
    UnitUnreachable,
    PolicyUnreachable,
    UnreadableItem,
)


def failure_of(error: Exception) -> Failure:
    """The failure to tell for one of the EXPECTED errors."""
    match error:
        case ClientError():
            return _refused(error)
        case NoCredentialsError() | PartialCredentialsError():
            return Failure(f"no usable AWS credentials were found: {error}", LOG_IN)
        case ProfileNotFound():
            return Failure(str(error), "run `aws configure list-profiles`", ExitCode.USAGE)
        case SSOError():
            return Failure(str(error), LOG_IN)
        case HTTPClientError() | NoConnectionError():
            todo = "check the network, the region and --endpoint (or AWS_ENDPOINT_URL)"
            return Failure(str(error), todo)
        case BotoCoreError():
            return Failure(f"{type(error).__name__}: {error}", LOG_IN)
        case _:
            what, _, todo = reason_of(error).partition("; ")
            return Failure(what, todo or "try again; look the message up if it stays")


def reason_of(error: Exception) -> str:
    """One line that says why a part of the answer is missing."""
    told = str(error)
    if isinstance(error, ClientError):
        told = f"{error.operation_name}: {code_of(error)}: {message_of(error)}"
    return " ".join(told.split())


def _refused(error: ClientError) -> Failure:
    what = reason_of(error)
    code = code_of(error)
    if code in _EXPIRED:
        return Failure(f"the AWS credentials have expired ({what})", LOG_IN)
    if code in _UNKNOWN:
        return Failure(f"AWS does not know these credentials ({what})", LOG_IN)
    if code in DENIED or code == "AccessDeniedForDependencyException":
        todo = f"use credentials that may call {error.operation_name}, or ask for that permission"
        return Failure(f"AWS denies it ({what})", todo)
    return Failure(f"AWS refuses it ({what})", "try again; look the code up if it stays")
