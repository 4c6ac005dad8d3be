"""Asks one of the hub's functions for something: one call, never repeated by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from pydantic import BaseModel, ValidationError

from steward.aws.errors import DENIED, code_of, message_of
from steward.notify.harmless import harmless
from steward_cli.connection import Connection
from steward_cli.failures import Failure

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import InvocationResponseTypeDef

ALIAS = "live"


@dataclass(frozen=True, slots=True)
class HubFunction:
    """`deployed` is its name in AWS, `name` the one in the code. `seconds`: longer than it takes.

    `unsure`, `look`: what is not known when no answer comes, and how to find out.
    """

    deployed: str
    name: str
    seconds: int
    unsure: str
    look: str


def ask[T: BaseModel](
    connection: Connection, function: HubFunction, request: Mapping[str, Any], answer: type[T]
) -> T:
    """What `function` answers; raise Failure when it could not be asked, or failed."""
    once = Config(
        read_timeout=function.seconds, retries={"total_max_attempts": 1}, tcp_keepalive=True
    )
    client = cast("LambdaClient", connection.session.create_client("lambda", config=once))
    try:
        given = client.invoke(
            FunctionName=f"{function.deployed}:{ALIAS}", Payload=json.dumps(request).encode()
        )
    except ReadTimeoutError:
        what = f"{function.deployed} did not answer in time, so {function.unsure}"
        raise Failure(what, function.look) from None
    except ClientError as error:
        raise _refused(function.deployed, error) from None
    return _answer(function, given, answer)


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


def _answer[T: BaseModel](
    function: HubFunction, given: "InvocationResponseTypeDef", answer: type[T]
) -> T:
    payload = given["Payload"].read()
    if given.get("FunctionError"):
        raise Failure(
            f"{function.deployed} failed: {_error_in(payload)}",
            f"read its log group, whose name ends with /{function.name}",
        )
    try:
        return answer.model_validate_json(payload)
    except ValidationError:
        raise Failure(
            f"{function.deployed} gave an answer that this command cannot read",
            "use the command of the version that is installed in the hub",
        ) from None


def _error_in(payload: bytes) -> str:
    """What the Lambda runtime says of an exception ("Lambda function errors in Python")."""
    try:
        error: Any = json.loads(payload)
        return harmless(f"{error['errorType']}: {error['errorMessage']}")
    except (ValueError, KeyError, TypeError):
        return "it does not say why"
