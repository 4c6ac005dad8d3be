"""Open findings of runtimes: only changes are written, each with its event, or neither."""

from dataclasses import replace
from datetime import datetime

from steward.domain.audit import AuditEvent
from steward.domain.runtimes.records import FindingChange, FindingOnRecord
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, moment, number
from steward.ledger.audit_items import audit_event_from
from steward.ledger.finding_items import (
    finding_arn,
    finding_from,
    finding_item,
    transition_event,
    transition_item,
)
from steward.ledger.keys import finding_key, findings_partition, runtime_audit_partition
from steward.ledger.table import Table, Write

# A finding that was closed and opened again counts from 1 anew, so its opening tells it apart.
_AS_READ = "#revision = :revision AND opened_at = :opened_at"


class Findings(Table):
    """A closed finding is gone; the audit trail keeps what it was."""

    def findings_of(self, unit: Unit) -> list[FindingOnRecord]:
        """The unit's open findings, by function."""
        return [finding_from(item) for item in self.query(findings_partition(unit))]

    def record_finding(self, change: FindingChange, at: datetime, actor: str) -> bool:
        """Put `change` and its event on record; a change of nothing is no write.

        False, and nothing is written, when the finding is not the one that was read any more:
        read it again and decide anew. The ledger numbers `after` itself.
        """
        numbered = _numbered(change)
        if numbered.before is not None and _unchanged(numbered.before, numbered.after):
            return True
        event = transition_event(numbered, at, actor)
        finding = numbered.after or numbered.before
        assert finding is not None
        recorded = self.put(transition_item(event, finding, self.audit_retention))
        return not self.write_together([self._finding_moves(numbered), recorded])

    def finding_history(self, unit: Unit, name: str, version: str) -> list[AuditEvent]:
        """What happened to the findings of one function or version, oldest first."""
        partition = runtime_audit_partition(finding_arn(unit, name))
        return [audit_event_from(item) for item in self.query(partition, f"{version}#")]

    def _finding_moves(self, change: FindingChange) -> Write:
        before, after = change.before, change.after
        if before is None and after is not None:
            return self.put_if_absent(finding_item(after))
        assert before is not None
        read: Item = {
            ":revision": number(before.revision),
            ":opened_at": moment(before.opened_at),
        }
        names = {"#revision": "revision"}
        if after is None:
            return {
                "Delete": {
                    "TableName": self.name,
                    "Key": finding_key(before.unit, before.name, before.version),
                    "ConditionExpression": _AS_READ,
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": read,
                }
            }
        return {
            "Put": {
                "TableName": self.name,
                "Item": finding_item(after),
                "ConditionExpression": _AS_READ,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": read,
            }
        }


def _numbered(change: FindingChange) -> FindingChange:
    """`change` with its `after` as what follows `before`; the two must be of one function."""
    before, after = change.before, change.after
    if after is None:
        return change
    if before is None:
        return replace(change, after=replace(after, revision=1))
    if _place(before) != _place(after):
        raise ValueError(
            f"a finding never changes its function, but {_place(before)} was to become "
            f"{_place(after)}; close the one and open the other"
        )
    return replace(change, after=replace(after, revision=before.revision + 1))


def _place(finding: FindingOnRecord) -> str:
    return f"{finding.unit}/{finding.name}:{finding.version}"


def _unchanged(before: FindingOnRecord, after: FindingOnRecord | None) -> bool:
    """Whether only the clock and the count of writes moved."""
    if after is None:
        return False
    return replace(after, revision=before.revision, changed_at=before.changed_at) == before
