"""One Lambda function, or one published version of it, as the inventory shows it."""

from dataclasses import dataclass
from enum import StrEnum

from steward.domain.runtimes.exceptions import Excepted
from steward.domain.runtimes.fitting import ANY, Needs
from steward.domain.runtimes.severity import UNEXPOSED, Exposure
from steward.domain.stacks import Unit

LATEST = "$LATEST"


class Origin(StrEnum):
    """Who wrote the function, as far as its name and tags tell: whoever did has to change it."""

    APPLICATION = "application"
    FRAMEWORK = "framework"
    CANARY = "canary"


@dataclass(frozen=True, slots=True)
class Function:
    """`runtime_id`: None when it names none. `stack`: the name of its root stack; may be empty.

    `in_use`: whether an alias or a trigger points at this version; always true of `$LATEST`.
    """

    unit: Unit
    name: str
    runtime_id: str | None
    version: str = LATEST
    package_type: str = "Zip"
    owner: str = ""
    stack: str = ""
    origin: Origin = Origin.APPLICATION
    in_use: bool = True
    needs: Needs = ANY
    exposure: Exposure = UNEXPOSED

    @property
    def arn(self) -> str:
        """The unqualified ARN: versions are children of their function."""
        partition = _partition(self.unit.region)
        place = f"{self.unit.region}:{self.unit.account_id}"
        return f"arn:{partition}:lambda:{place}:function:{self.name}"

    def as_excepted(self) -> Excepted:
        """What an exception may name about it."""
        runtime_id = self.runtime_id or ""
        return Excepted(self.arn, self.stack, self.owner, self.unit.account_id, runtime_id)


def _partition(region: str) -> str:
    """ "AWS partitions", AWS Fault Isolation Boundaries whitepaper."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
