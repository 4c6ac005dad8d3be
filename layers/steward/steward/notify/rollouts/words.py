"""Rollouts in words: what happened in one line, and the commands and links that help."""

import json
import shlex
from typing import assert_never
from urllib.parse import quote

from steward.domain.rollouts.notices import NOBODY_ANSWERED, SUCCEEDED
from steward.domain.rollouts.stories import Moment, RolloutStory, ToldCheck
from steward.notify.harmless import header_safe
from steward.notify.rollouts.rows import Gravity, RolloutRow

# Leaves room for what happened, which matters more than the end of a long name.
_LONGEST_NAME = 60
# "AWS Management Console", Amazon Web Services in China and AWS GovCloud (US) User Guides.
_CONSOLES = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}
LONGEST_OVERRIDE_HOURS = 4


def title_said(row: RolloutRow) -> str:
    """`Rollback: shop-orders failed after traffic shift`"""
    story, gravity = row.story, row.gravity
    name = header_safe(story.function or story.workload, _LONGEST_NAME)
    match gravity:
        case Gravity.ROLLBACK_FAILED:
            return f"URGENT: the rollback of {name} failed"
        case Gravity.FAILED:
            return f"{name} {_failed(story)}"
        case Gravity.STUCK:
            return f"{name}: a rollout hook did not answer"
        case Gravity.ROLLED_BACK:
            return f"Rollback: {name} {_failed(story)}"
        case Gravity.RESTORED:
            version = f"version {story.to_version}" if story.to_version else "an older version"
            return f"Rollback: {name} runs {version} again"
        case Gravity.OVERRIDDEN:
            return f"{name} went on by override"
        case Gravity.INCONCLUSIVE:
            return f"{name}: checks were inconclusive"
        case _:
            assert_never(gravity)


def versions_said(story: RolloutStory) -> str:
    """`3 to 4 (CodeDeployDefault.LambdaCanary10Percent5Minutes)`

    A rollback repeats an older deployment as it was, so that only where it leads is true.
    """
    target = story.to_version or "not known"
    before = "back" if story.is_rollback else story.from_version or "none"
    shift = f" ({story.configuration})" if story.configuration else ""
    return f"{before} to {target}{shift}"


def check_said(check: ToldCheck) -> str:
    numbers = f" [{check.numbers}]" if check.numbers else ""
    return f"{check.name} ({check.type}, {check.outcome}): {check.reason}{numbers}"


def traffic_said(story: RolloutStory, rollback: RolloutStory | None = None) -> str:
    """What CodeDeploy did about the traffic of a deployment that failed."""
    if rollback is not None:
        if rollback.status == SUCCEEDED:
            return f"rolled back by {rollback.deployment_id}: {rollback.reason}"
        return f"NOT rolled back, {rollback.deployment_id} failed too: {rollback.reason}"
    if story.undone_by:
        return f"CodeDeploy rolls it back with {story.undone_by}; how that ends is told separately"
    if story.moment is Moment.BEFORE:
        serving = f"version {story.from_version} serves" if story.from_version else "none serves"
        return f"no traffic had shifted: {serving}"
    target = f"version {story.to_version}" if story.to_version else "the new version"
    return f"no rollback is known of so far, so {target} may still get traffic"


def show_command(story: RolloutStory) -> str:
    return f"steward rollouts show {shlex.quote(story.deployment_id)}"


def alias_command(story: RolloutStory) -> str:
    """Says which version serves; empty where the function is not known."""
    if not story.function or not story.alias:
        return ""
    function, alias = shlex.quote(story.function), shlex.quote(story.alias)
    return f"aws lambda get-alias --region {story.region} --function-name {function} --name {alias}"


def override_command(story: RolloutStory) -> str:
    """Lets deployments of the function pass for a while; empty where that would be of no use.

    No alarm and nobody's stop heeds it, and a hook that died does not read it.
    """
    if not story.function or story.cause is None or story.cause in NOBODY_ANSWERED:
        return ""
    name = shlex.quote(f"/steward/rollout-override/{story.function}")
    value = shlex.quote(json.dumps({"until": "UNTIL", "reason": "REASON", "by": "YOU"}))
    return (
        f"aws ssm put-parameter --region {story.region} --name {name} --type String --overwrite "
        f"--value {value}"
    )


def console_url(story: RolloutStory) -> str:
    """The deployment's page in the console of its account."""
    domain = next(
        (found for prefix, found in _CONSOLES.items() if story.region.startswith(prefix)),
        "console.aws.amazon.com",
    )
    page = f"codesuite/codedeploy/deployments/{quote(story.deployment_id, safe='')}"
    return f"https://{story.region}.{domain}/{page}?region={story.region}"


def _failed(story: RolloutStory) -> str:
    return f"failed {story.moment}".rstrip()
