"""The version catalog's word: today's, else the last one that was heard, with its day."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime, ValidationError

from steward.aws.health import HealthUnavailable
from steward.aws.version_catalog import CatalogWord
from steward.domain.runtimes.claims import Claim
from steward.domain.runtimes.inventory import Capability, CapabilityName
from steward.domain.runtimes.plans import Document
from steward.workflows.policies import explain_errors
from steward.workflows.runtimes.planning_problems import Problems

LAST_WORD = "catalog/latest.json"
_NOT_ASKED = "not asked in a scan that an event started"


class HeardWord(Document):
    """What the catalog said, and when."""

    heard_at: AwareDatetime
    claims: tuple[Claim, ...] = ()
    recommended: Mapping[str, str] = {}


class Files(Protocol):
    """Where the last word lies."""

    def read(self, key: str) -> bytes | None: ...
    def write(self, key: str, body: bytes, content_type: str) -> None: ...


def catalog_word(
    ask: Callable[[], CatalogWord] | None, files: Files, now: datetime, problems: Problems
) -> tuple[HeardWord | None, Capability]:
    """The word that counts, None if there never was one; and whether the catalog answered.

    Without `ask` nobody is asked, and the last word counts.
    """
    if ask is None:
        last = _last_word(files, problems)
        return last, Capability(CapabilityName.CATALOG, True, _NOT_ASKED)
    try:
        answer = ask()
    except HealthUnavailable as error:
        return _without(str(error), files, problems)
    for problem in answer.problems:
        problems.note(problem)
    if not answer.claims:
        return _without("the version catalog says nothing of Lambda", files, problems)
    word = HeardWord(heard_at=now, claims=answer.claims, recommended=answer.recommended)
    files.write(LAST_WORD, word.model_dump_json().encode(), "application/json")
    return word, Capability(CapabilityName.CATALOG, True)


def _without(reason: str, files: Files, problems: Problems) -> tuple[HeardWord | None, Capability]:
    last = _last_word(files, problems)
    heard = f"what it said on {last.heard_at.date()} and " if last else ""
    lowers = f"dates are those of {heard}the bundled table"
    return last, Capability(CapabilityName.CATALOG, False, reason, lowers)


def _last_word(files: Files, problems: Problems) -> HeardWord | None:
    body = files.read(LAST_WORD)
    if body is None:
        return None
    try:
        return HeardWord.model_validate_json(body)
    except ValidationError as error:
        problems.note(
            f"{LAST_WORD} cannot be read and counts as never heard: {explain_errors(error)}"
        )
        return None
