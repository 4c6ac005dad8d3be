"""Which groups' owners know of their work."""

from datetime import datetime

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import Acknowledgement
from steward.ledger.attributes import (
    TTL,
    Item,
    ItemReader,
    epoch_seconds,
    known_days,
    moment,
    start_of,
    text,
)
from steward.ledger.keys import RUNTIME_ACKNOWLEDGEMENTS, acknowledgement_key
from steward.ledger.table import Table, Write


class Acknowledgements(Table):
    """One a group: the newest. One whose day is past stays on record as long as the audit does."""

    def acknowledgements(self) -> dict[str, Acknowledgement]:
        """All of them by group, those whose day is past too."""
        found = map(acknowledgement_from, self.query(RUNTIME_ACKNOWLEDGEMENTS))
        return {each.group: each for each in found}

    def save_acknowledgement(self, acknowledgement: Acknowledgement) -> None:
        """Put it on record unless a newer one of its group is there."""
        self.write_together([self._unless_acknowledged_later(acknowledgement)])

    def _unless_acknowledged_later(self, acknowledgement: Acknowledgement) -> Write:
        kept: Item = {}
        if acknowledgement.day:
            forget_at: datetime = start_of(acknowledgement.day) + self.audit_retention
            kept = {TTL: epoch_seconds(forget_at)}
        return {
            "Put": {
                "TableName": self.name,
                "Item": acknowledgement_item(acknowledgement) | kept,
                "ConditionExpression": "attribute_not_exists(pk) OR #at <= :at",
                "ExpressionAttributeNames": {"#at": "at"},
                "ExpressionAttributeValues": {":at": moment(acknowledgement.at)},
            }
        }


def acknowledgement_item(acknowledgement: Acknowledgement) -> Item:
    milestone: Item = {}
    if acknowledgement.milestone:
        milestone = {"milestone": text(acknowledgement.milestone)}
    return acknowledgement_key(acknowledgement.group) | {
        "group": text(acknowledgement.group),
        "by": text(acknowledgement.by),
        "at": moment(acknowledgement.at),
        "note": text(acknowledgement.note),
        **milestone,
        **known_days(day=acknowledgement.day),
    }


def acknowledgement_from(item: Item) -> Acknowledgement:
    read = ItemReader(item)
    return read.whole(
        Acknowledgement(
            group=read.text("group"),
            by=read.text("by"),
            at=read.moment("at"),
            milestone=read.choice_or_none("milestone", Milestone),
            day=read.day_or_none("day"),
            note=read.text("note"),
        )
    )
