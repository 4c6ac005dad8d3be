"""Leases and their audit trail: every change is conditional on the version it was made from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from steward.domain.audit import AuditEvent
from steward.domain.leases import ENDED_STATES, Lease
from steward.domain.outbox import Notice
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, number
from steward.ledger.audit_items import audit_event_from, audit_item
from steward.ledger.keys import (
    LEASE_PREFIX,
    audit_partition,
    ended_key,
    lease_key,
    unit_partition,
)
from steward.ledger.lease_items import lease_from, lease_item
from steward.ledger.notice_items import notice_item
from steward.ledger.table import Table, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class LeaseChanged(Exception):
    """Another writer changed the lease since it was read; nothing was written."""

    def __init__(self, stack_id: str) -> None:
        super().__init__(
            f"the lease of {stack_id} was changed since it was read; read it again and decide anew"
        )
        self.stack_id = stack_id


class Leases(Table):
    """Reads always see the newest version; an ended lease is kept for the audit, never revived."""

    def leases_of(self, unit: Unit) -> Iterator[Lease]:
        """The unit's live leases, streamed: one query a megabyte."""
        return map(lease_from, self.query(unit_partition(unit), LEASE_PREFIX))

    def lease(self, unit: Unit, stack_id: str) -> Lease | None:
        return self._lease_at(lease_key(unit, stack_id))

    def ended_lease(self, unit: Unit, stack_id: str) -> Lease | None:
        return self._lease_at(ended_key(unit, stack_id))

    def audit_trail(self, stack_id: str) -> list[AuditEvent]:
        """What happened to the lease, oldest first."""
        return [audit_event_from(item) for item in self.query(audit_partition(stack_id))]

    def save(
        self,
        before: Lease | None,
        after: Lease,
        event: AuditEvent,
        notices: Sequence[Notice] = (),
    ) -> Lease:
        """Store `after` as the next version of `before`, its event and its notices, all or nothing.

        Return it as stored. A notice that exists already stays as it is: an owner is told once.
        Raise LeaseChanged unless `before` is still the newest version.
        """
        stored = next_version(before, after)
        fixed = self.change(before, stored, replace(event, version=stored.version))
        new = list(notices)
        while refused := self.write_together(
            [*fixed, *(self.put_if_absent(notice_item(notice)) for notice in new)]
        ):
            if min(refused) < len(fixed):
                raise LeaseChanged(after.stack_id)
            new = [notice for place, notice in enumerate(new, len(fixed)) if place not in refused]
        return stored

    def change(
        self, before: Lease | None, after: Lease, event: AuditEvent, subject: str = ""
    ) -> list[Write]:
        """The writes that turn the stored `before` into `after`, and record the event of it."""
        forget_at = event.at + self.audit_retention
        recorded = self.put_if_absent(audit_item(event, self.audit_retention, subject))
        return [*self._moves(before, after, lease_item(after, forget_at)), recorded]

    def _moves(self, before: Lease | None, after: Lease, item: Item) -> list[Write]:
        live = lease_key(after.unit, after.stack_id)
        ended = ended_key(after.unit, after.stack_id)
        if after.state in ENDED_STATES:
            return [
                {"Delete": {"TableName": self.name, "Key": live, **_unchanged(before)}},
                self.put_if_absent(item),
            ]
        put: Write = {"Put": {"TableName": self.name, "Item": item, **_unchanged(before)}}
        if before is not None:
            return [put]
        never_ended: Write = {
            "ConditionCheck": {
                "TableName": self.name,
                "Key": ended,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        return [put, never_ended]

    def _lease_at(self, item_key: Item) -> Lease | None:
        item = self.read(item_key)
        return lease_from(item) if item else None


def next_version(before: Lease | None, after: Lease) -> Lease:
    """`after`, numbered as what follows `before`; the two must be of one stack."""
    if before is None:
        return replace(after, version=1)
    if (before.stack_id, before.unit) != (after.stack_id, after.unit):
        raise ValueError(
            f"a lease never changes its stack, but {before.stack_id} in {before.unit} was to "
            f"become {after.stack_id} in {after.unit}; save them as two leases"
        )
    return replace(after, version=before.version + 1)


class _Condition(TypedDict):
    ConditionExpression: str
    ExpressionAttributeNames: NotRequired[dict[str, str]]
    ExpressionAttributeValues: "NotRequired[dict[str, AttributeValueTypeDef]]"
    ReturnValuesOnConditionCheckFailure: NotRequired[Literal["NONE"]]


def _unchanged(before: Lease | None) -> _Condition:
    if before is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :read",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":read": number(before.version)},
    }
