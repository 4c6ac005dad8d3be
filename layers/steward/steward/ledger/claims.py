"""Taking a waiting notice to send it, and putting it back: the same for notices of every kind."""

from datetime import datetime, timedelta

from steward.ledger.attributes import Item, moment, number, text
from steward.ledger.notice_updates import IS_OPEN, OPEN_VALUES, STATE
from steward.ledger.table import Table


class Claims(Table):
    """One run at a time sends a notice; a claim that has grown old is of a run that died."""

    def claim_item(self, item_key: Item, now: datetime, lease_for: timedelta) -> bool:
        """Whether it is taken now: it is not settled, and another's claim is not still young."""
        claimed = self.update(
            item_key,
            "SET #state = :claimed, claimed_at = :now",
            "#state = :pending OR (#state = :claimed AND claimed_at < :abandoned)",
            STATE,
            {**OPEN_VALUES, ":now": moment(now), ":abandoned": moment(now - lease_for)},
        )
        return claimed is not None

    def put_back(self, item_key: Item, error: str, at: datetime) -> Item | None:
        """Let it wait again with its `error`, and return it; None when it is settled."""
        return self.update(
            item_key,
            "SET #state = :pending, #error = :error, failed_at = :at, tries = tries + :one "
            "REMOVE claimed_at",
            IS_OPEN,
            {**STATE, "#error": "error"},
            {**OPEN_VALUES, ":error": text(error), ":at": moment(at), ":one": number(1)},
        )
