"""What the planner leaves for the workers and the report: the plan of a scan and its dates."""

from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from steward.domain.runtimes.claims import Claim
from steward.domain.runtimes.inventory import Capability
from steward.domain.runtimes.moved import DateMoved


class Document(BaseModel):
    """A file of Steward's own in the reports bucket."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedUnit(Document):
    account_id: str
    account_name: str = ""
    region: str


class SourceAge(Document):
    """How old a source is; `warning` is empty while it is fresh."""

    source: str
    age: timedelta | None = None
    warning: str = ""


class ScanPlan(Document):
    """`full`: every unit of the organization is planned. `why`: what started the scan.

    `passed_over`: accounts that are left out, and why. `policy`: fingerprint; empty without one.
    `problems`: rows of Config or Health that could not be read.
    """

    scan_id: str
    scanned_at: AwareDatetime
    full: bool
    why: str
    policy: str = ""
    units: tuple[PlannedUnit, ...]
    passed_over: Mapping[str, str] = {}
    capabilities: tuple[Capability, ...] = ()
    ages: tuple[SourceAge, ...] = ()
    problems: tuple[str, ...] = ()


class ScanDates(Document):
    """Everybody's word on dates but the bundled table's, and what moved since the last scan.

    `recommended`: by runtime, what AWS recommends instead. `known_since`: runtime to milestone to
    the day since when it has its present date, where it ever moved. `ignored`: what was said and
    does not count, such as overrides that are over.
    """

    scan_id: str
    today: date
    claims: tuple[Claim, ...] = ()
    recommended: Mapping[str, str] = {}
    moved: tuple[DateMoved, ...] = ()
    known_since: Mapping[str, Mapping[str, date]] = {}
    ignored: tuple[str, ...] = ()
