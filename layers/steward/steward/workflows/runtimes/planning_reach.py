"""Where a scan looks: accounts and regions, and who is passed over and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter, ValidationError

from steward.domain.policy import Policy
from steward.domain.policy_values import RegionName
from steward.domain.stacks import Account, Unit

EXCLUDED = "excluded by runtimes.exclude_accounts of the policy"
STRANGER = "no active account of the organization"


@dataclass(frozen=True, slots=True)
class Reach:
    """`accounts` are looked at, the management account and production too. `regions` are looked at
    in each of them, whatever Config shows."""

    accounts: Mapping[str, Account]
    passed_over: Mapping[str, str]
    regions: tuple[str, ...]

    def units(self) -> set[Unit]:
        return {Unit(account_id, region) for account_id in self.accounts for region in self.regions}

    def why_not(self, account_id: str) -> str:
        """Why nothing is looked at in the account; empty when it is."""
        return "" if account_id in self.accounts else self.passed_over.get(account_id, STRANGER)


def reach_of(members: Iterable[Account], policy: Policy | None, own_region: str) -> Reach:
    """Where to look by `policy`; without one everywhere in the hub's own region."""
    known = {account.account_id: account for account in members}
    excluded = set(policy.runtimes.exclude_accounts) if policy else set()
    asked = (policy.runtimes.regions or policy.scope.regions) if policy else []
    return Reach(
        {name: each for name, each in known.items() if name not in excluded},
        {name: EXCLUDED for name in known if name in excluded},
        tuple(sorted({*asked} or {own_region})),
    )


_REGION: TypeAdapter[str] = TypeAdapter(RegionName)


@cache
def is_region(name: str) -> bool:
    """Whether `name` is written as regions are; sources also say `global`, or nothing."""
    try:
        _REGION.validate_python(name)
    except ValidationError:
        return False
    return True
