"""Notices of rollouts as rows of a digest: a deployment and its rollback are one row."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.rollouts.stories import RolloutStory

type Topic = tuple[str, str, str]


class Gravity(StrEnum):
    """What a row comes to, the most severe first.

    restored: a rollback whose deployment is not told of here.
    """

    ROLLBACK_FAILED = "rollback failed"
    FAILED = "failed"
    STUCK = "stuck"
    ROLLED_BACK = "rolled back"
    RESTORED = "restored"
    OVERRIDDEN = "overridden"
    INCONCLUSIVE = "inconclusive"

    @property
    def rank(self) -> int:
        return list(Gravity).index(self)


@dataclass(frozen=True, slots=True)
class RolloutRow:
    """Notices about one deployment and what undid it, in the order that they happened.

    `note`: which owners mails do not reach.
    """

    notices: tuple[RolloutNotice, ...]
    note: str = ""

    def of(self, event: Told) -> RolloutNotice | None:
        """The latest notice of `event`."""
        return next((each for each in reversed(self.notices) if each.event is event), None)

    @property
    def gravity(self) -> Gravity:
        rollback = self.of(Told.ROLLED_BACK)
        if rollback is not None and rollback.is_failed_rollback:
            return Gravity.ROLLBACK_FAILED
        if self.of(Told.FAILED):
            return Gravity.ROLLED_BACK if rollback else Gravity.FAILED
        if self.of(Told.STUCK):
            return Gravity.STUCK
        if rollback:
            return Gravity.RESTORED
        return Gravity.OVERRIDDEN if self.of(Told.OVERRIDDEN) else Gravity.INCONCLUSIVE

    @property
    def story(self) -> RolloutStory:
        """Of the deployment that it is about, rather than of what rolled that back."""
        forward = [each for each in self.notices if not each.story.is_rollback]
        return min(forward or self.notices, key=_eloquence).story


def rollout_rows(rows: Iterable[RolloutRow]) -> tuple[RolloutRow, ...]:
    """One row for each deployment that was tried, the most severe first, then the latest."""
    notes: dict[Topic, list[str]] = {}
    told: dict[Topic, list[RolloutNotice]] = {}
    notices = sorted(((each, row.note) for row in rows for each in row.notices), key=_age)
    for notice, note in notices:
        topic = _topic(notice, told)
        told.setdefault(topic, []).append(notice)
        notes.setdefault(topic, []).extend([note] if note else [])
    merged = (
        RolloutRow(tuple(of_one), "; ".join(dict.fromkeys(notes[topic])))
        for topic, of_one in told.items()
    )
    return tuple(sorted(merged, key=_urgency))


def _topic(notice: RolloutNotice, told: dict[Topic, list[RolloutNotice]]) -> Topic:
    """A rollback that does not say what it undoes belongs to the last failure before it."""
    story = notice.story
    if story.is_rollback and not story.undoes:
        for topic, of_one in reversed(told.items()):
            if any(each.event is Told.FAILED and _same_group(each, notice) for each in of_one):
                return topic
    return (story.account_id, story.region, notice.subject_id)


def _same_group(one: RolloutNotice, other: RolloutNotice) -> bool:
    return _group(one.story) == _group(other.story)


def _group(story: RolloutStory) -> tuple[str, ...]:
    return (story.account_id, story.region, story.application, story.group)


def _age(told: tuple[RolloutNotice, str]) -> tuple[float, bool, str, int]:
    """Of one moment, a rollback comes after what it undoes."""
    story = told[0].story
    order = list(Told).index(told[0].event)
    return (story.happened_at.timestamp(), story.is_rollback, story.deployment_id, order)


def _eloquence(notice: RolloutNotice) -> int:
    """The failure says most."""
    return list(Told).index(notice.event)


def _urgency(row: RolloutRow) -> tuple[int, float, str, str]:
    happened_at = row.story.happened_at.timestamp()
    return (row.gravity.rank, -happened_at, row.story.workload, row.story.deployment_id)
