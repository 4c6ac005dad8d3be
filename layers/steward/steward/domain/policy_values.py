"""What the sections of the policy are made of: their base, and the texts they may hold."""

import hashlib
import json
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}(-[a-z]+)+-[0-9]$")]
UnitId = Annotated[
    str, StringConstraints(pattern=r"^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$")
]
TagKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$", max_length=254)
]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Section(BaseModel):
    """A part of the policy: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone; write one like Europe/Berlin") from None
    return name


TimeZoneName = Annotated[str, AfterValidator(_known_zone)]
TagValues = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=256)]], Field(min_length=1)
]


def left_out(default: object) -> Any:
    """Marks a field that came with a later release: at its default it is not written, so that the
    fingerprint of a document stays what it was."""
    return Field(exclude_if=lambda value: value == default)


def fingerprint_of(section: Section) -> str:
    """Names exactly this content: 12 hex digits, the same for the same values in any order."""
    document = json.dumps(section.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(document.encode()).hexdigest()[:12]
