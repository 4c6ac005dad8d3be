"""Put the notices of a report into the outbox, and take out those that are not true any more."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from steward.domain.outbox import NoticeState
from steward.domain.runtimes.reporting.due_notices import (
    Mailbag,
    escalations,
    regression_notices,
    work_notices,
)
from steward.domain.runtimes.reporting.platform_notices import (
    moved_dates,
    reminders,
    unknown_runtimes,
)
from steward.domain.runtimes.reporting.withdrawals import cancellations, settled_meanwhile
from steward.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Posted:
    """How many notices were queued and how many cancelled."""

    queued: int = 0
    cancelled: int = 0


def post(ledger: Ledger, bag: Mailbag, now: datetime) -> Posted:
    """Queue what is due, then cancel what it overtakes.

    A crash between the two leaves both waiting, and the next report cancels; the other order could
    leave somebody untold.
    """
    queued = 0
    due = list(
        chain(
            work_notices(bag),
            escalations(bag),
            reminders(bag),
            unknown_runtimes(bag),
            regression_notices(bag),
            moved_dates(bag),
        )
    )
    known = _known(bag)
    for notice in due:
        if (notice.group, notice.key) not in known:
            queued += ledger.queue_news(notice)
    cancelled = 0
    for each in chain(cancellations(bag), settled_meanwhile(bag)):
        ledger.cancel_news(each.notice, each.why, now)
        cancelled += 1
    return Posted(queued, cancelled)


def _known(bag: Mailbag) -> set[tuple[str, str]]:
    """What waits or was sent already, which so costs no write."""
    return {
        (notice.group, notice.key)
        for notices in bag.told.by_group.values()
        for notice in notices
        if notice.state is not NoticeState.CANCELLED
    }
