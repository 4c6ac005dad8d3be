"""AWS's own word on runtimes: the version catalog of AWS Health.

Its event types are open texts, so one that is unknown is told, never guessed at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from steward.aws.health import HealthUnavailable, asking_health
from steward.aws.instants import instant_of
from steward.aws.paged import Answer, Paged
from steward.domain.runtimes.claims import Claim, Speaker, milestone_of
from steward.domain.runtimes.inventory import Unreadable

SOURCE = "AWS Health version catalog"
_OPERATION = "describe_service_lifecycle"
# The most that "DescribeServiceLifecycle" gives at once, AWS Health API Reference.
_ROWS = 20
_EVERYWHERE = "all"
_RUNTIME_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_LIKE_A_MILESTONE = re.compile(r"END[ _-]?OF|BLOCK|DEPRECAT|RETIRE|SUNSET", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CatalogWord:
    """What the catalog says: dates, what it recommends by runtime, and what nobody understood."""

    claims: tuple[Claim, ...]
    recommended: Mapping[str, str]
    problems: tuple[Unreadable, ...]


def version_catalog(client: Paged, heard_on: date) -> CatalogWord:
    """All of the catalog's word on Lambda, as of `heard_on`; raise HealthUnavailable."""
    claims: list[Claim] = []
    problems: list[Unreadable] = []
    recommended: dict[str, str] = {}
    for row in _rows(client):
        for said in _said(row, heard_on):
            if isinstance(said, Claim):
                claims.append(said)
            else:
                problems.append(said)
        recommended |= _recommended(row)
    return CatalogWord(tuple(claims), recommended, tuple(problems))


def _rows(client: Paged) -> Iterator[Answer]:
    """The call came in October 2026, so that older releases of botocore do not have it."""
    if not hasattr(client, _OPERATION):
        raise HealthUnavailable(
            "NotInSdk",
            "this release of botocore does not know DescribeServiceLifecycle",
            "use a newer boto3; until then the bundled table counts",
        )
    with asking_health():
        pages = client.get_paginator(_OPERATION)
        wanted = {"service": "LAMBDA"}
        for page in pages.paginate(filter=wanted, PaginationConfig={"PageSize": _ROWS}):
            yield from page.get("serviceLifecycles", [])


def _said(row: Answer, heard_on: date) -> Iterator[Claim | Unreadable]:
    if row.get("service", "LAMBDA").upper() != "LAMBDA":
        return
    runtime_id = _runtime_id(row)
    if not runtime_id:
        shown = str(row.get("version", ""))[:100]
        yield Unreadable(source=SOURCE, reason="names no runtime identifier", start=shown)
        return
    for event in row.get("lifecycleEvents", []):
        said = _claim(runtime_id, event, heard_on)
        if said is not None:
            yield said


def _claim(runtime_id: str, event: Answer, heard_on: date) -> Claim | Unreadable | None:
    """One date. An event without one says nothing: taken for "not scheduled", it would put off
    what another source has dated."""
    kind = event.get("lifecycleEventType", "")
    milestone = milestone_of(kind)
    if milestone is None:
        return _problem(runtime_id, kind, "is unknown, so it does not count")
    instant = instant_of(event.get("date"))
    if instant is None:
        return _problem(runtime_id, kind, "has no date, so another source's counts")
    return Claim(Speaker.CATALOG, runtime_id, milestone, instant.date(), heard_on, _regions(event))


def _problem(runtime_id: str, kind: str, reason: str) -> Unreadable | None:
    if not _LIKE_A_MILESTONE.search(kind):
        return None
    return Unreadable(source=SOURCE, reason=f"{runtime_id}: {kind} {reason}")


def _regions(event: Answer) -> frozenset[str]:
    """Where it holds; empty is everywhere, which the catalog writes as `all`, or not at all."""
    named = frozenset(region.strip().lower() for region in event.get("regions", []))
    return frozenset() if _EVERYWHERE in named else named


def _recommended(row: Answer) -> dict[str, str]:
    runtime_id, instead = _runtime_id(row), (row.get("recommendedVersion") or "").strip()
    return {runtime_id: instead} if runtime_id and instead and instead != runtime_id else {}


def _runtime_id(row: Answer) -> str:
    written = (row.get("version") or "").strip().lower()
    return written if _RUNTIME_ID.fullmatch(written) else ""
