"""Who created a stack, and whom accounts name as their contact: what was learned stays on record.

A creator is usually learned before the stack is leased, so it cannot lie on the lease alone.
"""

from dataclasses import dataclass
from datetime import datetime

from steward.domain.leases import Creator
from steward.ledger.attributes import TTL, ItemReader, epoch_seconds, moment, text
from steward.ledger.keys import contact_key, creator_key
from steward.ledger.table import Table


@dataclass(frozen=True, slots=True)
class ContactOnRecord:
    """An account's operations contact as of `asked_at`; an empty address: it had none."""

    address: str
    asked_at: datetime


class Creators(Table):
    """Neither kind of item is read where a stack's tags name an owner."""

    def note_creator(self, stack_id: str, creator: Creator, at: datetime) -> bool:
        """Keep who created the stack for as long as the audit; False when that was on record."""
        item = creator_key(stack_id) | {
            "name": text(creator.name),
            "source": text(creator.source),
            "noted_at": moment(at),
            TTL: epoch_seconds(at + self.audit_retention),
        }
        return not self.write_together([self.put_if_absent(item)])

    def creator_of(self, stack_id: str) -> Creator | None:
        item = self.read(creator_key(stack_id))
        if item is None:
            return None
        read = ItemReader(item, also_ignored=("noted_at",))
        return read.whole(Creator(read.text("name"), read.text("source")))

    def note_contact(self, account_id: str, address: str, at: datetime) -> None:
        item = contact_key(account_id) | {"address": text(address), "asked_at": moment(at)}
        self.write_together([self.put(item)])

    def contact_of(self, account_id: str) -> ContactOnRecord | None:
        """The account's contact as it was asked for last, however long ago."""
        item = self.read(contact_key(account_id))
        if item is None:
            return None
        read = ItemReader(item)
        return read.whole(ContactOnRecord(read.text("address"), read.moment("asked_at")))
