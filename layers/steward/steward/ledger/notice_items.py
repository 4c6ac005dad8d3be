"""A notice as an item of the table, and back."""

from steward.domain.deliveries import Delivery
from steward.domain.outbox import Notice, NoticeKind, NoticeState
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, ItemReader, known_moments, moment, number, text, texts
from steward.ledger.delivery_items import deliveries_attribute, delivery_from
from steward.ledger.keys import notice_key, open_index

# How a notice was dealt with: kept for the audit, and no part of what the owner is told.
_DEALINGS = ("claimed_at", "failed_at", "settled_at")


def notice_item(notice: Notice) -> Item:
    """A notice that is not sent yet, listed in the index as open."""
    return notice_key(notice) | open_index(notice) | _whose(notice) | _content(notice)


def _whose(notice: Notice) -> Item:
    return {
        "stack_id": text(notice.stack_id),
        "account_id": text(notice.unit.account_id),
        "region": text(notice.unit.region),
        "stack_name": text(notice.stack_name),
        "generation": number(notice.generation),
        "stage": text(notice.stage),
        "owners": texts(notice.owners),
        "owner_source": text(notice.owner_source),
    }


def _content(notice: Notice) -> Item:
    deliveries: Item = {}
    if notice.deliveries:
        deliveries = {"deliveries": deliveries_attribute(notice.deliveries)}
    return {
        "kind": text(notice.kind),
        "detail": text(notice.detail),
        "created_at": moment(notice.created_at),
        "deployed_at": moment(notice.deployed_at),
        "expires_at": moment(notice.expires_at),
        "queued_at": moment(notice.queued_at),
        "warning": text(notice.warning),
        "left_behind": texts(notice.left_behind),
        "state": text(notice.state),
        "tries": number(notice.tries),
        "error": text(notice.error),
        **known_moments(delete_after=notice.delete_after),
        **deliveries,
    }


def notice_from(item: Item) -> Notice:
    read = ItemReader(item, also_ignored=_DEALINGS)
    return read.whole(
        Notice(
            kind=read.choice("kind", NoticeKind),
            stack_id=read.text("stack_id"),
            stack_name=read.text("stack_name"),
            unit=Unit(read.text("account_id"), read.text("region")),
            generation=read.number("generation"),
            stage=read.text("stage"),
            owners=read.texts("owners"),
            owner_source=read.text("owner_source"),
            detail=read.text("detail"),
            created_at=read.moment("created_at"),
            deployed_at=read.moment("deployed_at"),
            expires_at=read.moment("expires_at"),
            queued_at=read.moment("queued_at"),
            delete_after=read.moment_or_none("delete_after"),
            warning=read.text("warning"),
            left_behind=read.texts("left_behind"),
            state=read.choice("state", NoticeState),
            tries=read.number("tries"),
            error=read.text("error"),
            deliveries=_deliveries_from(read),
        )
    )


def _deliveries_from(read: ItemReader) -> tuple[Delivery, ...]:
    if not read.has("deliveries"):
        return ()
    return tuple(delivery_from(record) for record in read.records("deliveries"))
