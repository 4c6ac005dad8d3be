"""Steward's own messages: what crosses its queues. Unknown fields are refused."""

from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from steward.domain.durations import Duration
from steward.domain.limits import SweepCaps
from steward.domain.modes import Mode
from steward.domain.policy_values import AccountId, RegionName
from steward.domain.stacks import Account, Unit

Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
SweepId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z:-]{1,80}$")]
StackId = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:[0-9]{12}:stack/.+$"),
]


class Message(BaseModel):
    """A message of ours, frozen and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AccountFacts(Message):
    """What the planner read of an account, carried along so that no worker reads it again."""

    account_id: AccountId
    name: str = ""
    ou_path: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    is_management: bool = False

    @classmethod
    def of(cls, account: Account) -> "AccountFacts":
        return cls(
            account_id=account.account_id,
            name=account.name,
            ou_path=account.ou_path,
            tags=dict(account.tags),
            is_management=account.is_management,
        )

    def account(self) -> Account:
        return Account(self.account_id, self.name, self.ou_path, self.tags, self.is_management)


class Sweep(Message):
    """One scheduled pass: its clock, its policy, and why it may only observe (empty: it need not).

    `mode` is the most the sweep may do; the policy's own, or less when the policy has a problem.
    """

    sweep_id: SweepId
    swept_at: AwareDatetime
    policy: Fingerprint
    mode: Mode
    held: str = ""
    most_reaps: Annotated[int, Field(ge=0)]
    most_reaps_per_account: Annotated[int, Field(ge=0)]

    @property
    def caps(self) -> SweepCaps:
        return SweepCaps(self.most_reaps, self.most_reaps_per_account)


class UnitWork(Message):
    """Scan one unit. `scope_since`: when the policy's scope was first seen.

    `was_uncovered`: the ledger says that the last scan of this unit failed.
    """

    sweep: Sweep
    account: AccountFacts
    region: RegionName
    scope_since: AwareDatetime
    was_uncovered: bool = False

    @property
    def unit(self) -> Unit:
        return Unit(self.account.account_id, self.region)


class ExtensionRequest(Message):
    """What an operator asks lease_extension for: `until`, or `longer` than the lease has.

    `by` names the operator in the audit trail and in what the owners read.
    """

    stack_id: StackId
    longer: Duration | None = None
    until: AwareDatetime | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if (self.longer is None) is (self.until is None):
            raise ValueError("give either longer (such as 7d) or until, not both or neither")
        return self


class ExtensionAnswer(Message):
    """What became of it. `expires_at` is the lease's expiry now; None when there is no lease."""

    extended: bool
    reason: str
    expires_at: AwareDatetime | None = None


class ReapWork(Message):
    """Delete one stack, if the proof still holds when the reaper reads it."""

    sweep: Sweep
    account: AccountFacts
    region: RegionName
    stack_id: StackId
    generation: Annotated[int, Field(ge=1)]

    @property
    def unit(self) -> Unit:
        return Unit(self.account.account_id, self.region)
