"""An override: for a few hours, somebody lets a workload's deployments pass whatever checks say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)

from steward.domain.instants import iso
from steward.domain.one_line import one_line

LONGEST = timedelta(hours=4)
_LONGEST_TEXT = 200
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
SHAPE = '{"until": "2027-02-01T14:00:00Z", "reason": "why", "by": "who"}'


def _in_iso_8601(written: object) -> datetime:
    """Pydantic alone would also take a number, and seconds since 1970 are too easily mistaken."""
    if not isinstance(written, str):
        raise ValueError("write it in ISO 8601 and in quotes")
    return datetime.fromisoformat(written)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    until: Annotated[AwareDatetime, BeforeValidator(_in_iso_8601)]
    reason: Text
    by: Text


@dataclass(frozen=True, slots=True)
class Override:
    """Counts up to, and not at, `until`. `reason` and `by` are one line each."""

    until: datetime
    reason: str
    by: str

    def __str__(self) -> str:
        return f"until {iso(self.until)} by {self.by}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Ignored:
    """There is an override that does not count, and this is why and what to do."""

    why: str


def decide_override(
    document: Mapping[str, object], modified_at: datetime, now: datetime
) -> Override | Ignored:
    """Whether the override in `document` counts at `now`.

    It ends at most four hours after its parameter was last written, so that nobody writes one for
    good, and a longer one does not count at all, rather than for a time that nobody wrote.
    """
    try:
        written = _Written.model_validate(document)
    except ValidationError as error:
        return Ignored(f"it is not written as {SHAPE}: {_first(error)}")
    if written.until > modified_at + LONGEST:
        latest = iso(modified_at + LONGEST)
        return Ignored(
            f"it would last until {iso(written.until)}, more than 4 hours after it was written; "
            f"write one that ends by {latest}, or write it anew"
        )
    if now >= written.until:
        return Ignored(f"it ended at {iso(written.until)}; delete the parameter")
    return Override(
        written.until, one_line(written.reason, _LONGEST_TEXT), one_line(written.by, _LONGEST_TEXT)
    )


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in found["loc"]) or "document"
    return f"{place}: {found['msg']}"
