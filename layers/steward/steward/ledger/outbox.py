"""The outbox: notices wait here until their delivery, or the reason against it, is on record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease, with_delivery
from steward.domain.outbox import Notice, NoticeKind, NoticeState
from steward.ledger.attributes import (
    TTL,
    Item,
    UnreadableItem,
    epoch_seconds,
    moment,
    number,
    text,
    text_map,
)
from steward.ledger.audit_items import audit_item
from steward.ledger.keys import OPEN, notice_key, notice_partition, notice_sort
from steward.ledger.leases import LeaseChanged, Leases, next_version
from steward.ledger.notice_items import notice_from
from steward.ledger.table import Write

OPEN_STATES = frozenset({NoticeState.PENDING, NoticeState.CLAIMED})
_TRIES = 5
_STATE = {"#state": "state"}
_IS_OPEN = "#state IN (:pending, :claimed)"
_OPEN_VALUES: Item = {":pending": text(NoticeState.PENDING), ":claimed": text(NoticeState.CLAIMED)}


@dataclass(frozen=True, slots=True)
class _Settlement:
    """How a notice ends: the state it ends in, and the event that says so."""

    state: NoticeState
    event: AuditEvent
    message_ids: Mapping[str, str]


class Outbox(Leases):
    """Claim, send, then record: a crash repeats a mail; the other order counts an unsent one."""

    def notices_of(self, stack_id: str) -> list[Notice]:
        return [notice_from(item) for item in self.query(notice_partition(stack_id))]

    def open_notices(self) -> Iterator[Notice]:
        """Notices still to be sent, longest waiting first.

        The index only says where to look: it lags, and holds no text.
        """
        for listed in self.query_index(OPEN):
            item = self.read({"pk": listed["pk"], "sk": listed["sk"]})
            notice = notice_from(item) if item else None
            if notice is not None and notice.state in OPEN_STATES:
                yield notice

    def claim(self, notice: Notice, now: datetime, lease_for: timedelta) -> bool:
        """Take the notice to send it, unless it is settled or another's claim is still young."""
        claimed = self.update(
            notice_key(notice),
            "SET #state = :claimed, claimed_at = :now",
            "#state = :pending OR (#state = :claimed AND claimed_at < :abandoned)",
            _STATE,
            {**_OPEN_VALUES, ":now": moment(now), ":abandoned": moment(now - lease_for)},
        )
        return claimed is not None

    def record_delivery(
        self, notice: Notice, at: datetime, message_ids: Mapping[str, str], actor: str
    ) -> None:
        """The notice was accepted for delivery to the addresses of `message_ids`.

        It counts for the lease only while that is still in the notice's generation. A notice that
        is settled already stays as it is.
        """
        if not message_ids:
            raise ValueError(
                f"the {notice.stage} notice of {notice.stack_id} has no message id, so nobody "
                "accepted it; record a failure instead"
            )
        for _ in range(_TRIES):
            lease = self.lease(notice.unit, notice.stack_id)
            told = _told(lease, notice, at)
            why = f"{_named(notice)} was accepted for delivery to {', '.join(message_ids)}"
            if notice.kind is NoticeKind.STAGE and told is None:
                why += "; the lease has moved on, so it does not count"
            event = _event(notice, at, actor, "delivered", why, message_ids)
            done = _Settlement(NoticeState.SENT, event, message_ids)
            if self._settle(notice, done, lease, told):
                return
        raise LeaseChanged(notice.stack_id)

    def record_failure(self, notice: Notice, error: str, at: datetime) -> Notice:
        """Put the notice back with its `error`, to be tried again; return it as stored.

        A notice that was settled meanwhile is returned as it is.
        """
        failed = self.update(
            notice_key(notice),
            "SET #state = :pending, #error = :error, failed_at = :at, tries = tries + :one "
            "REMOVE claimed_at",
            _IS_OPEN,
            _STATE | {"#error": "error"},
            {**_OPEN_VALUES, ":error": text(error), ":at": moment(at), ":one": number(1)},
        )
        return notice_from(failed) if failed else self._stored(notice)

    def cancel(self, notice: Notice, why: str, at: datetime, actor: str = "notice_digest") -> None:
        """The notice will not be sent any more; one that is settled already stays as it is."""
        event = _event(notice, at, actor, "cancelled", f"{_named(notice)} is not sent: {why}", {})
        lease = self.lease(notice.unit, notice.stack_id)
        self._settle(notice, _Settlement(NoticeState.CANCELLED, event, {}), lease, None)

    def _stored(self, notice: Notice) -> Notice:
        item = self.read(notice_key(notice))
        if item is None:
            sort = notice_sort(notice.generation, notice.stage)
            pk = notice_partition(notice.stack_id)
            raise UnreadableItem(pk, sort, "the notice is not in the table")
        return notice_from(item)

    def _settle(
        self, notice: Notice, done: _Settlement, lease: Lease | None, told: Lease | None
    ) -> bool:
        """Settle the notice, together with `lease` where it becomes `told`.

        False when the lease was changed since it was read. True too when somebody else has
        settled the notice before.
        """
        subject = notice_sort(notice.generation, notice.stage)
        if lease is not None and told is not None:
            event = replace(done.event, version=told.version)
            rest = self.change(lease, told, event, subject)
        else:
            event = replace(done.event, version=self._version_of(notice, lease))
            rest = [self.put_if_absent(audit_item(event, self.audit_retention, subject))]
        refused = self.write_together([self._settlement(notice, done), *rest])
        return not refused or 0 in refused

    def _version_of(self, notice: Notice, live: Lease | None) -> int:
        lease = live or self.ended_lease(notice.unit, notice.stack_id)
        return lease.version if lease else 0

    def _settlement(self, notice: Notice, done: _Settlement) -> Write:
        at = done.event.at
        return {
            "Update": {
                "TableName": self.name,
                "Key": notice_key(notice),
                "UpdateExpression": (
                    f"SET #state = :state, settled_at = :at, message_ids = :ids, {TTL} = :ttl "
                    "REMOVE claimed_at, gsi1pk, gsi1sk"
                ),
                "ConditionExpression": _IS_OPEN,
                "ExpressionAttributeNames": _STATE,
                "ExpressionAttributeValues": {
                    **_OPEN_VALUES,
                    ":state": text(done.state),
                    ":at": moment(at),
                    ":ids": text_map(done.message_ids),
                    ":ttl": epoch_seconds(at + self.audit_retention),
                },
            }
        }


def _told(lease: Lease | None, notice: Notice, at: datetime) -> Lease | None:
    """The lease for which this delivery counts, with it; None when it counts for none."""
    stage = notice.stage_before_deletion
    if lease is None or stage is None or lease.generation != notice.generation:
        return None
    told = with_delivery(lease, stage, at)
    return next_version(lease, told) if told != lease else None


def _named(notice: Notice) -> str:
    return f"the {notice.stage} notice of generation {notice.generation}"


def _event(
    notice: Notice,
    at: datetime,
    actor: str,
    what: str,
    why: str,
    message_ids: Mapping[str, str],
) -> AuditEvent:
    """No policy decides a delivery, so the event names none; its version is known on writing."""
    sent = {f"message to {address}": message_id for address, message_id in message_ids.items()}
    return AuditEvent(
        stack_id=notice.stack_id,
        at=at,
        actor=actor,
        what=what,
        why=why,
        policy="",
        version=0,
        evidence={"kind": str(notice.kind), "stage": notice.stage, **sent},
    )
