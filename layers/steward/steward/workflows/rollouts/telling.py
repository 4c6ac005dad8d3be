"""Queue what the owners of a rollout are to be told, each event of a deployment once."""

from datetime import datetime

from steward.domain.rollouts.notices import due_notices
from steward.domain.rollouts.records import Rollout
from steward.ledger.ledger import Ledger


def queue_rollout_notices(ledger: Ledger, rollout: Rollout, now: datetime) -> int:
    """Queue what is due of `rollout` as it is on record; how many of it should be sent at once.

    May be repeated at any time and in any order: what was queued before stays as it was.
    """
    undone = _undone(ledger, rollout)
    queued = [each for each in due_notices(rollout, now, undone) if ledger.queue_news(each)]
    return sum(notice.is_immediate for notice in queued)


def _undone(ledger: Ledger, rollout: Rollout) -> Rollout | None:
    """The deployment that `rollout` undoes, as far as it is on record."""
    found = ledger.rollout(rollout.unit, rollout.rolls_back) if rollout.rolls_back else None
    return found.rollout if found else None
