"""When each Lambda runtime is deprecated and blocked, and who says so.

Days are whole days in UTC; a milestone is reached at 00:00 UTC on its date. A date that is None is
not scheduled. AWS publishes dates that are not in order for some old runtimes, so no order is
assumed anywhere.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

# The runtime identifier of functions on a customer-managed runtime: its publisher sets the dates.
CUSTOM = "custom"
OS_ONLY_FAMILY = "provided"

RuntimeId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]


class Milestone(StrEnum):
    """What AWS ends, from the mildest to the gravest. "Runtime deprecation policy", AWS Lambda."""

    DEPRECATED = "deprecated"
    CREATE_BLOCK = "create block"
    UPDATE_BLOCK = "update block"

    @property
    def rank(self) -> int:
        return _GRAVITY[self]


_GRAVITY = {milestone: rank for rank, milestone in enumerate(Milestone)}


class OperatingSystem(StrEnum):
    """What a runtime runs on, oldest first."""

    AL1 = "al1"
    AL2 = "al2"
    AL2023 = "al2023"

    @property
    def full_name(self) -> str:
        return _FULL_NAMES[self]

    @property
    def rank(self) -> int:
        return _AGE[self]


_AGE = {system: rank for rank, system in enumerate(OperatingSystem)}
_FULL_NAMES = {
    OperatingSystem.AL1: "Amazon Linux",
    OperatingSystem.AL2: "Amazon Linux 2",
    OperatingSystem.AL2023: "Amazon Linux 2023",
}


class Confidence(StrEnum):
    """confirmed: independent sources agree. single: one source. inferred: one of the dates is taken
    from runtimes with the same deprecation date. disputed: sources differ, `note` says how.
    """

    CONFIRMED = "confirmed"
    SINGLE = "single"
    INFERRED = "inferred"
    DISPUTED = "disputed"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Row):
    """Where dates come from. `as_of`: the last day its statement is known to have been current."""

    title: str
    as_of: date


class Move(_Row):
    """A date that a source changed. `seen`: the day the new date was found there."""

    milestone: Milestone
    before: date | None
    after: date | None
    source: str
    seen: date


class Runtime(_Row):
    """One runtime identifier, or a language that exists only as a container base image."""

    id: RuntimeId
    family: str
    version: tuple[int, ...] = ()
    os: OperatingSystem | None = None
    released: date | None = None
    deprecated: date | None = None
    create_block: date | None = None
    update_block: date | None = None
    latest: str | None = None
    ga: bool = True
    package_types: tuple[Literal["Zip", "Image"], ...] = ("Zip", "Image")
    architectures: tuple[Literal["x86_64", "arm64"], ...] = ("x86_64", "arm64")
    snap_start: bool = False
    confidence: Confidence = Confidence.SINGLE
    sources: tuple[str, ...] = ()
    note: str = ""
    moves: tuple[Move, ...] = ()

    @property
    def os_only(self) -> bool:
        """Whether it is an operating system without a language ("OS-only runtime")."""
        return self.family == OS_ONLY_FAMILY

    def day_of(self, milestone: Milestone) -> date | None:
        """The date of `milestone`; None while it is not scheduled."""
        match milestone:
            case Milestone.DEPRECATED:
                return self.deprecated
            case Milestone.CREATE_BLOCK:
                return self.create_block
            case Milestone.UPDATE_BLOCK:
                return self.update_block

    def scheduled(self) -> Iterator[tuple[Milestone, date]]:
        """Each milestone that has a date, mildest first."""
        for milestone in Milestone:
            day = self.day_of(milestone)
            if day is not None:
                yield milestone, day


class Lifecycle(_Row):
    """What is known of every runtime.

    `as_of`: the last day on which all dates are known to have been current.
    """

    schema_version: Literal[1] = 1
    as_of: date
    sources: Mapping[str, Source] = Field(default_factory=dict)
    runtimes: Mapping[str, Runtime]

    def runtime(self, runtime_id: str) -> Runtime | None:
        """The row of `runtime_id`; None if this table does not know it."""
        return self.runtimes.get(runtime_id)

    @model_validator(mode="before")
    @classmethod
    def _ids_into_rows(cls, document: Any) -> Any:
        """The document names each row by its key alone."""
        match document:
            case {"runtimes": {**rows}}:
                named = {str(key): _named(str(key), row) for key, row in rows.items()}
                return {**document, "runtimes": named}
            case _:
                return document

    @model_validator(mode="after")
    def _names_what_it_knows(self) -> Self:
        for key, row in self.runtimes.items():
            problem = self._problem(key, row)
            if problem:
                raise ValueError(f"runtimes.{key}: {problem}")
        return self

    def _problem(self, key: str, row: Runtime) -> str:
        if row.id != key:
            return f"the row is {row.id}'s; write it under its own identifier"
        if row.latest == key or (row.latest is not None and row.latest not in self.runtimes):
            return f"latest is {row.latest}; name another runtime of the table, or null"
        named = {*row.sources, *(move.source for move in row.moves)}
        unknown = sorted(named - self.sources.keys())
        return f"no source is called {', '.join(unknown)}; declare it in sources" if unknown else ""


def _named(key: str, row: Any) -> Any:
    return {"id": key, **row} if isinstance(row, dict) else row
