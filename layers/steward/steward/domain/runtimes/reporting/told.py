"""Who was told what of a group, and who said that they know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date

from steward.domain.runtimes.escalation import Audience, Escalation, escalate
from steward.domain.runtimes.groups import GroupKey
from steward.domain.runtimes.records import Acknowledgement, RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.severity import Level


@dataclass(frozen=True, slots=True)
class Told:
    """The outbox by group, whatever the state of its notices, and the acknowledgements by work
    item."""

    by_group: Mapping[str, list[RuntimeNotice]] = field(default_factory=dict)
    acknowledgements: Mapping[str, Acknowledgement] = field(default_factory=dict)

    @classmethod
    def of(
        cls, notices: Iterable[RuntimeNotice], acknowledgements: Mapping[str, Acknowledgement]
    ) -> "Told":
        by_group: dict[str, list[RuntimeNotice]] = {}
        for notice in notices:
            by_group.setdefault(notice.group, []).append(notice)
        return cls(by_group, acknowledgements)

    def first_on(self, group: str, level: Level) -> date | None:
        """The day of the first notice that was sent at `level` or a graver one."""
        days = (
            each.sent_at.astimezone(UTC).date()
            for each in self.by_group.get(group, [])
            if each.kind is RuntimeNoticeKind.WORK
            and each.level.rank >= level.rank
            and each.sent_at is not None
        )
        return min(days, default=None)

    def acknowledged(self, key: GroupKey, today: date) -> Acknowledgement | None:
        """The acknowledgement of a work item, until the day for which it was given."""
        given = self.acknowledgements.get(str(key))
        return given if given and (given.day is None or today < given.day) else None

    def escalation(self, key: GroupKey, level: Level, today: date) -> Escalation:
        """Up to whom a work item has come; it waits with its owner until they have been told."""
        acknowledged = self.acknowledged(key, today) is not None
        told_on = self.first_on(key.told_as, level)
        if told_on is None and not acknowledged:
            return Escalation(Audience.OWNER, f"{level}: nobody was told of it yet")
        return escalate(level, told_on or today, acknowledged, today)
