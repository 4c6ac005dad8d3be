"""The e-mail form of a notice of a rollout on the topic, for subscribers who are not its owner."""

from collections.abc import Iterator

from steward.notify.plain_mail import laid_out
from steward.notify.rollouts.message import RolloutMessage
from steward.notify.rollouts.words import check_said

WHY_YOU = "You get this as a subscriber of Steward's notices, not as an owner of the function."


def rollout_topic_mail(message: RolloutMessage) -> str:
    """What, when, where, why and what to do, on lines that a phone shows whole."""
    return laid_out(message.title, _facts(message), rollout_next_steps(message), WHY_YOU)


def rollout_next_steps(message: RolloutMessage) -> list[str]:
    """Sentences in the order of their use."""
    steps = [f"To see the evidence: {message.show_command}"]
    if message.override_command:
        steps.append(f"To let it pass in an emergency: {message.override_command}")
    return [*steps, f"To see it in CodeDeploy: {message.console_url}"]


def _facts(message: RolloutMessage) -> Iterator[tuple[str, str]]:
    """Labels and texts; what has no text is not shown."""
    account = f"{message.account_name} ({message.account})"
    yield "Function", f"{message.function}:{message.alias}" if message.function else ""
    yield "Group", f"{message.application}/{message.group}"
    yield "Stack", message.stack
    yield "Account", account if message.account_name else message.account
    yield "Region", message.region
    yield (
        "Version",
        f"{message.to_version or 'not known'}, before: {message.from_version or 'none'}",
    )
    yield "Why", message.reason
    yield from (("Check", check_said(each)) for each in message.checks)
    yield "Checks", f"and {message.more_checks} more" if message.more_checks else ""
    yield "CodeDeploy", ": ".join(filter(None, (message.error_code, message.error_message)))
    yield "Traffic", message.traffic
    yield "When", f"{message.happened_at:%Y-%m-%d %H:%M %Z}"
    yield "Deployment", message.deployment_id
    yield "Contact", f"{', '.join(message.owners)}, found by {message.owner_source}"
    yield "Told", ", ".join(message.told) or "nobody"
    yield from (("Not told", f"{whom}: {why}") for whom, why in message.not_told.items())
