"""Which units a stack set covers.

Source: "DeploymentTargets", AWS CloudFormation API Reference: the accounts of organizational units
at any depth, narrowed by AccountFilterType; never the management account.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.stack_sets.records import Place, StackSet

Fields = Mapping[str, Any]


class Target(NamedTuple):
    unit: str
    overrides: dict[str, str]


class WrongTargetsError(Exception):
    """The deployment targets are not those of a service-managed stack set."""


def targets_of(stack_set: StackSet) -> dict[Place, Target]:
    """The organizational unit is the one of the targets that holds the account."""
    found: dict[Place, Target] = {}
    for group in stack_set.properties.get("StackInstancesGroup", []):
        overrides = {
            each["ParameterKey"]: each["ParameterValue"]
            for each in group.get("ParameterOverrides", [])
        }
        for account, unit in _accounts(group["DeploymentTargets"]).items():
            for region in group["Regions"]:
                found[Place(account, region)] = Target(unit, overrides)
    return found


def check(groups: Iterable[Fields]) -> None:
    for group in groups:
        targets = group.get("DeploymentTargets", {})
        if not targets.get("OrganizationalUnitIds"):
            what = "a service-managed stack set deploys to OrganizationalUnitIds"
            raise WrongTargetsError(what)
        unknown = [unit for unit in targets["OrganizationalUnitIds"] if not tree.knows_parent(unit)]
        if unknown:
            raise WrongTargetsError(f"there is no root or unit {', '.join(unknown)}")
        if targets.get("Accounts") and _filter(targets) == "NONE":
            raise WrongTargetsError("Accounts needs an AccountFilterType")
        if _filter(targets) == "UNION":
            raise WrongTargetsError("UNION is not supported when the stack set is a resource")


def _accounts(targets: Fields) -> dict[str, str]:
    named = set(targets.get("Accounts", []))
    kept = {
        account: unit
        for unit in targets["OrganizationalUnitIds"]
        for account in tree.accounts_under(unit)
        if account != tree.management_account()
    }
    match _filter(targets):
        case "INTERSECTION":
            return {account: unit for account, unit in kept.items() if account in named}
        case "DIFFERENCE":
            return {account: unit for account, unit in kept.items() if account not in named}
        case _:
            return kept


def _filter(targets: Fields) -> str:
    return str(targets.get("AccountFilterType") or "NONE")
