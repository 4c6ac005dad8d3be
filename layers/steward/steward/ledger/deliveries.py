"""What became of every mail, and which addresses mails do not reach.

Each report is an item of its own, or outweighs the one before, so that neither its repeats nor
their order change what is on record.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from steward.domain.deliveries import Unreachable
from steward.domain.outcomes import Outcome
from steward.ledger.attributes import TTL, Item, epoch_seconds, moment, text
from steward.ledger.delivery_items import (
    MAILS_KEPT,
    outcome_from,
    outcome_item,
    unreachable_from,
    unreachable_item,
)
from steward.ledger.keys import UNREACHABLE, outcome_key, reached_key
from steward.ledger.table import Table, Write

_TRIES = 5


class OutcomesContend(Exception):
    """Reports of one mail came so fast that none could be put on record; nothing was written."""

    def __init__(self, message_id: str) -> None:
        super().__init__(
            f"what was reported of the mail {message_id} changed {_TRIES} times while one more "
            "report was written; hand it in again"
        )


class _Condition(TypedDict):
    ConditionExpression: str
    ExpressionAttributeNames: NotRequired[dict[str, str]]
    ExpressionAttributeValues: NotRequired[Item]
    ReturnValuesOnConditionCheckFailure: NotRequired[Literal["NONE"]]


class Deliveries(Table):
    """Reports by mail, and addresses that are not written to for a while."""

    def outcome_of(self, message_id: str) -> Outcome | None:
        item = self.read(outcome_key(message_id))
        return outcome_from(item) if item else None

    def outcomes_of(self, message_ids: Iterable[str]) -> dict[str, Outcome]:
        """What is known of these mails, by message id."""
        known = ((each, self.outcome_of(each)) for each in message_ids)
        return {message_id: outcome for message_id, outcome in known if outcome}

    def save_outcome(self, outcome: Outcome) -> None:
        """Put a report on record unless what is known of the mail outweighs it."""
        for _ in range(_TRIES):
            known = self.outcome_of(outcome.message_id)
            if known and not outcome.outweighs(known):
                return
            write: Write = {
                "Put": {"TableName": self.name, "Item": outcome_item(outcome), **_still(known)}
            }
            if not self.write_together([write]):
                return
        raise OutcomesContend(outcome.message_id)

    def outcome_unchanged(self, message_id: str, known: Outcome | None) -> Write:
        """Holds a transaction back when more was reported of a mail than is `known`."""
        place = outcome_key(message_id)
        return {"ConditionCheck": {"TableName": self.name, "Key": place, **_still(known)}}

    def unreachable(self, now: datetime) -> dict[str, Unreachable]:
        """The addresses that no mail reaches at `now`, by their casefolded spelling."""
        found: dict[str, Unreachable] = {}
        for each in self._unreached():
            key = each.address.casefold()
            if now < each.until and (key not in found or found[key].until < each.until):
                found[key] = each
        return found

    def note_unreachable(self, found: Unreachable, message_id: str) -> bool:
        """Put on record what the mail `message_id` taught about an address.

        False when that was known, or a mail sent since then did arrive.
        """
        check: Write = {
            "ConditionCheck": {
                "TableName": self.name,
                "Key": reached_key(found.address),
                "ConditionExpression": "attribute_not_exists(pk) OR sent_at <= :since",
                "ExpressionAttributeValues": {":since": moment(found.since)},
            }
        }
        new = self.put_if_absent(unreachable_item(found, message_id))
        return not self.write_together([new, check])

    def note_reachable(self, address: str, sent_at: datetime) -> None:
        """A mail of `sent_at` arrived, which refutes what earlier mails taught.

        This is on record before those are taken off, so that none comes back late.
        """
        self.update(
            reached_key(address),
            f"SET sent_at = :sent, {TTL} = :ttl",
            "attribute_not_exists(pk) OR #sent < :sent",
            {"#sent": "sent_at"},
            {":sent": moment(sent_at), ":ttl": epoch_seconds(sent_at + MAILS_KEPT)},
        )
        for item in list(self.query(UNREACHABLE, f"{address.casefold()}#")):
            if unreachable_from(item).since < sent_at:
                key = {"pk": item["pk"], "sk": item["sk"]}
                self.write_together([{"Delete": {"TableName": self.name, "Key": key}}])

    def _unreached(self) -> Iterator[Unreachable]:
        return map(unreachable_from, self.query(UNREACHABLE))


def _still(known: Outcome | None) -> _Condition:
    """Holds while the outcome on record is the one that was read."""
    if known is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#status = :status AND #at = :at AND #detail = :detail",
        "ExpressionAttributeNames": {"#status": "status", "#at": "at", "#detail": "detail"},
        "ExpressionAttributeValues": {
            ":status": text(known.status),
            ":at": moment(known.at),
            ":detail": text(known.detail),
        },
    }
