"""How the item of a notice changes when the notice is sent, cancelled, reported of or reopened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from steward.domain.outbox import Notice, NoticeState
from steward.ledger.attributes import TTL, Item, epoch_seconds, moment, number, text, texts
from steward.ledger.delivery_items import deliveries_attribute
from steward.ledger.keys import open_index

STATE: Mapping[str, str] = {"#state": "state"}
IS_OPEN = "#state IN (:pending, :claimed)"
OPEN_VALUES: Item = {":pending": text(NoticeState.PENDING), ":claimed": text(NoticeState.CLAIMED)}


@dataclass(frozen=True, slots=True)
class Update:
    """The attributes to set, and those to remove."""

    put: Item
    drop: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        put = ", ".join(f"#{name} = :new_{name}" for name in self.put)
        drop = ", ".join(f"#{name}" for name in self.drop)
        return f"SET {put} REMOVE {drop}" if drop else f"SET {put}"

    @property
    def names(self) -> dict[str, str]:
        return {f"#{name}": name for name in (*self.put, *self.drop)}

    @property
    def values(self) -> Item:
        return {f":new_{name}": value for name, value in self.put.items()}


def update_of(before: Notice, after: Notice, at: datetime, forget_at: datetime) -> Update:
    """What turns the item of `before` into that of `after`; only open notices are in the index."""
    reported: Item = {}
    if after.deliveries:
        reported = {"deliveries": deliveries_attribute(after.deliveries)}
    if before.state is after.state:
        return Update(reported)
    state: Item = {"state": text(after.state), **reported}
    if after.state is NoticeState.PENDING:
        return Update(state | _anew(after), ("claimed_at", "settled_at", TTL))
    settled: Item = {"settled_at": moment(at), TTL: epoch_seconds(forget_at)}
    return Update(state | settled, ("claimed_at", "gsi1pk", "gsi1sk"))


def _anew(notice: Notice) -> Item:
    return {
        "owners": texts(notice.owners),
        "owner_source": text(notice.owner_source),
        "tries": number(notice.tries),
        "error": text(notice.error),
        **open_index(notice),
    }
