"""Parameters that say how rollouts go: the workload's, the platform team's profiles, overrides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from steward.aws.errors import DENIED, code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_ssm.type_defs import ParameterTypeDef

# "GetParameters", AWS Systems Manager API Reference.
_MOST_NAMES = 10
_IN_PLAIN_TEXT = "it is a SecureString, which hooks do not decrypt; write it as a String"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as it was read."""

    name: str
    version: int
    text: str
    modified_at: datetime

    def __str__(self) -> str:
        return f"parameter {self.name} version {self.version}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """There may be a parameter of this name; `why` nobody could tell, in a sentence."""

    name: str
    why: str

    def __str__(self) -> str:
        return f"parameter {self.name}"


type Read = Parameter | Unreadable | None


def read_parameters(client: "SSMClient", names: Iterable[str]) -> Mapping[str, Read]:
    """What there is under each name; None where there is nothing. Never raises for AWS's refusals.

    One call for all. Where one name is denied, AWS refuses all of them, and each is asked for alone
    so that it is known which.
    """
    wanted = list(dict.fromkeys(names))
    found: dict[str, Read] = {}
    for first in range(0, len(wanted), _MOST_NAMES):
        found |= _read(client, wanted[first : first + _MOST_NAMES])
    return found


def _read(client: "SSMClient", names: list[str]) -> dict[str, Read]:
    try:
        answer = client.get_parameters(Names=names, WithDecryption=False)
    except ClientError as error:
        if code_of(error) in DENIED and len(names) > 1:
            return {name: read for each in names for name, read in _read(client, [each]).items()}
        return _unreadable(names, f"{error.operation_name}: {code_of(error)}: {message_of(error)}")
    except BotoCoreError as error:
        return _unreadable(names, str(error))
    read = {row["Name"]: _parameter(row) for row in answer["Parameters"]}
    return {name: read.get(name) for name in names}


def _unreadable(names: list[str], why: str) -> dict[str, Read]:
    return {name: Unreadable(name, f"it cannot be read: {why}") for name in names}


def _parameter(row: "ParameterTypeDef") -> Parameter | Unreadable:
    if row["Type"] == "SecureString":
        return Unreadable(row["Name"], _IN_PLAIN_TEXT)
    return Parameter(row["Name"], row["Version"], row["Value"], row["LastModifiedDate"])
