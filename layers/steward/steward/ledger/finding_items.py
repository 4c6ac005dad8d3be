"""A finding, and what happened to it, as items of the table, and back."""

from dataclasses import fields
from datetime import datetime, timedelta

from steward.domain.audit import AuditEvent
from steward.domain.runtimes.functions import Function
from steward.domain.runtimes.records import FindingChange, FindingOnRecord
from steward.domain.runtimes.severity import Level
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, ItemReader, instant, moment, number, text
from steward.ledger.audit_items import audit_item
from steward.ledger.keys import finding_key, key, runtime_audit_partition

_NOT_EVIDENCE = frozenset({"unit", "name", "version", "revision"})


def finding_item(finding: FindingOnRecord) -> Item:
    return finding_key(finding.unit, finding.name, finding.version) | {
        "account_id": text(finding.unit.account_id),
        "region": text(finding.unit.region),
        "name": text(finding.name),
        "version": text(finding.version),
        "runtime_id": text(finding.runtime_id),
        "level": text(finding.level),
        "story": text(finding.story),
        "opened_at": moment(finding.opened_at),
        "changed_at": moment(finding.changed_at),
        "absences": number(finding.absences),
        "revision": number(finding.revision),
    }


def finding_from(item: Item) -> FindingOnRecord:
    read = ItemReader(item)
    return read.whole(
        FindingOnRecord(
            unit=Unit(read.text("account_id"), read.text("region")),
            name=read.text("name"),
            version=read.text("version"),
            runtime_id=read.text("runtime_id"),
            level=read.choice("level", Level),
            story=read.text("story"),
            opened_at=read.moment("opened_at"),
            changed_at=read.moment("changed_at"),
            absences=read.number("absences"),
            revision=read.number("revision"),
        )
    )


def finding_arn(unit: Unit, name: str) -> str:
    return Function(unit, name, None).arn


def transition_event(change: FindingChange, at: datetime, actor: str) -> AuditEvent:
    """The event of a change whose `after` is numbered as it is stored.

    Its `stack_id` is the ARN of the function or version; it was decided under no one policy.
    """
    finding = change.after or change.before
    assert finding is not None
    revision = finding.revision + (change.after is None)
    arn = f"{finding_arn(finding.unit, finding.name)}:{finding.version}"
    return AuditEvent(arn, at, actor, _what(change), change.why, "", revision, _evidence(finding))


def transition_item(event: AuditEvent, finding: FindingOnRecord, retention: timedelta) -> Item:
    """Events lie under the function, by version, then time."""
    sort = f"{finding.version}#{instant(event.at)}#{event.version:06d}#{event.what}"
    partition = runtime_audit_partition(finding_arn(finding.unit, finding.name))
    return audit_item(event, retention) | key(partition, sort)


def _what(change: FindingChange) -> str:
    if change.before is None:
        return "opened"
    return "closed" if change.after is None else "changed"


def _evidence(finding: FindingOnRecord) -> dict[str, str]:
    named = (each.name for each in fields(finding) if each.name not in _NOT_EVIDENCE)
    return {name: str(getattr(finding, name)) for name in named}
