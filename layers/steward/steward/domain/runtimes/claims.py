"""What each source says of one date, and what an operator says instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from steward.domain.policy_values import RegionName
from steward.domain.runtimes.lifecycle import Milestone, RuntimeId

Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Speaker(StrEnum):
    """Who states a date; who comes first is believed first."""

    OVERRIDE = "operator override"
    CATALOG = "version catalog"
    NOTICE = "Health notice"
    TABLE = "bundled table"

    @property
    def rank(self) -> int:
        return list(Speaker).index(self)


# DescribeServiceLifecycle, AWS Health API: a type's spelling is not fixed by the service's model.
_MILESTONES = {
    "END_OF_SUPPORT": Milestone.DEPRECATED,
    "BLOCK_RESOURCE_CREATE": Milestone.CREATE_BLOCK,
    "BLOCK_RESOURCE_UPDATE": Milestone.UPDATE_BLOCK,
}


def milestone_of(event_type: str) -> Milestone | None:
    """What a lifecycle event of the version catalog means here; None if it is no milestone."""
    return _MILESTONES.get(event_type.strip().upper().replace("-", "_").replace(" ", "_"))


@dataclass(frozen=True, slots=True)
class Claim:
    """One speaker's word on one milestone of one runtime.

    `day`: None says that it is not scheduled. `as_of`: when this was last known to be said.
    `regions`: where it holds; empty means everywhere. `until`: from when it no longer counts.
    """

    speaker: Speaker
    runtime_id: str
    milestone: Milestone
    day: date | None
    as_of: date
    regions: frozenset[str] = frozenset()
    reason: str = ""
    until: date | None = None

    def holds_in(self, region: str) -> bool:
        return not self.regions or region in self.regions

    @property
    def source(self) -> str:
        """Who says it, when, and why; for a place where the day itself stands beside."""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.speaker} of {self.as_of}{why}"

    def __str__(self) -> str:
        said = f"{self.day}" if self.day else "not scheduled"
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.speaker} of {self.as_of}: {said}{why}"


class Override(BaseModel):
    """Dates an operator puts in place of all others, until `expires`; a null says not scheduled.

    A milestone that is left out keeps what the other sources say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    runtime: RuntimeId
    deprecated: date | None = None
    create_block: date | None = None
    update_block: date | None = None
    regions: list[RegionName] = []
    reason: Reason
    created: date
    expires: date

    @model_serializer(mode="wrap")
    def _only_what_is_said(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """A date that is left out must not come back as `null`, which says not scheduled."""
        unsaid = _FIELDS.keys() - self.model_fields_set
        return {name: value for name, value in write(self).items() if name not in unsaid}

    @model_validator(mode="after")
    def _says_something_for_a_while(self) -> Self:
        if not self.model_fields_set & _FIELDS.keys():
            raise ValueError(f"{self.runtime}: names no date; write {', '.join(_FIELDS)}")
        if self.expires <= self.created:
            raise ValueError(f"{self.runtime}: expires {self.expires}; write a day after created")
        return self

    def claims(self) -> Iterator[Claim]:
        """One claim for each milestone that is written."""
        for field, milestone in _FIELDS.items():
            if field in self.model_fields_set:
                yield Claim(
                    Speaker.OVERRIDE,
                    self.runtime,
                    milestone,
                    getattr(self, field),
                    self.created,
                    frozenset(self.regions),
                    self.reason,
                    self.expires,
                )


_FIELDS = {
    "deprecated": Milestone.DEPRECATED,
    "create_block": Milestone.CREATE_BLOCK,
    "update_block": Milestone.UPDATE_BLOCK,
}
