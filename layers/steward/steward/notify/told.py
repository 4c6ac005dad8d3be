"""Who was told of a deletion, and when, in words."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.instants import spoken
from steward.domain.leases import Lease
from steward.domain.outbox import Notice, NoticeKind, NoticeState

_BECAME = {
    DeliveryStatus.ACCEPTED: "sent",
    DeliveryStatus.DELIVERED: "delivered",
    DeliveryStatus.DELAYED: "delayed on its way",
    DeliveryStatus.BOUNCED: "came back",
    DeliveryStatus.SUPPRESSED: "not sent: mails to this address came back before",
    DeliveryStatus.COMPLAINED: "delivered, and reported as unwanted",
    DeliveryStatus.REJECTED: "refused by the mail system",
}


def told(lease: Lease, notices: Sequence[Notice], zone: ZoneInfo) -> list[str]:
    """One line for each mail of the lease's present generation, first notice first."""
    stages = [
        notice
        for notice in notices
        if notice.kind is NoticeKind.STAGE and notice.generation == lease.generation
    ]
    stages.sort(key=lambda notice: notice.queued_at)
    return [line for notice in stages for line in _lines(notice, zone)]


def _lines(notice: Notice, zone: ZoneInfo) -> Iterator[str]:
    for delivery in notice.deliveries:
        yield f"{delivery.address}: {notice.stage} notice {_became(delivery, zone)}"
    if notice.deliveries or notice.state is NoticeState.CANCELLED:
        return
    sent = "sent" if notice.state is NoticeState.SENT else "waits to be sent"
    for owner in notice.owners:
        yield f"{owner}: {notice.stage} notice {sent}"


def _became(delivery: Delivery, zone: ZoneInfo) -> str:
    return f"{_BECAME[delivery.status]}, {spoken(delivery.at, zone)}"
