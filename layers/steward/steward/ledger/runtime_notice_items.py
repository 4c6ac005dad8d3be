"""A notice of runtimes as an item of the table, and back."""

from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind, RuntimeNoticeState
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.stages import StageKey
from steward.ledger.attributes import (
    Attribute,
    Item,
    ItemReader,
    known_days,
    known_moments,
    moment,
    number,
    text,
    texts,
)
from steward.ledger.keys import runtime_notice_key, runtime_open_index

OPEN_STATES = frozenset({RuntimeNoticeState.PENDING, RuntimeNoticeState.CLAIMED})
# How a notice was dealt with: kept for the audit, and no part of what the owner is told.
_DEALINGS = ("claimed_at", "failed_at", "settled_at", "message_ids", "cancelled_because")


def runtime_notice_item(notice: RuntimeNotice) -> Item:
    """Only a notice that is still to be sent is listed in the index."""
    listed = runtime_open_index(notice) if notice.state in OPEN_STATES else {}
    return runtime_notice_key(notice) | listed | _work(notice) | _telling(notice)


def _work(notice: RuntimeNotice) -> Item:
    milestone: Item = {"milestone": text(notice.milestone)} if notice.milestone else {}
    return {
        "group": text(notice.group),
        "key": text(notice.key),
        "level": text(notice.level),
        "headline": text(notice.headline),
        "place": text(notice.place),
        "remedy": text(notice.remedy),
        "count": number(notice.count),
        "units": texts(notice.units),
        "runtimes": texts(notice.runtimes),
        "functions": texts(notice.functions),
        "details": texts(notice.details),
        "breakers": texts(notice.breakers),
        **milestone,
        **known_days(day=notice.day),
    }


def _telling(notice: RuntimeNotice) -> Item:
    return {
        "kind": text(notice.kind),
        "owners": texts(notice.owners),
        "audience": text(notice.audience),
        "settles": {"L": [_stage(each) for each in notice.settles]},
        "queued_at": moment(notice.queued_at),
        "state": text(notice.state),
        "tries": number(notice.tries),
        "error": text(notice.error),
        **known_moments(sent_at=notice.sent_at),
    }


def _stage(stage: StageKey) -> Attribute:
    return {
        "M": {
            "group": text(stage.group),
            "runtime_id": text(stage.runtime_id),
            "milestone": text(stage.milestone),
            "day": text(stage.day.isoformat()),
            "stage": number(stage.stage),
        }
    }


def runtime_notice_from(item: Item) -> RuntimeNotice:
    read = ItemReader(item, also_ignored=_DEALINGS)
    return read.whole(
        RuntimeNotice(
            kind=read.choice("kind", RuntimeNoticeKind),
            group=read.text("group"),
            key=read.text("key"),
            owners=read.texts("owners"),
            audience=read.choice("audience", Audience),
            level=read.choice("level", Level),
            headline=read.text("headline"),
            place=read.text("place"),
            remedy=read.text("remedy"),
            count=read.number("count"),
            units=read.texts("units"),
            runtimes=read.texts("runtimes"),
            queued_at=read.moment("queued_at"),
            milestone=read.choice_or_none("milestone", Milestone),
            day=read.day_or_none("day"),
            settles=tuple(_stage_from(record) for record in read.records("settles")),
            functions=read.texts("functions"),
            details=read.texts("details"),
            breakers=read.texts("breakers"),
            state=read.choice("state", RuntimeNoticeState),
            sent_at=read.moment_or_none("sent_at"),
            tries=read.number("tries"),
            error=read.text("error"),
        )
    )


def _stage_from(read: ItemReader) -> StageKey:
    return read.whole(
        StageKey(
            group=read.text("group"),
            runtime_id=read.text("runtime_id"),
            milestone=read.choice("milestone", Milestone),
            day=read.day("day"),
            stage=read.number("stage"),
        )
    )
