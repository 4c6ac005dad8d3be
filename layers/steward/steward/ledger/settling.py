"""Carry out what happens to a notice: the notice, its lease and the audit trail, all or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease
from steward.domain.outbox import Notice
from steward.ledger.attributes import Item
from steward.ledger.audit_items import audit_item
from steward.ledger.dealings import Dealing
from steward.ledger.deliveries import Deliveries
from steward.ledger.keys import notice_key, notice_sort
from steward.ledger.leases import Leases, next_version
from steward.ledger.notice_updates import STATE, update_of
from steward.ledger.table import Write


class Settling(Leases, Deliveries):
    """A notice changes only together with its lease."""

    def settle(
        self,
        dealing: Dealing,
        at: datetime,
        condition: str,
        values: Item,
        more: Sequence[Write] = (),
    ) -> frozenset[int]:
        """Write the dealing and `more`, or nothing: then the places of what did not hold.

        0 is the place of the notice, of which `condition` must hold.
        """
        update = update_of(dealing.before, dealing.after, at, at + self.audit_retention)
        notice: Write = {
            "Update": {
                "TableName": self.name,
                "Key": notice_key(dealing.before),
                "UpdateExpression": update.expression,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {**STATE, **update.names},
                "ExpressionAttributeValues": {**values, **update.values},
            }
        }
        return self.write_together([notice, *self._recorded(dealing), *more])

    def _recorded(self, dealing: Dealing) -> list[Write]:
        """The writes of the lease, if it changes, and the events under the version that led to."""
        lease, after = dealing.lease, dealing.lease_after
        sort = notice_sort(dealing.before.generation, dealing.before.stage)
        events = [
            (f"{sort}#{number}#{what}", event)
            for number, (what, event) in enumerate(dealing.events.items())
        ]
        if lease is None or after is None or after == lease:
            return self._events(events, self._version_of(dealing.before, lease))
        told = next_version(lease, after)
        (subject, first), *rest = events
        changed = self.change(lease, told, replace(first, version=told.version), subject)
        return [*changed, *self._events(rest, told.version)]

    def _events(self, events: Sequence[tuple[str, AuditEvent]], version: int) -> list[Write]:
        return [
            self.put_if_absent(
                audit_item(replace(event, version=version), self.audit_retention, subject)
            )
            for subject, event in events
        ]

    def _version_of(self, notice: Notice, live: Lease | None) -> int:
        lease = live or self.ended_lease(notice.unit, notice.stack_id)
        return lease.version if lease else 0
