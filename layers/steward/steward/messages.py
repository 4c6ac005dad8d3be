"""Steward's own messages: what crosses its queues. Unknown fields are refused."""

from datetime import date
from typing import Annotated, Literal, Self

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
from steward.domain.runtimes.exceptions import ScopeKind
from steward.domain.stacks import Account, Unit

Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
SweepId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z:-]{1,80}$")]
StackId = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:[0-9]{12}:stack/.+$"),
]


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


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


class Scan(Message):
    """One pass over Lambda functions: its clock, its policy (empty: there is none) and its reason.

    `scan_id` names its files: its time, and what tells scans of one second apart. `full`: it visits
    every unit of the organization.
    """

    scan_id: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}T[0-9]{6}Z(-[0-9a-f]{8})?$")]
    scanned_at: AwareDatetime
    policy: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{12})?$")] = ""
    full: bool = True
    why: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class RuntimeUnitWork(Message):
    """Find the functions of one unit and judge their runtimes.

    `in_config`: Config covers the unit; `config_reason` says why not. `config_parts`,
    `health_parts`: how many files the planner wrote of it. `live`: read Lambda itself, although
    Config covers it.
    """

    scan: Scan
    account: AccountFacts
    region: RegionName
    in_config: bool
    config_reason: str = ""
    config_parts: Annotated[int, Field(ge=0)] = 0
    health_parts: Annotated[int, Field(ge=0)] = 0
    live: bool = False

    @property
    def unit(self) -> Unit:
        return Unit(self.account.account_id, self.region)


class ReportWork(Message):
    """Write the report of a scan once its units are done. `tries`: how often it was looked at."""

    scan: Scan
    tries: Annotated[int, Field(ge=0)] = 0


class ScanRequest(Message):
    """What an operator asks runtime_planner for: a scan now, of everything or of some units.

    `units` are `account/region`. `live`: read Lambda itself everywhere.
    """

    units: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9]{12}/[a-z0-9-]+$")], ...] = ()
    live: bool = False
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class ScanAnswer(Message):
    """What became of it. `scan_id` is empty when nothing was planned; `reason` says why.

    `capabilities`: each source by name, with why it is missing or limited; empty when it is there.
    """

    scan_id: str = ""
    units: int = 0
    reason: str = ""
    capabilities: dict[str, str] = {}


class ExceptionRequest(Message):
    """What an operator asks runtime_report for: let a runtime stay for a while.

    The fields are those of GrantedException in `steward.domain.runtimes.exceptions`; the function
    adds when it was granted, and the runtime's state then.
    """

    action: Literal["except"] = "except"
    kind: ScopeKind
    scope: Words
    runtime: Words
    reason: Words
    approver: Words
    second_approver: str = ""
    expires: date
    control: str = ""
    ticket: str = ""
    by: Words


class RevokeRequest(Message):
    """Ends an exception now."""

    action: Literal["revoke"] = "revoke"
    kind: ScopeKind
    scope: Words
    runtime: Words
    by: Words


class AcknowledgeRequest(Message):
    """An owner knows of a work item of the report; nobody else is told until its milestone."""

    action: Literal["acknowledge"] = "acknowledge"
    group: Words
    note: str = ""
    by: Words


class RuntimeAnswer(Message):
    """What became of an operator's request: done or not, and the sentence why."""

    done: bool
    reason: str


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


class GuardLook(Message):
    """Look at one deployment of this unit again. `looks`: how often it was looked at before.

    `since`: when the first look was asked for; guards give up after that long.
    """

    deployment_id: Annotated[str, StringConstraints(pattern=r"^d-[A-Z0-9]{1,30}$")]
    since: AwareDatetime
    looks: Annotated[int, Field(ge=0)] = 0
