"""The organization that every contender sweeps: how much there is, and what it is called."""

from dataclasses import dataclass
from datetime import timedelta

HUB_ACCOUNT = "123456789012"
HOME_REGION = "eu-west-1"
REGIONS = (HOME_REGION, "us-east-1")
READ_ROLE = "steward-read"
LEDGER = "steward-ledger"
STACK_AGE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Shape:
    """`feature_stacks` of a unit's `stacks` are in the scope of the policy, the others are not."""

    accounts: int
    stacks: int
    feature_stacks: int
    regions: tuple[str, ...] = REGIONS

    @property
    def units(self) -> int:
        return self.accounts * len(self.regions)

    @property
    def leases(self) -> int:
        return self.units * self.feature_stacks

    def __str__(self) -> str:
        return (
            f"{self.accounts} accounts x {len(self.regions)} regions x {self.stacks} stacks, "
            f"{self.feature_stacks} of them feature stacks"
        )


SWEPT = Shape(accounts=10, stacks=20, feature_stacks=10)


@dataclass(frozen=True, slots=True)
class FunctionShape:
    """What each unit has: `functions`, and where runtimes end, `ending` of them on one that does.

    One more there has a published version on it, which an alias points at.
    """

    functions: int
    ending: int
    regions: tuple[str, ...] = REGIONS
    ending_regions: tuple[str, ...] = (HOME_REGION,)
    old_runtime: str = "python3.9"
    new_runtime: str = "python3.14"

    def __str__(self) -> str:
        return f"{len(self.regions)} regions x {self.functions} functions"


SCANNED = FunctionShape(functions=20, ending=5)
