"""What the sources of the inventory show, as it is handed from the planner to the workers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from steward.domain.runtimes.functions import LATEST
from steward.domain.stacks import Unit


class Seen(BaseModel):
    """One line of a file of Steward's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_id: str
    region: str
    name: str

    @property
    def unit(self) -> Unit:
        return Unit(self.account_id, self.region)


class SeenFunction(Seen):
    """One function or published version, as Config or Lambda shows it.

    `tags`: None when the source shows none of them. `layers`: ARNs of layer versions.
    `custom_alias`: the ARN of the runtime alias of a customer-managed runtime. `recorded`: how
    often Config records it, `CONTINUOUS` or `DAILY`; empty when that is not known.
    """

    version: str = LATEST
    runtime_id: str | None = None
    package_type: str = "Zip"
    architecture: str = ""
    layers: tuple[str, ...] = ()
    snap_start: bool = False
    custom_alias: str = ""
    tags: dict[str, str] | None = None
    last_modified: AwareDatetime | None = None
    captured_at: AwareDatetime | None = None
    recorded: str = ""


class HealthSight(Seen):
    """A function that a Health event names. `status`: PENDING, RESOLVED or another of Health's."""

    event_arn: str
    status: str
    updated_at: AwareDatetime
    title: str = ""


class Unreadable(BaseModel):
    """A row of a source that says too little: where it came from, what is wrong, how it began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    reason: str
    start: str = ""

    def __str__(self) -> str:
        shown = f" ({self.start})" if self.start else ""
        return f"{self.source}: {self.reason}{shown}"


class CapabilityName(StrEnum):
    """What a report is made of. Each may be missing, which lowers it and is said in it."""

    CONFIG = "Config aggregator"
    HEALTH = "AWS Health, organization view"
    CATALOG = "AWS Health version catalog"
    LAMBDA = "Lambda in member accounts"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether a source could be asked; if not, why, what to do, and what that lowers."""

    name: CapabilityName
    available: bool
    reason: str = ""
    lowers: str = ""


@dataclass(frozen=True, slots=True)
class AggregatorSource:
    """One account and region of the aggregator. `region` is empty for a whole-account source."""

    account_id: str
    region: str
    status: str
    updated_at: datetime | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class LiveUse:
    """What uses one function: aliases by name to the versions they route to, versions that
    triggers name, and function URLs. Versions are `$LATEST` or numbers."""

    aliases: Mapping[str, frozenset[str]]
    triggered: frozenset[str] = frozenset()
    has_url: bool = False
