"""What a row says about a rollout, as labelled lines that the HTML and the text mail share."""

from collections.abc import Iterator

from steward.domain.rollouts.config import Told
from steward.notify.facts import Fact, Tone
from steward.notify.occasion import Occasion
from steward.notify.rollouts.rows import Gravity, RolloutRow
from steward.notify.rollouts.words import (
    alias_command,
    check_said,
    override_command,
    show_command,
    title_said,
    traffic_said,
    versions_said,
)
from steward.notify.runtimes.facts import place_said

_TONES = {
    Gravity.ROLLBACK_FAILED: Tone.DEADLINE,
    Gravity.FAILED: Tone.DEADLINE,
    Gravity.STUCK: Tone.WARNING,
    Gravity.ROLLED_BACK: Tone.WARNING,
    Gravity.OVERRIDDEN: Tone.WARNING,
}


def rollout_facts(row: RolloutRow, occasion: Occasion) -> Iterator[Fact]:
    """Everything the owner should know, most important first."""
    story = row.story
    yield from brief_rollout_facts(row, occasion)
    yield from _checks(row)
    if story.error_code or story.error_message:
        said = ": ".join(filter(None, (story.error_code, story.error_message)))
        yield Fact("CodeDeploy", (said,))
    yield from _to_do(row)
    yield Fact("Contact", (f"found by {row.notices[0].owner_source or 'the fallback contact'}",))
    ids = dict.fromkeys(each.story.deployment_id for each in row.notices)
    yield Fact("Deployment", tuple(ids), Tone.FAINT)


def brief_rollout_facts(row: RolloutRow, occasion: Occasion) -> Iterator[Fact]:
    """What happened, to which version, and where to look further."""
    story = row.story
    if row.note:
        yield Fact("Not told", (row.note,), Tone.WARNING)
    yield Fact("Result", (title_said(row),), _TONES.get(row.gravity, Tone.PLAIN))
    yield Fact("Versions", (versions_said(story),))
    yield from _reasons(row)
    yield from _traffic(row)
    yield Fact("When", (occasion.said(story.happened_at),))
    yield Fact("Evidence", (show_command(story),), Tone.COMMAND)


def rollout_place(row: RolloutRow, occasion: Occasion) -> str:
    """`payments-dev (222222222222) · eu-west-1 · stack shop`"""
    story = row.story
    where = place_said(story.unit_said, occasion)
    return f"{where} · stack {story.stack}" if story.stack else where


def _reasons(row: RolloutRow) -> Iterator[Fact]:
    """What was told of the deployment itself, each reason once."""
    labels = {
        Told.FAILED: "Why",
        Told.STUCK: "Hook",
        Told.OVERRIDDEN: "Override",
        Told.INCONCLUSIVE: "Undecided",
    }
    said: set[str] = set()
    for event, label in labels.items():
        notice = row.of(event)
        if notice and notice.story.reason not in said:
            said.add(notice.story.reason)
            yield Fact(label, (notice.story.reason,))


def _traffic(row: RolloutRow) -> Iterator[Fact]:
    failed, rollback = row.of(Told.FAILED), row.of(Told.ROLLED_BACK)
    undone = rollback.story if rollback else None
    tone = Tone.DEADLINE if row.gravity is Gravity.ROLLBACK_FAILED else Tone.PLAIN
    if failed:
        yield Fact("Traffic", (traffic_said(failed.story, undone),), tone)
    elif undone:
        yield Fact("Traffic", (undone.reason,), tone)


def _checks(row: RolloutRow) -> Iterator[Fact]:
    said: dict[str, None] = {}
    more = 0
    for notice in row.notices:
        said |= dict.fromkeys(map(check_said, notice.story.checks))
        more += notice.story.more_checks
    rest = (f"and {more} more, which are in the evidence",) if more else ()
    if said:
        yield Fact("Checks", (*said, *rest))


def _to_do(row: RolloutRow) -> Iterator[Fact]:
    if row.gravity is Gravity.ROLLBACK_FAILED and alias_command(row.story):
        yield Fact("Look first", (alias_command(row.story),), Tone.COMMAND)
    failed = row.of(Told.FAILED)
    command = override_command(failed.story) if failed else ""
    if command:
        yield Fact("Emergency", (command,), Tone.COMMAND)
