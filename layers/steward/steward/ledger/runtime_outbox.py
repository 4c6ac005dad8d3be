"""The outbox of runtimes: a notice waits here until its delivery, or why not, is on record."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeState
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
from steward.ledger.delivery_items import MAILS_KEPT
from steward.ledger.keys import (
    RUNTIME_NOTICES,
    RUNTIME_OPEN,
    runtime_mailed_key,
    runtime_notice_id,
    runtime_notice_key,
)
from steward.ledger.runtime_notice_items import (
    OPEN_STATES,
    runtime_notice_from,
    runtime_notice_item,
)
from steward.ledger.table import Table, Write

_STATE = {"#state": "state"}
_IS_OPEN = "#state IN (:pending, :claimed)"
_OPEN: Item = {
    ":pending": text(RuntimeNoticeState.PENDING),
    ":claimed": text(RuntimeNoticeState.CLAIMED),
}


class RuntimeOutbox(Table):
    """Claim, send, then record: a crash repeats a mail; the other order counts an unsent one."""

    def runtime_notices(self) -> list[RuntimeNotice]:
        """All of them in any state, longest waiting first, as far back as the audit goes."""
        found = [runtime_notice_from(item) for item in self.query(RUNTIME_NOTICES)]
        return sorted(found, key=lambda each: (each.queued_at, each.group, each.key))

    def open_runtime_notices(self) -> Iterator[RuntimeNotice | UnreadableItem]:
        """Notices still to be sent, longest waiting first; one that cannot be read stops no other.

        The index only says where to look: it lags, and holds no text.
        """
        for listed in self.query_index(RUNTIME_OPEN):
            item = self.read({"pk": listed["pk"], "sk": listed["sk"]})
            found = _read_if_possible(item) if item else None
            if isinstance(found, UnreadableItem) or (found and found.state in OPEN_STATES):
                yield found

    def queue_runtime_notice(self, notice: RuntimeNotice) -> bool:
        """Let it wait to be sent; False when the same one waits already, or was sent.

        One that was cancelled was never told, so it may be true again.
        """
        put: Write = {
            "Put": {
                "TableName": self.name,
                "Item": runtime_notice_item(notice),
                "ConditionExpression": "attribute_not_exists(pk) OR #state = :cancelled",
                "ExpressionAttributeNames": _STATE,
                "ExpressionAttributeValues": {":cancelled": text(RuntimeNoticeState.CANCELLED)},
            }
        }
        return not self.write_together([put])

    def claim_runtime_notice(
        self, notice: RuntimeNotice, now: datetime, lease_for: timedelta
    ) -> bool:
        """Take it to send it, unless it is settled or another's claim is still young."""
        claimed = self.update(
            runtime_notice_key(notice),
            "SET #state = :claimed, claimed_at = :now",
            "#state = :pending OR (#state = :claimed AND claimed_at < :abandoned)",
            _STATE,
            {**_OPEN, ":now": moment(now), ":abandoned": moment(now - lease_for)},
        )
        return claimed is not None

    def record_runtime_sent(
        self, notice: RuntimeNotice, at: datetime, message_ids: Mapping[str, str]
    ) -> None:
        """Its mails were accepted for delivery to the addresses of `message_ids`.

        That is so even if it was cancelled while they were sent. The first record stands.
        """
        if not message_ids:
            raise ValueError(
                f"the notice {notice.key} of {notice.group} has no message id, so nobody accepted "
                "it; record a failure instead"
            )
        mailed = [self.put(_mailed(notice, each, at)) for each in sorted({*message_ids.values()})]
        self.write_together([self._runtime_sent(notice, at, message_ids), *mailed])

    def record_runtime_failure(self, notice: RuntimeNotice, error: str, at: datetime) -> None:
        """Put it back with its `error`, to be tried again; one that is settled stays as it is."""
        self.update(
            runtime_notice_key(notice),
            "SET #state = :pending, #error = :error, failed_at = :at, tries = tries + :one "
            "REMOVE claimed_at",
            _IS_OPEN,
            {**_STATE, "#error": "error"},
            {**_OPEN, ":error": text(error), ":at": moment(at), ":one": number(1)},
        )

    def cancel_runtime_notice(self, notice: RuntimeNotice, why: str, at: datetime) -> None:
        """It will not be sent any more; one that is settled already stays as it is."""
        self.update(
            runtime_notice_key(notice),
            f"SET #state = :cancelled, cancelled_because = :why, settled_at = :at, {TTL} = :ttl "
            "REMOVE claimed_at, gsi1pk, gsi1sk",
            _IS_OPEN,
            _STATE,
            {
                **_OPEN,
                ":cancelled": text(RuntimeNoticeState.CANCELLED),
                ":why": text(why),
                ":at": moment(at),
                ":ttl": epoch_seconds(at + self.audit_retention),
            },
        )

    def _runtime_sent(
        self, notice: RuntimeNotice, at: datetime, message_ids: Mapping[str, str]
    ) -> Write:
        return {
            "Update": {
                "TableName": self.name,
                "Key": runtime_notice_key(notice),
                "UpdateExpression": (
                    "SET #state = :sent, sent_at = :at, settled_at = :at, "
                    f"message_ids = :ids, {TTL} = :ttl REMOVE claimed_at, gsi1pk, gsi1sk"
                ),
                "ConditionExpression": "attribute_exists(pk) AND #state <> :sent",
                "ExpressionAttributeNames": _STATE,
                "ExpressionAttributeValues": {
                    ":sent": text(RuntimeNoticeState.SENT),
                    ":at": moment(at),
                    ":ids": text_map(message_ids),
                    ":ttl": epoch_seconds(at + self.audit_retention),
                },
            }
        }


def _read_if_possible(item: Item) -> RuntimeNotice | UnreadableItem:
    try:
        return runtime_notice_from(item)
    except UnreadableItem as error:
        return error


def _mailed(notice: RuntimeNotice, message_id: str, at: datetime) -> Item:
    """Says that the mail told of `notice`, so that a report on the mail finds it."""
    return runtime_mailed_key(message_id, notice) | {
        TTL: epoch_seconds(at + MAILS_KEPT),
        "notice_id": text(runtime_notice_id(notice)),
    }
