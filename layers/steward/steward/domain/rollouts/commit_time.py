"""When the code that is deployed was committed, as far as somebody has written it down."""

import re
from collections.abc import Iterator
from datetime import datetime

COMMIT_TIME_TAG = "steward:commit-time"
_WRITTEN = re.compile(r"\bcommit-time=(\S+)", re.IGNORECASE)


def commit_time(tag: str, descriptions: tuple[str, ...], deployed_at: datetime) -> datetime | None:
    """What the function's tag says, else the first `commit-time=<ISO 8601>` of `descriptions`.

    None where nobody says it, or where it has no offset or is later than the deployment, as the tag
    of a later one is: nothing is guessed.
    """
    said = (_instant(written) for written in _written(tag, descriptions))
    return next((each for each in said if each is not None and each <= deployed_at), None)


def _written(tag: str, descriptions: tuple[str, ...]) -> Iterator[str]:
    yield tag.strip()
    for description in descriptions:
        yield from _WRITTEN.findall(description)


def _instant(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written.rstrip(".,;)"))
    except ValueError:
        return None
    return found if found.tzinfo else None
