"""The rollouts part of the demo: a workload is deployed three times, with Steward's hooks."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from local import rollout_workload as workload
from local import stack_operations
from local.build import stack_outputs
from local.codedeploy_control import CodeDeployControl, UnitDeployments
from local.demo_end import ask
from local.demo_story import Story, step
from local.hub import HubError
from local.inbox import Mail, read_inbox
from local.installation import HOOKS as HOOKS_SET
from local.installation import instance_stack
from local.rollout_workload import Change
from local.tool_environment import REPOSITORY
from steward.domain.rollouts.catching import caught_by
from steward.domain.rollouts.records import CaughtBy, Rollout

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

ACCOUNT = "shop-prod"
OWNER = "shop@example.com"
# LambdaLinear10PercentEvery1Minute shifts for nine minutes; on average, half of the calls are the
# new version's. So many calls show one failure in five, and a good version as good.
SHIFT_SECONDS = 540
CALLS_OF_A_SHIFT = 600
QUICKEST, SLOWEST = 0.02, 0.25
HOOKS_HAVE_SECONDS = 300
TOLD_WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.2
# Time is stretched while traffic shifts.
FASTER = {"LookSeconds": "1", "HookGraceSeconds": "900"}


def show_rollouts(story: Story) -> int:
    """Deploy a good change, one that is broken and one that fails under traffic.

    Returns how much went otherwise than it should.
    """
    console = story.console
    console.rule(
        "[bold]Rollouts: three changes of a workload, and what becomes of them", align="left"
    )
    ask(story, "rollouts", "validate", str(workload.TEMPLATE.relative_to(REPOSITORY)))
    hooks = _deploy_hooks(story)
    unit = _deploy_workload(story)
    tried = ("--function", workload.FUNCTION, "--version", "1", "--phase", "pre")
    ask(story, "rollouts", "try", *tried, account=ACCOUNT)
    wrong = sum(_deploy(story, unit, change) for change in workload.changes())
    _await_history(story, unit)
    rollouts = _history(story)
    ask(story, "rollouts", "list", "--all")
    for failed in (each for each in reversed(rollouts) if each.status != "Succeeded"):
        ask(story, "rollouts", "show", failed.deployment_id)
    ask(story, "rollouts", "dora")
    wrong += _check_verdicts(story, rollouts) + _check_mails(story)
    return wrong + _dead_letters(story, hooks)


def _deploy_hooks(story: Story) -> dict[str, str]:
    """The outputs of the hooks' stack."""
    organization = story.organization
    stack_id = instance_stack(organization, HOOKS_SET, ACCOUNT)
    client = organization.session(ACCOUNT).client("cloudformation")
    with step(story.console, f"the hooks that the stack set brought to {ACCOUNT} look more often"):
        stack_operations.update(client, stack_id, parameters=FASTER)
    return stack_outputs(client, stack_id)


def _deploy_workload(story: Story) -> UnitDeployments:
    organization = story.organization
    control = CodeDeployControl(organization.endpoint)
    with step(
        story.console, f"deploying {workload.FUNCTION} there: the first version needs no hook"
    ):
        workload.create(organization, ACCOUNT)
    speed = workload.calls_a_second(organization, ACCOUNT)
    second = min(SLOWEST, max(QUICKEST, CALLS_OF_A_SHIFT / speed / SHIFT_SECONDS))
    control.set_pace(second, hook_limit=HOOKS_HAVE_SECONDS)
    story.console.print(
        f"  people order {speed:.0f} times a second; nine minutes of a shift take "
        f"{second * SHIFT_SECONDS:.0f} s here",
        highlight=False,
    )
    return control.unit(organization.accounts[ACCOUNT])


def _deploy(story: Story, unit: UnitDeployments, change: Change) -> int:
    """1 when the change ended otherwise than it should."""
    console, known = story.console, {each["deploymentId"] for each in unit.all()}
    console.print(f"the team deploys a version that {change.what}", highlight=False)
    with workload.traffic(story.organization, ACCOUNT) as counted:
        ended = workload.deploy(story.organization, ACCOUNT, change.code)
    began = [each for each in unit.all() if each["deploymentId"] not in known]
    for deployment in reversed(began):
        unit.wait(deployment["deploymentId"])
    first = unit.describe(began[-1]["deploymentId"])
    told = f"{first['deploymentId']}: {first['status']} after {counted.calls} orders"
    console.print(f"  {told}; the stack: {ended}", highlight=False)
    if (first["status"] == "Succeeded") is change.succeeds:
        return 0
    console.print(f"[red]  it should have {'succeeded' if change.succeeds else 'been turned back'}")
    return 1


def _history(story: Story) -> list[Rollout]:
    """Newest first."""
    now = datetime.now(UTC)
    found = story.hub.ledger.rollouts_between(now - timedelta(days=2), now + timedelta(days=1))
    rollouts = [each for each in found if isinstance(each, Rollout)]
    return sorted(rollouts, key=lambda each: each.created_at, reverse=True)


def _await_history(story: Story, unit: UnitDeployments) -> None:
    """Until the hub knows of every deployment what CodeDeploy does, and the owner was told."""
    failed = sum(not change.succeeds for change in workload.changes())
    deadline = time.monotonic() + TOLD_WITHIN_SECONDS
    while _known(story) != _said(unit) or len(_mails(story)) < failed:
        if time.monotonic() > deadline:
            raise HubError(
                f"after {TOLD_WITHIN_SECONDS:g} s the history is {_known(story)}, CodeDeploy says "
                f"{_said(unit)}, and the owner has {len(_mails(story))} mails; see the log group "
                "/steward/rollout_history"
            )
        time.sleep(POLL_SECONDS)


def _known(story: Story) -> dict[str, str]:
    return {each.deployment_id: each.status for each in _history(story)}


def _said(unit: UnitDeployments) -> dict[str, str]:
    return {each["deploymentId"]: each["status"] for each in unit.all()}


def _mails(story: Story) -> list[Mail]:
    return [mail for mail in read_inbox(story.organization.endpoint) if OWNER in mail.recipients]


def _check_verdicts(story: Story, rollouts: Sequence[Rollout]) -> int:
    """How many changes were not ended by what should have ended them."""
    caught = [caught_by(each) for each in reversed(rollouts) if not each.is_rollback]
    expected = [CaughtBy.NOBODY, CaughtBy.PRE, CaughtBy.POST]
    told = ", ".join(f"{each}" for each in caught)
    story.console.print(f"caught by: {told} (nobody: it was good)", highlight=False)
    return sum(found is not wanted for found, wanted in zip(caught, expected, strict=True))


def _check_mails(story: Story) -> int:
    """Shows what the owner was told; how many of the failures it does not name."""
    mails = _mails(story)
    for mail in mails:
        story.console.print(f"  mail to {OWNER}: {mail.subject}", markup=False, highlight=False)
    text = "\n".join(mail.text for mail in mails)
    failed = [each for each in _history(story) if each.status != "Succeeded"]
    return sum(each.deployment_id not in text for each in failed)


def _dead_letters(story: Story, hooks: Mapping[str, str]) -> int:
    client = story.organization.session(ACCOUNT).client("sqs")
    urls = [url for name, url in hooks.items() if name.endswith("DeadLetterQueueUrl")]
    attributes: list[QueueAttributeNameType] = ["ApproximateNumberOfMessages"]
    waiting = sum(
        int(
            client.get_queue_attributes(QueueUrl=url, AttributeNames=attributes)["Attributes"][
                "ApproximateNumberOfMessages"
            ]
        )
        for url in urls
    )
    waiting += story.hub.messages_in("RolloutNewsDeadLetterQueueUrl")
    story.console.print(f"dead letters of rollouts: {waiting}")
    return waiting
