"""Permits to delete: one counter a sweep, so that parallel reapers share one cap."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from steward.domain.leases import lease_id
from steward.domain.limits import SweepCaps
from steward.ledger.attributes import TTL, epoch_seconds, number, text
from steward.ledger.keys import permits_key
from steward.ledger.table import Table

PERMITS_KEPT = timedelta(days=30)
_ACCOUNT = "account_"


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether one delete may go ahead under its sweep's caps, and why or why not."""

    granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SweepPermits:
    """Deletes that a sweep was granted, over all and by account; `tripped`: why it was stopped."""

    total: int
    by_account: Mapping[str, int]
    tripped: str


class Permits(Table):
    """A sweep is one item: its total, a count for each account, and who holds a permit."""

    def take_permit(
        self, sweep_id: str, account_id: str, stack_id: str, caps: SweepCaps, now: datetime
    ) -> Permit:
        """Count one delete against the caps of `sweep_id`, once for each stack.

        Asking beyond the total cap trips the sweep: from then on it grants nothing, not even to
        stacks that hold a permit. Asking beyond the cap of an account refuses that account only.
        """
        if min(caps.total, caps.per_account) > 0 and self._counted(
            sweep_id, account_id, stack_id, caps, now
        ):
            return Permit(True, f"within the caps of sweep {sweep_id}")
        return self._answer(sweep_id, account_id, stack_id, caps, now)

    def trip(self, sweep_id: str, reason: str, now: datetime) -> None:
        """Stop the sweep: no permit is granted in it any more. The first reason stays."""
        self.update(
            permits_key(sweep_id),
            f"SET tripped = :reason, {TTL} = :ttl",
            "attribute_not_exists(#tripped)",
            {"#tripped": "tripped"},
            {":reason": text(reason), ":ttl": epoch_seconds(now + PERMITS_KEPT)},
        )

    def tripped(self, sweep_id: str) -> str:
        """Why the sweep was stopped; empty when it was not."""
        return self.permits_of(sweep_id).tripped

    def permits_of(self, sweep_id: str) -> SweepPermits:
        """What the sweep granted; nothing when nobody asked it."""
        sweep = self.read(permits_key(sweep_id)) or {}
        by_account = {
            name.removeprefix(_ACCOUNT): _count(sweep, name)
            for name in sweep
            if name.startswith(_ACCOUNT)
        }
        return SweepPermits(_count(sweep, "total"), by_account, _tripped(sweep))

    def _counted(
        self, sweep_id: str, account_id: str, stack_id: str, caps: SweepCaps, now: datetime
    ) -> bool:
        counted = self.update(
            permits_key(sweep_id),
            f"SET {TTL} = :ttl ADD #total :one, #account :one, holders :holders",
            "attribute_not_exists(tripped) AND NOT contains(holders, :holder) "
            "AND (attribute_not_exists(#total) OR #total < :total) "
            "AND (attribute_not_exists(#account) OR #account < :per_account)",
            {"#total": "total", "#account": _account(account_id)},
            {
                ":ttl": epoch_seconds(now + PERMITS_KEPT),
                ":one": number(1),
                ":holder": text(lease_id(stack_id)),
                ":holders": {"SS": [lease_id(stack_id)]},
                ":total": number(caps.total),
                ":per_account": number(caps.per_account),
            },
        )
        return counted is not None

    def _answer(
        self, sweep_id: str, account_id: str, stack_id: str, caps: SweepCaps, now: datetime
    ) -> Permit:
        """What to tell a stack that was not counted. Nothing is ever subtracted, so a later read
        of the item still shows why."""
        sweep = self.read(permits_key(sweep_id)) or {}
        if tripped := _tripped(sweep):
            return Permit(False, tripped)
        if lease_id(stack_id) in sweep.get("holders", {}).get("SS", ()):
            return Permit(True, f"it holds a permit of sweep {sweep_id} already")
        if _count(sweep, "total") >= caps.total:
            reason = f"sweep {sweep_id} has reached its cap of {caps.total} deletes and stopped"
            self.trip(sweep_id, reason, now)
            return Permit(False, reason)
        return Permit(
            False,
            f"account {account_id} has reached its cap of {caps.per_account} deletes "
            f"in sweep {sweep_id}",
        )


def _account(account_id: str) -> str:
    return f"{_ACCOUNT}{account_id}"


def _tripped(sweep: Mapping[str, Any]) -> str:
    return str(sweep.get("tripped", {}).get("S", ""))


def _count(sweep: Mapping[str, Any], name: str) -> int:
    return int(sweep.get(name, {}).get("N", "0"))
