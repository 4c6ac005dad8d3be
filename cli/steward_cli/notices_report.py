"""What `steward notices` found, as the JSON document it prints. docs/guide/cli.md describes it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from steward.domain.deliveries import Delivery
from steward.domain.outbox import Notice
from steward_cli.finding import Search
from steward_cli.past import counted_at
from steward_cli.plan_report import Part
from steward_cli.stack_place import StackPlace, place_of


class MailDelivery(Part):
    """What became of one mail to one address; `detail` is what the mail system said."""

    address: str
    status: str
    at: datetime
    message_id: str
    detail: str


class SentNotice(Part):
    """`counted_at` is when it began to count for the present lease; null when it does not."""

    kind: str
    stage: str
    generation: int
    state: str
    queued_at: datetime
    owners: tuple[str, ...]
    owner_source: str
    detail: str
    tries: int
    error: str
    counted_at: datetime | None
    deliveries: tuple[MailDelivery, ...]


class NoticesReport(Part):
    """`lease_state` is empty and `generation` 0 for a stack that never had a lease."""

    format: Literal["steward.notices/1"] = "steward.notices/1"
    at: datetime
    stack: StackPlace
    lease_state: str
    generation: int
    notices: tuple[SentNotice, ...]
    earlier_stacks: tuple[str, ...]


def notices_report(search: Search, notices: Iterable[Notice], now: datetime) -> NoticesReport:
    """Every notice about the stack's lease, by generation, oldest first."""
    lease = search.found.lease
    ordered = sorted(notices, key=lambda notice: (notice.generation, notice.queued_at))
    return NoticesReport(
        at=now,
        stack=place_of(search),
        lease_state=lease.state if lease else "",
        generation=lease.generation if lease else 0,
        notices=tuple(_sent(notice, search) for notice in ordered),
        earlier_stacks=tuple(str(each) for each in search.earlier),
    )


def _sent(notice: Notice, search: Search) -> SentNotice:
    return SentNotice(
        kind=notice.kind,
        stage=notice.stage,
        generation=notice.generation,
        state=notice.state,
        queued_at=notice.queued_at,
        owners=notice.owners,
        owner_source=notice.owner_source,
        detail=notice.detail,
        tries=notice.tries,
        error=notice.error,
        counted_at=counted_at(notice, search.found.lease),
        deliveries=tuple(map(_delivery, notice.deliveries)),
    )


def _delivery(delivery: Delivery) -> MailDelivery:
    return MailDelivery(
        address=delivery.address,
        status=delivery.status,
        at=delivery.at,
        message_id=delivery.message_id,
        detail=delivery.detail,
    )
