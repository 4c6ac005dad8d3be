"""Organizational units as targets of stack sets: do they exist, and does none lie in another?

CloudFormation cannot tell: a pattern sees ids, not where they are. StackSets deploys to all units
in a listed one, so another listed one inside of it changes nothing and hides what is covered.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

# "ListParents" and "ListChildren", AWS Organizations API Reference.
_UNKNOWN = frozenset(
    {"ChildNotFoundException", "InvalidInputException", "OrganizationalUnitNotFoundException"}
)


def problems(
    client: "OrganizationsClient", covered: Sequence[str], reaped: Sequence[str]
) -> Iterator[str]:
    """One sentence for each thing that is wrong, with what to do."""
    above = {unit: _above(client, unit) for unit in {*covered, *reaped}}
    for unit in sorted(unit for unit, units in above.items() if units is None):
        yield f"there is no organizational unit {unit}: leave it out, or correct it"
    known = {unit: units for unit, units in above.items() if units is not None}
    for units in (covered, reaped):
        yield from _nested(known, units)
    for unit in reaped:
        if unit in known and not {unit, *known[unit]} & set(covered):
            yield (
                f"{unit} may be reaped, but is not covered: add it, or a unit that it lies in, to "
                "OrganizationalUnitIds"
            )


def _nested(known: dict[str, tuple[str, ...]], units: Sequence[str]) -> Iterator[str]:
    for unit in units:
        around = [each for each in known.get(unit, ()) if each in units]
        if around:
            yield f"{unit} lies in {around[0]}, which is listed too: leave {unit} out"


def _above(client: "OrganizationsClient", unit: str) -> tuple[str, ...] | None:
    """What is around `unit`, the nearest first, the root last; None when there is no such unit."""
    if unit.startswith("r-"):
        return () if unit in _roots(client) else None
    try:
        (parent,) = client.list_parents(ChildId=unit)["Parents"]
    except ClientError as error:
        if code_of(error) not in _UNKNOWN:
            raise
        return None
    if parent["Type"] == "ROOT":
        return (parent["Id"],)
    return (parent["Id"], *(_above(client, parent["Id"]) or ()))


def _roots(client: "OrganizationsClient") -> set[str]:
    return {
        root["Id"]
        for page in client.get_paginator("list_roots").paginate()
        for root in page["Roots"]
    }
