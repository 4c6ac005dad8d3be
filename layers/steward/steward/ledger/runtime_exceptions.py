"""Who may keep a runtime for a while, and who said so."""

from datetime import datetime

from steward.domain.audit import AuditEvent
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.states import RuntimeState
from steward.ledger.attributes import (
    TTL,
    Item,
    ItemReader,
    UnreadableItem,
    epoch_seconds,
    instant,
    known_days,
    moment,
    start_of,
    text,
)
from steward.ledger.audit_items import audit_event_from, audit_item
from steward.ledger.keys import (
    RUNTIME_EXCEPTIONS,
    exception_id,
    exception_key,
    key,
    runtime_audit_partition,
)
from steward.ledger.table import Table, Write

_DEALINGS = ("granted_by", "granted_at")


class RuntimeExceptions(Table):
    """One that has ended stays on record as long as the audit does; one that was revoked does not,
    and its events say what it was."""

    def exceptions(self) -> list[GrantedException]:
        """All of them, those that have ended too, by what they are for."""
        found = [exception_from(item) for item in self.query(RUNTIME_EXCEPTIONS)]
        return sorted(found, key=lambda each: (each.kind, each.scope, each.runtime))

    def save_exception(self, exception: GrantedException, by: str, at: datetime) -> None:
        """Grant it, in the place of one that is for the same."""
        kept = epoch_seconds(start_of(exception.expires) + self.audit_retention)
        dealings: Item = {"granted_by": text(by), "granted_at": moment(at), TTL: kept}
        put = self.put(exception_item(exception) | dealings)
        self.write_together(
            [put, self._exception_event(exception, at, by, "granted", exception.reason)]
        )

    def end_exception(
        self, kind: ScopeKind, scope: str, runtime: str, by: str, at: datetime
    ) -> bool:
        """Revoke it now; False when there is none, or another one since."""
        item = self.read(exception_key(kind, scope, runtime))
        if item is None:
            return False
        gone: Write = {
            "Delete": {
                "TableName": self.name,
                "Key": exception_key(kind, scope, runtime),
                "ConditionExpression": "granted_at = :read",
                "ExpressionAttributeValues": {":read": item["granted_at"]},
            }
        }
        event = self._exception_event(exception_from(item), at, by, "revoked", f"revoked by {by}")
        return not self.write_together([gone, event])

    def exception_history(self, kind: ScopeKind, scope: str, runtime: str) -> list[AuditEvent]:
        """What was granted and revoked for one scope and runtime, oldest first."""
        partition = runtime_audit_partition(exception_id(kind, scope, runtime))
        return [audit_event_from(item) for item in self.query(partition)]

    def _exception_event(
        self, exception: GrantedException, at: datetime, by: str, what: str, why: str
    ) -> Write:
        evidence = {name: str(each) for name, each in exception.model_dump(mode="json").items()}
        event = AuditEvent(exception.scope, at, by, what, why, "", 0, evidence)
        identity = exception_id(exception.kind, exception.scope, exception.runtime)
        place = key(runtime_audit_partition(identity), f"{instant(at)}#{what}")
        return self.put(audit_item(event, self.audit_retention) | place)


def exception_item(exception: GrantedException) -> Item:
    place = exception_key(exception.kind, exception.scope, exception.runtime)
    return place | {
        "kind": text(exception.kind),
        "scope": text(exception.scope),
        "runtime": text(exception.runtime),
        "reason": text(exception.reason),
        "approver": text(exception.approver),
        "second_approver": text(exception.second_approver),
        "granted_in": text(exception.granted_in),
        "control": text(exception.control),
        "ticket": text(exception.ticket),
        **known_days(created=exception.created, expires=exception.expires),
    }


def exception_from(item: Item) -> GrantedException:
    read = ItemReader(item, also_ignored=_DEALINGS)
    fields = {
        "kind": read.choice("kind", ScopeKind),
        "created": read.day("created"),
        "expires": read.day("expires"),
        "granted_in": read.choice("granted_in", RuntimeState),
    }
    texts = ("scope", "runtime", "reason", "approver", "second_approver", "control", "ticket")
    written = fields | {name: read.text(name) for name in texts}
    try:
        return read.whole(GrantedException.model_validate(written))
    except ValueError as error:
        raise UnreadableItem(read.pk, read.sk, f"is no exception: {error}") from None
