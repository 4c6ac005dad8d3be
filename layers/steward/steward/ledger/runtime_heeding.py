"""Reports on mails find the notices of runtimes that those told of."""

from collections.abc import Iterator

from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeState
from steward.ledger.attributes import TTL, ItemReader, number, text
from steward.ledger.keys import (
    RUNTIME_MAILED_PREFIX,
    RUNTIME_NOTICES,
    key,
    mail_partition,
    runtime_notice_key,
    runtime_open_index,
)
from steward.ledger.runtime_notice_items import runtime_notice_from
from steward.ledger.runtime_outbox import RuntimeOutbox

_STATE = {"#state": "state"}


class RuntimeHeeding(RuntimeOutbox):
    """A notice whose every mail came back was told to nobody, so it waits to be sent again."""

    def runtime_notices_told_by(self, message_id: str) -> Iterator[tuple[RuntimeNotice, str]]:
        """The notices that a mail told of, and the address that it went to as we wrote it."""
        for mailed in self.query(mail_partition(message_id), RUNTIME_MAILED_PREFIX):
            item = self.read(key(RUNTIME_NOTICES, ItemReader(mailed).text("notice_id")))
            if item is None:
                continue
            reached = ItemReader(item).text_map("message_ids") if "message_ids" in item else {}
            address = next((name for name, each in reached.items() if each == message_id), "")
            yield runtime_notice_from(item), address

    def note_runtime_failure(
        self, notice: RuntimeNotice, message_id: str, address: str, why: str
    ) -> bool:
        """The mail `message_id` to `address` did not arrive; whether the notice waits again.

        Handed in again, it does what is left to do.
        """
        self.update(
            runtime_notice_key(notice),
            "SET #error = :why REMOVE message_ids.#address",
            "#state = :sent AND message_ids.#address = :id",
            {**_STATE, "#error": "error", "#address": address or "-"},
            {":sent": text(RuntimeNoticeState.SENT), ":id": text(message_id), ":why": text(why)},
        )
        listed = runtime_open_index(notice)
        reopened = self.update(
            runtime_notice_key(notice),
            "SET #state = :pending, gsi1pk = :gsi1pk, gsi1sk = :gsi1sk "
            f"REMOVE sent_at, settled_at, message_ids, {TTL}",
            "#state = :sent AND size(message_ids) = :none",
            _STATE,
            {
                ":pending": text(RuntimeNoticeState.PENDING),
                ":sent": text(RuntimeNoticeState.SENT),
                ":none": number(0),
                **{f":{name}": value for name, value in listed.items()},
            },
        )
        return reopened is not None
