"""Learn from what became of a mail whether others reach its address."""

from dataclasses import replace
from datetime import datetime

from steward.domain.deliveries import DeliveryStatus
from steward.domain.news import News
from steward.domain.outcomes import Outcome
from steward.ledger.ledger import Ledger


def learn(ledger: Ledger, outcome: Outcome, address: str, sent_at: datetime) -> bool:
    """Put on record what the mail that went to `address` at `sent_at` teaches about it.

    Whether that is news, and bad. The address is the one we wrote to: a report may spell it in
    another way.
    """
    if outcome.status is DeliveryStatus.DELIVERED:
        ledger.note_reachable(address, sent_at)
    found = replace(outcome, address=address).unreachable
    return found is not None and ledger.note_unreachable(found, outcome.message_id)


def heed_news(ledger: Ledger, outcome: Outcome, notice: News, address: str) -> bool:
    """Whether what became of the mail to `address` makes its notice wait to be told again."""
    if not outcome.status.failed:
        return False
    why = f"{address}: {outcome.status} ({outcome.detail})"
    return ledger.note_news_failure(notice, outcome.message_id, address, why)
