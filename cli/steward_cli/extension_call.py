"""Ask the hub's lease_extension for an extension: the one call of the command that changes a thing.

It is made once and names a date, so whoever is unsure whether it arrived may ask again.
"""

import json
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from pydantic import ValidationError

from steward.aws.errors import DENIED, code_of, message_of
from steward.messages import ExtensionAnswer, ExtensionRequest
from steward.notify.harmless import harmless
from steward_cli.connection import Connection
from steward_cli.failures import Failure

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import InvocationResponseTypeDef

ALIAS = "live"
# The function ends after 20 seconds; template.yaml says so.
_ONCE = Config(read_timeout=30, retries={"total_max_attempts": 1})


def ask_for_extension(
    connection: Connection, function: str, request: ExtensionRequest
) -> ExtensionAnswer:
    """What lease_extension answers; raise Failure when it could not be asked, or failed."""
    client = cast("LambdaClient", connection.session.create_client("lambda", config=_ONCE))
    wish = {"extend": request.model_dump(mode="json", exclude_none=True)}
    try:
        given = client.invoke(FunctionName=f"{function}:{ALIAS}", Payload=json.dumps(wish).encode())
    except ReadTimeoutError:
        raise Failure(
            f"{function} did not answer in time, so the lease may be extended or not",
            "look with `steward explain`, or ask again: the same date is never given twice",
        ) from None
    except ClientError as error:
        raise _refused(function, error) from None
    return _answer(function, given)


def _refused(function: str, error: ClientError) -> Failure:
    code, said = code_of(error), f"{code_of(error)}: {message_of(error)}"
    if code in DENIED:
        todo = f"use credentials that may be the hub's operator, or invoke {function}:{ALIAS}"
        return Failure(f"AWS denies an invocation of {function} ({said})", todo)
    if code == "TooManyRequestsException":
        return Failure(f"{function} is busy ({said})", "try again in a minute; nothing was changed")
    if code == "ResourceNotFoundException":
        todo = "deploy the hub's stack again"
        return Failure(f"{function} has no alias {ALIAS}, or is not there ({said})", todo)
    return Failure(f"{function} could not be asked ({said})", "try again; look the code up")


def _answer(function: str, given: "InvocationResponseTypeDef") -> ExtensionAnswer:
    payload = given["Payload"].read()
    if given.get("FunctionError"):
        raise Failure(
            f"{function} failed: {_error_in(payload)}",
            "read its log group, whose name ends with /lease_extension",
        )
    try:
        return ExtensionAnswer.model_validate_json(payload)
    except ValidationError:
        raise Failure(
            f"{function} gave an answer that this command cannot read",
            "use the command of the version that is installed in the hub",
        ) from None


def _error_in(payload: bytes) -> str:
    """What the Lambda runtime says of an exception ("Lambda function errors in Python")."""
    try:
        error: Any = json.loads(payload)
        return harmless(f"{error['errorType']}: {error['errorMessage']}")
    except (ValueError, KeyError, TypeError):
        return "it does not say why"
