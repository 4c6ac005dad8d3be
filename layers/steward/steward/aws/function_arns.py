"""ARNs of Lambda functions, taken apart: sources name the same function in several ways."""

import re
from dataclasses import dataclass

from steward.domain.runtimes.functions import LATEST
from steward.domain.stacks import Unit

# FunctionArn, AWS Lambda API Reference. `aws-cn`, `aws-us-gov` and others are partitions.
_ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12})"
    r":function:(?P<name>[a-zA-Z0-9_.-]+)(?::(?P<qualifier>[$a-zA-Z0-9_.-]+))?"
)


@dataclass(frozen=True, slots=True)
class FunctionArn:
    """`qualifier`: `$LATEST`, a version's number or an alias; an unqualified ARN is `$LATEST`."""

    unit: Unit
    name: str
    qualifier: str = LATEST

    @property
    def version(self) -> str:
        """The version it names; empty when it names an alias."""
        is_version = self.qualifier == LATEST or self.qualifier.isdecimal()
        return self.qualifier if is_version else ""


def function_arn(text: str) -> FunctionArn | None:
    """The parts of a function's ARN; None if `text` is none."""
    match = _ARN.fullmatch(text.strip())
    if match is None:
        return None
    unit = Unit(match["account"], match["region"])
    return FunctionArn(unit, match["name"], match["qualifier"] or LATEST)
