"""An audit event as an item of the table, and back."""

from datetime import timedelta

from steward.domain.audit import AuditEvent
from steward.ledger.attributes import (
    TTL,
    Item,
    ItemReader,
    epoch_seconds,
    moment,
    number,
    text,
    text_map,
)
from steward.ledger.keys import audit_partition, audit_sort, key


def audit_item(event: AuditEvent, retention: timedelta, subject: str = "") -> Item:
    sort = audit_sort(event.version, event.at, subject)
    return key(audit_partition(event.stack_id), sort) | {
        TTL: epoch_seconds(event.at + retention),
        "stack_id": text(event.stack_id),
        "at": moment(event.at),
        "actor": text(event.actor),
        "what": text(event.what),
        "why": text(event.why),
        "policy": text(event.policy),
        "version": number(event.version),
        "evidence": text_map(event.evidence),
    }


def audit_event_from(item: Item) -> AuditEvent:
    read = ItemReader(item)
    return read.whole(
        AuditEvent(
            stack_id=read.text("stack_id"),
            at=read.moment("at"),
            actor=read.text("actor"),
            what=read.text("what"),
            why=read.text("why"),
            policy=read.text("policy"),
            version=read.number("version"),
            evidence=read.text_map("evidence"),
        )
    )
