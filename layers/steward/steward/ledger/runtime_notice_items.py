"""What a notice of runtimes tells, as attributes of its item, and back."""

from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.stages import StageKey
from steward.ledger.attributes import (
    Attribute,
    Item,
    ItemReader,
    known_days,
    number,
    text,
    texts,
)
from steward.ledger.telling import Telling


def runtime_told(notice: RuntimeNotice) -> Item:
    milestone: Item = {"milestone": text(notice.milestone)} if notice.milestone else {}
    return {
        "kind": text(notice.kind),
        "audience": text(notice.audience),
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
        "settles": {"L": [_stage(each) for each in notice.settles]},
        **milestone,
        **known_days(day=notice.day),
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


def runtime_notice_from(read: ItemReader, telling: Telling) -> RuntimeNotice:
    return RuntimeNotice(
        kind=read.choice("kind", RuntimeNoticeKind),
        group=read.text("group"),
        key=read.text("key"),
        audience=read.choice("audience", Audience),
        level=read.choice("level", Level),
        headline=read.text("headline"),
        place=read.text("place"),
        remedy=read.text("remedy"),
        count=read.number("count"),
        units=read.texts("units"),
        runtimes=read.texts("runtimes"),
        milestone=read.choice_or_none("milestone", Milestone),
        day=read.day_or_none("day"),
        settles=tuple(_stage_from(record) for record in read.records("settles")),
        functions=read.texts("functions"),
        details=read.texts("details"),
        breakers=read.texts("breakers"),
        **telling,
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
