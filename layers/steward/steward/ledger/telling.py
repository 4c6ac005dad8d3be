"""What all notices that belong to no lease have in common once they are read."""

from datetime import datetime
from typing import TypedDict

from steward.domain.outbox import NoticeState


class Telling(TypedDict):
    """To whom a notice goes, and how far it has come."""

    owners: tuple[str, ...]
    queued_at: datetime
    state: NoticeState
    sent_at: datetime | None
    tries: int
    error: str
