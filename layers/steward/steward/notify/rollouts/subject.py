"""What a digest says of rollouts in one line: the most severe first."""

from steward.notify.rollouts.rows import Gravity, RolloutRow
from steward.notify.rollouts.words import title_said
from steward.notify.runtimes.words import counted

_COUNTED = {
    Gravity.ROLLBACK_FAILED: ("rollback failed", "rollbacks failed"),
    Gravity.FAILED: ("rollout failed", "rollouts failed"),
    Gravity.STUCK: ("rollout hook did not answer", "rollout hooks did not answer"),
    Gravity.ROLLED_BACK: (
        "rollout failed and was rolled back",
        "rollouts failed and were rolled back",
    ),
    Gravity.RESTORED: ("rollout was rolled back", "rollouts were rolled back"),
    Gravity.OVERRIDDEN: ("rollout went on by override", "rollouts went on by override"),
    Gravity.INCONCLUSIVE: ("rollout was inconclusive", "rollouts were inconclusive"),
}


def rollout_headline(rows: tuple[RolloutRow, ...], *, names: bool) -> str:
    """With `names` the workload, if it is all there is to say."""
    if names and len(rows) == 1:
        return title_said(rows[0])
    found = {each: sum(row.gravity is each for row in rows) for each in Gravity}
    said = [counted(count, *_COUNTED[each]) for each, count in found.items() if count]
    urgent = "URGENT: " if found[Gravity.ROLLBACK_FAILED] else ""
    return f"{urgent}{'; '.join(said)}"
