"""How many leases there are, where they are, and what selected them."""

from collections import Counter
from dataclasses import dataclass

from steward.domain.leases import LeaseState
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, UnreadableItem
from steward.ledger.keys import LIVE
from steward.ledger.table import Table


@dataclass(frozen=True, slots=True)
class Census:
    """All live leases. `newly_selected` counts those older than the scope that selected them,
    by that scope's fingerprint; `by_state` counts all of them."""

    live: int
    newly_selected: dict[str, int]
    units: frozenset[Unit]
    by_state: dict[LeaseState, int]


class Registry(Table):
    """Counts over the whole organization, read from the index."""

    def census(self) -> Census:
        """Count the live leases, a moment late: the index follows the table."""
        live, units = 0, set[Unit]()
        newly_selected: Counter[str] = Counter()
        by_state: Counter[LeaseState] = Counter()
        for item in self.query_index(LIVE):
            live += 1
            units.add(Unit(_projected(item, "account_id"), _projected(item, "region")))
            newly_selected[_projected(item, "selected_by")] += 1
            by_state[_state(item)] += 1
        newly_selected.pop("", None)
        return Census(live, dict(newly_selected), frozenset(units), dict(by_state))


def _state(item: Item) -> LeaseState:
    try:
        return LeaseState(_projected(item, "state"))
    except ValueError as error:
        raise UnreadableItem(
            item["pk"].get("S", "?"), item["sk"].get("S", "?"), str(error)
        ) from None


def _projected(item: Item, name: str) -> str:
    try:
        return item[name]["S"]
    except KeyError:
        pk, sk = item["pk"].get("S", "?"), item["sk"].get("S", "?")
        raise UnreadableItem(pk, sk, f"attribute {name} is no text in the index") from None
