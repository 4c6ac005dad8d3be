"""What became of mails, as attributes and items of the table, and back."""

from datetime import datetime, timedelta

from steward.domain.deliveries import Delivery, DeliveryStatus, Unreachable
from steward.domain.outbox import Notice
from steward.domain.outcomes import Outcome
from steward.ledger.attributes import (
    TTL,
    Attribute,
    Item,
    ItemReader,
    epoch_seconds,
    known_moments,
    moment,
    number,
    text,
)
from steward.ledger.keys import (
    key,
    mail_partition,
    mailed_key,
    notice_partition,
    notice_sort,
    outcome_key,
    unreachable_key,
)

# Reports on a mail come within days, complaints within weeks.
MAILS_KEPT = timedelta(days=60)


def deliveries_attribute(deliveries: tuple[Delivery, ...]) -> Attribute:
    return {"L": [{"M": _delivery(each)} for each in deliveries]}


def _delivery(delivery: Delivery) -> Item:
    return {
        "address": text(delivery.address),
        "message_id": text(delivery.message_id),
        "status": text(delivery.status),
        "at": moment(delivery.at),
        "detail": text(delivery.detail),
    }


def delivery_from(read: ItemReader) -> Delivery:
    return read.whole(
        Delivery(
            address=read.text("address"),
            message_id=read.text("message_id"),
            status=read.choice("status", DeliveryStatus),
            at=read.moment("at"),
            detail=read.text("detail"),
        )
    )


def outcome_item(outcome: Outcome) -> Item:
    return outcome_key(outcome.message_id) | {
        TTL: epoch_seconds(outcome.at + MAILS_KEPT),
        "address": text(outcome.address),
        "status": text(outcome.status),
        "at": moment(outcome.at),
        "detail": text(outcome.detail),
        **known_moments(unreachable_until=outcome.unreachable_until),
    }


def outcome_from(item: Item) -> Outcome:
    read = ItemReader(item)
    return read.whole(
        Outcome(
            message_id=read.pk.removeprefix(mail_partition("")),
            address=read.text("address"),
            status=read.choice("status", DeliveryStatus),
            at=read.moment("at"),
            detail=read.text("detail"),
            unreachable_until=read.moment_or_none("unreachable_until"),
        )
    )


def unreachable_item(found: Unreachable, message_id: str) -> Item:
    return unreachable_key(found.address, message_id) | {
        TTL: epoch_seconds(found.until + MAILS_KEPT),
        "address": text(found.address),
        "status": text(found.status),
        "detail": text(found.detail),
        "since": moment(found.since),
        "until": moment(found.until),
    }


def unreachable_from(item: Item) -> Unreachable:
    read = ItemReader(item)
    return read.whole(
        Unreachable(
            address=read.text("address"),
            status=read.choice("status", DeliveryStatus),
            detail=read.text("detail"),
            since=read.moment("since"),
            until=read.moment("until"),
        )
    )


def mailed_item(notice: Notice, message_id: str, at: datetime) -> Item:
    """Says that the mail told of `notice`, so that a report on the mail finds it."""
    return mailed_key(message_id, notice) | {
        TTL: epoch_seconds(at + MAILS_KEPT),
        "stack_id": text(notice.stack_id),
        "generation": number(notice.generation),
        "stage": text(notice.stage),
    }


def told_key(item: Item) -> Item:
    """The key of the notice that a mail told of."""
    read = ItemReader(item)
    sort = notice_sort(read.number("generation"), read.text("stage"))
    return read.whole(key(notice_partition(read.text("stack_id")), sort))
