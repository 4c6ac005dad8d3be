"""A lease as an item of the table, and back."""

from datetime import datetime

from steward.domain.durations import format_duration
from steward.domain.leases import (
    ENDED_STATES,
    Attempt,
    Creator,
    Extension,
    Lease,
    LeaseNotice,
    LeaseState,
    Step,
    TagMirror,
    TagStatus,
)
from steward.domain.stacks import Unit
from steward.ledger.attributes import (
    TTL,
    Attribute,
    Item,
    ItemReader,
    UnreadableItem,
    epoch_seconds,
    known_moments,
    moment,
    number,
    text,
    texts,
)
from steward.ledger.keys import ended_key, lease_key, live_index, unit_partition


def lease_item(lease: Lease, forget_at: datetime) -> Item:
    """An ended lease lies beside the live ones, out of the index, until `forget_at`."""
    if lease.state in ENDED_STATES:
        place = ended_key(lease.unit, lease.stack_id) | {TTL: epoch_seconds(forget_at)}
    else:
        place = lease_key(lease.unit, lease.stack_id) | live_index(lease.unit, lease.stack_id)
    return place | _whose(lease) | _life(lease) | _deletion(lease) | _learned(lease)


def _whose(lease: Lease) -> Item:
    return {
        "stack_id": text(lease.stack_id),
        "account_id": text(lease.unit.account_id),
        "region": text(lease.unit.region),
        "stack_name": text(lease.stack_name),
        "owners": texts(lease.owners),
        "owner_source": text(lease.owner_source),
        "selected_by": text(lease.selected_by),
        "version": number(lease.version),
    }


def _life(lease: Lease) -> Item:
    return {
        "state": text(lease.state),
        "reason": text(lease.reason),
        "created_at": moment(lease.created_at),
        "registered_at": moment(lease.registered_at),
        "deployed_at": moment(lease.deployed_at),
        "seen_update": moment(lease.seen_update),
        "expires_at": moment(lease.expires_at),
        "expiry_source": text(lease.expiry_source),
        "warning": text(lease.warning),
        "generation": number(lease.generation),
        "notices": {"L": [{"M": _notice(notice)} for notice in lease.notices]},
    }


def _learned(lease: Lease) -> Item:
    """What only some leases have: an extension, and the stack's creator."""
    item: Item = {}
    if lease.extension:
        item["extension"] = {
            "M": {
                "until": moment(lease.extension.until),
                "by": text(lease.extension.by),
                "at": moment(lease.extension.at),
                "reason": text(lease.extension.reason),
            }
        }
    if lease.creator:
        name, source = lease.creator.name, lease.creator.source
        item["creator"] = {"M": {"name": text(name), "source": text(source)}}
    return item


def _notice(notice: LeaseNotice) -> Item:
    return {
        "stage": text(format_duration(notice.stage)),
        "queued_at": moment(notice.queued_at),
        **known_moments(delivered_at=notice.delivered_at),
    }


def _deletion(lease: Lease) -> Item:
    attempt: Item = {"attempt": _attempt(lease.attempt)} if lease.attempt else {}
    return {
        "tag": {"M": _tag(lease.tag)},
        "tried": texts(lease.tried),
        **attempt,
        **known_moments(
            marked_at=lease.marked_at, delete_after=lease.delete_after, retry_at=lease.retry_at
        ),
    }


def _tag(tag: TagMirror) -> Item:
    return {"status": text(tag.status), "value": text(tag.value), "why": text(tag.why)}


def _attempt(attempt: Attempt) -> Attribute:
    next_step: Item = {"retry_step": text(attempt.retry_step)} if attempt.retry_step else {}
    return {
        "M": {
            "number": number(attempt.number),
            "step": text(attempt.step),
            "token": text(attempt.token),
            "started_at": moment(attempt.started_at),
            "failure": text(attempt.failure),
            "failed_resources": texts(attempt.failed_resources),
            **next_step,
            **known_moments(accepted_at=attempt.accepted_at, retry_at=attempt.retry_at),
        }
    }


def lease_from(item: Item) -> Lease:
    read = ItemReader(item)
    unit = Unit(read.text("account_id"), read.text("region"))
    if read.pk != unit_partition(unit):
        raise UnreadableItem(read.pk, read.sk, f"it holds a lease of another unit, {unit}")
    return read.whole(
        Lease(
            stack_id=read.text("stack_id"),
            unit=unit,
            stack_name=read.text("stack_name"),
            state=read.choice("state", LeaseState),
            reason=read.text("reason"),
            created_at=read.moment("created_at"),
            registered_at=read.moment("registered_at"),
            deployed_at=read.moment("deployed_at"),
            seen_update=read.moment("seen_update"),
            expires_at=read.moment("expires_at"),
            expiry_source=read.text("expiry_source"),
            warning=read.text("warning"),
            generation=read.number("generation"),
            notices=tuple(_notice_from(record) for record in read.records("notices")),
            marked_at=read.moment_or_none("marked_at"),
            delete_after=read.moment_or_none("delete_after"),
            owners=read.texts("owners"),
            owner_source=read.text("owner_source"),
            tag=_tag_from(read.record("tag")),
            attempt=_attempt_from(read.record("attempt")) if read.has("attempt") else None,
            tried=read.choices("tried", Step),
            retry_at=read.moment_or_none("retry_at"),
            selected_by=read.text("selected_by"),
            extension=_extension_from(read.record("extension")) if read.has("extension") else None,
            creator=_creator_from(read.record("creator")) if read.has("creator") else None,
            version=read.number("version"),
        )
    )


def _notice_from(read: ItemReader) -> LeaseNotice:
    return read.whole(
        LeaseNotice(
            stage=read.duration("stage"),
            queued_at=read.moment("queued_at"),
            delivered_at=read.moment_or_none("delivered_at"),
        )
    )


def _extension_from(read: ItemReader) -> Extension:
    return read.whole(
        Extension(
            until=read.moment("until"),
            by=read.text("by"),
            at=read.moment("at"),
            reason=read.text("reason"),
        )
    )


def _creator_from(read: ItemReader) -> Creator:
    return read.whole(Creator(read.text("name"), read.text("source")))


def _tag_from(read: ItemReader) -> TagMirror:
    status = read.choice("status", TagStatus)
    return read.whole(TagMirror(status, read.text("value"), read.text("why")))


def _attempt_from(read: ItemReader) -> Attempt:
    return read.whole(
        Attempt(
            number=read.number("number"),
            step=read.choice("step", Step),
            token=read.text("token"),
            started_at=read.moment("started_at"),
            accepted_at=read.moment_or_none("accepted_at"),
            failure=read.text("failure"),
            retry_step=read.choice_or_none("retry_step", Step),
            retry_at=read.moment_or_none("retry_at"),
            failed_resources=read.texts("failed_resources"),
        )
    )
