"""Whether what could not be read was on record as not covered, and only that."""

from collections.abc import Iterator, Mapping

from local.faults.catalogue import (
    NO_REGION,
    NO_REGION_DAYS,
    NO_ROLE_ACCOUNT,
    NO_ROLE_DAYS,
    Fault,
)
from local.organization import HUB
from local.scenario_accounts import MEMBERS, PRODUCTION

# Accounts whose organizational unit the demo's policy does not exclude.
SWEPT = (
    HUB,
    *(each.name for each in MEMBERS if not each.organizational_unit.startswith(PRODUCTION)),
)
DENIALS = {"denied: roles of an account", "denied: a region"}


def untold_gaps(fault: Fault, uncovered: Mapping[int, tuple[str, ...]]) -> Iterator[str]:
    """One sentence for each day on which coverage was told otherwise than it was."""
    denied = not DENIALS.isdisjoint(rule.name for rule in fault.rules)
    for day, found in uncovered.items():
        expected = _denied_on(day) if denied else set()
        if set(found) != expected:
            yield f"day {day}: uncovered {sorted(found)}, expected {sorted(expected)}"


def _denied_on(day: int) -> set[str]:
    if day in NO_ROLE_DAYS:
        return {f"{NO_ROLE_ACCOUNT} eu-west-1", f"{NO_ROLE_ACCOUNT} us-east-1"}
    if day in NO_REGION_DAYS:
        return {f"{account} {NO_REGION}" for account in SWEPT}
    return set()
