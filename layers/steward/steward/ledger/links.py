"""Extensions, and which links were used for them: a link extends once."""

from dataclasses import dataclass, replace
from datetime import datetime

from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease
from steward.ledger.attributes import TTL, Item, ItemReader, epoch_seconds, moment, text
from steward.ledger.keys import link_key
from steward.ledger.leases import LeaseChanged, Leases, next_version


@dataclass(frozen=True, slots=True)
class UsedLink:
    """When a link was used, by whom, and until when that extended its lease."""

    stack_id: str
    at: datetime
    by: str
    until: datetime


class LinkUsed(Exception):
    """The link has extended its lease before; nothing was written."""

    def __init__(self, link_id: str) -> None:
        super().__init__(f"link {link_id} was used before; read what it did and say so")


class Extensions(Leases):
    """A lease is extended together with the use of the link: both or neither."""

    def extend(
        self,
        before: Lease,
        after: Lease,
        event: AuditEvent,
        link_id: str = "",
        forget_at: datetime | None = None,
    ) -> Lease:
        """Store `after` as the next version of `before`, with its event; return it as stored.

        With a `link_id`, the link is used up; that is remembered until `forget_at`. Raise LinkUsed
        or LeaseChanged when nothing was stored.
        """
        stored = next_version(before, after)
        writes = self.change(before, stored, replace(event, version=stored.version))
        if link_id:
            writes.append(self.put_if_absent(_used_item(link_id, stored, forget_at)))
        refused = self.write_together(writes)
        if link_id and len(writes) - 1 in refused:
            raise LinkUsed(link_id)
        if refused:
            raise LeaseChanged(after.stack_id)
        return stored

    def used_link(self, link_id: str) -> UsedLink | None:
        item = self.read(link_key(link_id))
        if item is None:
            return None
        read = ItemReader(item)
        return read.whole(
            UsedLink(
                stack_id=read.text("stack_id"),
                at=read.moment("at"),
                by=read.text("by"),
                until=read.moment("until"),
            )
        )


def _used_item(link_id: str, lease: Lease, forget_at: datetime | None) -> Item:
    extension = lease.extension
    if extension is None:
        raise ValueError(f"the lease of {lease.stack_id} has no extension to use a link for")
    kept: Item = {TTL: epoch_seconds(forget_at)} if forget_at else {}
    return (
        link_key(link_id)
        | kept
        | {
            "stack_id": text(lease.stack_id),
            "at": moment(extension.at),
            "by": text(extension.by),
            "until": moment(extension.until),
        }
    )
