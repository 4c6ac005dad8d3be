"""Put a digest's notices of rollouts into words: a card for each deployment."""

from steward.notify.buttons import Button
from steward.notify.cards import Card, Part, parts_from
from steward.notify.digest import Digest
from steward.notify.facts import Fact
from steward.notify.occasion import Occasion
from steward.notify.rollouts.facts import brief_rollout_facts, rollout_facts, rollout_place
from steward.notify.rollouts.rows import Gravity, RolloutRow
from steward.notify.rollouts.words import console_url

HEADINGS = {
    Gravity.ROLLBACK_FAILED: "Act now: rollbacks that failed",
    Gravity.FAILED: "Rollouts that failed",
    Gravity.STUCK: "Rollouts whose hook did not answer",
    Gravity.ROLLED_BACK: "Rollouts that failed and were rolled back",
    Gravity.RESTORED: "Rollbacks that ended",
    Gravity.OVERRIDDEN: "Rollouts that went on by override",
    Gravity.INCONCLUSIVE: "Rollouts whose checks were inconclusive",
}


def rollout_parts(digest: Digest, occasion: Occasion) -> list[Part]:
    """Every row, in the digest's order."""
    grouped = {
        heading: [row for row in digest.rollouts if row.gravity is gravity]
        for gravity, heading in HEADINGS.items()
    }
    return parts_from(
        grouped,
        lambda row: _card(row, tuple(rollout_facts(row, occasion)), occasion),
        lambda row: _card(row, tuple(brief_rollout_facts(row, occasion)), occasion),
    )


def _card(row: RolloutRow, facts: tuple[Fact, ...], occasion: Occasion) -> Card:
    return Card(row.story.workload, rollout_place(row, occasion), facts, (_link(row),))


def _link(row: RolloutRow) -> Button:
    deployment_id = row.story.deployment_id
    label = f"Open {deployment_id}"
    return Button(label, f"{label} in CodeDeploy's console", console_url(row.story))
