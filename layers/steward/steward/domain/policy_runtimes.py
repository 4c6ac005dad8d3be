"""What the policy says of Lambda runtimes: where to look, how early to warn, which dates count."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from steward.domain.policy_values import AccountId, RegionName, Section, UnitId
from steward.domain.runtimes.claims import Override
from steward.domain.runtimes.severity import Windows
from steward.domain.stacks import Account

Days = Annotated[int, Field(ge=1, le=3650)]


class SeverityWindows(Section):
    """Days to the next milestone at which each level begins; `block`: to a block, for critical."""

    info: Days = 365
    low: Days = 180
    medium: Days = 90
    high: Days = 30
    block: Days = 90

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if not self.info > self.low > self.medium > self.high:
            raise ValueError("write info > low > medium > high, in days")
        return self

    @property
    def windows(self) -> Windows:
        return Windows(self.info, self.low, self.medium, self.high, self.block)


class Runtimes(Section):
    """`regions`: empty for those of the scope. `exclude_accounts`: not looked at; the report says
    so. `organizational_units`: windows of the accounts in a unit; the nearest unit's count.
    `dates`: an operator's word on dates, which beats all other sources until it expires.
    """

    regions: list[RegionName] = []
    exclude_accounts: list[AccountId] = []
    windows: SeverityWindows = SeverityWindows()
    organizational_units: dict[UnitId, SeverityWindows] = {}
    dates: list[Override] = []

    def windows_for(self, account: Account) -> Windows:
        """The severity windows of `account`'s functions."""
        named = (unit for unit in reversed(account.ou_path) if unit in self.organizational_units)
        nearest = next(named, None)
        found = self.organizational_units[nearest] if nearest else self.windows
        return found.windows
