"""What a worker found in one unit, line by line: the header first, then each function."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.functions import LATEST, Origin
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.reconciliation import Outcome
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState
from steward.domain.stacks import Unit


class Line(BaseModel):
    """One line of a file of Steward's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Canary(Line):
    """A CloudWatch Synthetics canary. `ends`: its runtime version's deprecation, if scheduled."""

    name: str
    runtime_version: str
    ends: date | None = None
    latest: str = ""
    function: str = ""
    owner: str = ""
    stack: str = ""


class UnitHeader(Line):
    """`covered`: whether the unit's functions are known; if not, `reason` says why and what to do.

    `live`: whether Lambda itself was read; `config`: whether Config covered it. `versions`: how
    many published versions were read. `problems`: what was read and could not be understood, or
    could not be asked; nothing of it is lost silently.
    """

    scan_id: str
    scanned_at: AwareDatetime
    account_id: str
    account_name: str = ""
    ou_path: tuple[str, ...] = ()
    region: str
    covered: bool
    reason: str = ""
    config: bool = False
    live: bool = False
    functions: int = 0
    versions: int = 0
    canaries: tuple[Canary, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        return Unit(self.account_id, self.region)


class ReportedFunction(Line):
    """One function, or one published version of it that is worth a line, as reports show it.

    `owner`: addresses joined by `, `; empty without a policy. `owned`: whether somebody is named,
    not only the fallback. `stack`: its root stack's name. `smallest`, `latest`: runtimes to change
    to. `blocking_layers`: layers that are not made for the runtime it would change to.
    `pinned`: the runtime version it is held at by hand, which gets no patches. `invocations`: in
    90 days; None when nobody counted. `outcome`: what the sources came to.
    """

    account_id: str
    account_name: str = ""
    region: str
    name: str
    version: str = LATEST
    runtime_id: str | None = None
    package_type: str = "Zip"
    architecture: str = ""
    bucket: Bucket
    state: RuntimeState
    reason: str
    milestone: Milestone | None = None
    day: date | None = None
    level: Level = Level.NONE
    severity_reason: str = ""
    advice: str = ""
    outcome: Outcome
    outcome_reason: str = ""
    owner: str = ""
    owner_source: str = ""
    owned: bool = False
    stack: str = ""
    stack_id: str = ""
    origin: Origin = Origin.APPLICATION
    in_use: bool = True
    aliases: tuple[str, ...] = ()
    invocations: int | None = None
    internet_facing: bool = False
    smallest: str = ""
    latest: str = ""
    recommended: str = ""
    breakers: tuple[str, ...] = ()
    target_reason: str = ""
    passed_over: tuple[str, ...] = ()
    rollback: str = ""
    interim: tuple[str, ...] = ()
    blocking_layers: tuple[str, ...] = ()
    pinned: str = ""
    excepted: str = ""
    remind: bool = False
    opened_on: date | None = None
    acknowledged: bool = False

    @property
    def unit(self) -> Unit:
        return Unit(self.account_id, self.region)

    @property
    def is_version(self) -> bool:
        return self.version != LATEST
