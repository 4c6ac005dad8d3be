"""A notice of a rollout as a custom notification; a deployment and its rollback share a thread."""

from collections.abc import Iterator

from steward.notify.chat import LONGEST_STEP, ChatNotification, Said
from steward.notify.chat_markdown import clipped, code, plain
from steward.notify.chat_text import LONGEST_NAME, LONGEST_TEXT, listed
from steward.notify.rollouts.message import RolloutMessage
from steward.notify.rollouts.words import check_said


def rollout_chat(message: RolloutMessage) -> ChatNotification:
    """`message` as a channel shows it. What does not fit is cut, and says so."""
    said = Said(
        id=message.id,
        thread=message.thread,
        kind=message.kind,
        title=message.title,
        description="\n\n".join(filter(None, _paragraphs(message))),
        steps=tuple(_steps(message)),
        keywords=_keywords(message),
        context=_context(message),
    )
    return said.notification


def _paragraphs(message: RolloutMessage) -> Iterator[str]:
    yield plain(message.reason, LONGEST_TEXT)
    for check in message.checks:
        yield plain(check_said(check), LONGEST_TEXT)
    yield f"and {message.more_checks} more checks" if message.more_checks else ""
    yield plain(message.traffic, LONGEST_TEXT)
    name = code(clipped(message.function or message.group, LONGEST_NAME))
    account = plain(f"{message.account_name} {message.account}", LONGEST_TEXT)
    yield f"{name}: {_versions(message)} in account {account}, {message.region}"
    yield f"CodeDeploy: {plain(message.error_code, LONGEST_TEXT)}" if message.error_code else ""
    yield f"Told: {listed(message.told)}"
    yield f"Not told: {listed(tuple(message.not_told))}" if message.not_told else ""


def _versions(message: RolloutMessage) -> str:
    before = plain(message.from_version or "none", LONGEST_NAME)
    return f"version {before} to {plain(message.to_version or 'not known', LONGEST_NAME)}"


def _steps(message: RolloutMessage) -> Iterator[str]:
    """A command is copied from here, so that one too long to be shown whole is left out."""
    commands = {
        "To see the evidence": message.show_command,
        "To let it pass in an emergency": message.override_command,
    }
    steps = (f"{what}: {code(command)}" for what, command in commands.items() if command)
    return (step for step in steps if len(step) <= LONGEST_STEP)


def _keywords(message: RolloutMessage) -> tuple[str, ...]:
    account = message.account_name or message.account
    return ("Steward", message.severity, account, message.team, message.event)


def _context(message: RolloutMessage) -> dict[str, str]:
    """What a button can pass on to a command."""
    return {
        "deploymentId": message.deployment_id,
        "function": message.function,
        "alias": message.alias,
        "account": message.account,
        "region": message.region,
        "kind": message.kind,
        "event": message.event,
        "severity": message.severity,
        "fromVersion": message.from_version,
        "toVersion": message.to_version,
    }
