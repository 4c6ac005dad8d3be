"""What a check found: how bad, why, what shows it, and what mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SHOWN = 5


class Status(StrEnum):
    """ok < skipped < warn < fail. skipped: the check does not apply here."""

    OK = "ok"
    SKIPPED = "skipped"
    WARN = "warn"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        return list(Status).index(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen where: `call` is the API call or the place, `value` what its field said."""

    call: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend` is an exact command or a page of the guide; empty when nothing is wrong."""

    status: Status
    why: str
    mend: str = ""
    evidence: tuple[Evidence, ...] = ()


def ok(why: str, *evidence: Evidence) -> Finding:
    return Finding(Status.OK, why, "", evidence)


def skipped(why: str) -> Finding:
    return Finding(Status.SKIPPED, why)


def warn(why: str, mend: str, *evidence: Evidence) -> Finding:
    return Finding(Status.WARN, why, mend, evidence)


def fail(why: str, mend: str, *evidence: Evidence) -> Finding:
    return Finding(Status.FAIL, why, mend, evidence)


def together(problems: Iterable[Finding], well: Finding) -> Finding:
    """All problems as one finding, the worst first; `well` when there is none."""
    found = sorted(problems, key=lambda each: each.status.rank, reverse=True)
    if not found:
        return well
    return Finding(
        found[0].status,
        "; ".join(each.why for each in found),
        "; ".join(dict.fromkeys(each.mend for each in found)),
        tuple(seen for each in found for seen in each.evidence),
    )


def some(names: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    every = sorted(names)
    more = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
