"""Refuse a policy before AppConfig deploys it: all that a schema cannot say."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import ValidationError

from steward.aws.sessions import Sessions
from steward.domain.limits import why_selection_is_held
from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.domain.windows import next_open
from steward.settings import ValidatorSettings
from steward.workflows.connections import open_ledger
from steward.workflows.policies import explain_errors


class PolicyRefused(Exception):
    """The policy must not be deployed; says everything that is wrong with it and where."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the policy is refused: {why}")


def validate_policy(content: str, now: datetime) -> Policy:
    """Check a policy document (JSON text) by itself, or raise PolicyRefused."""
    try:
        policy = Policy.model_validate_json(content)
    except ValidationError as error:
        raise PolicyRefused(explain_errors(error)) from error
    if next_open(policy.windows, now) is None:
        raise PolicyRefused(
            "windows: none opens within 400 days; allow more weekdays or shorten freeze"
        )
    return policy


def check_selection(policy: Policy, newly_selected: Callable[[], Mapping[str, int]]) -> None:
    """Refuse a policy that acts on more newly selected stacks than it acknowledges.

    `newly_selected` counts, by scope, the leases of stacks older than that scope; so a scope is
    first observed, then acknowledged. A scope no sweep has seen yet is held by the first sweep.
    """
    if policy.mode is Mode.OBSERVE:
        return
    why = why_selection_is_held(policy, newly_selected().get(policy.scope.fingerprint, 0))
    if why:
        raise PolicyRefused(why)


def decode_content(content: str) -> str:
    """The document in an AppConfig validator's event, which carries it in base64."""
    try:
        return base64.b64decode(content, validate=True).decode()
    except ValueError as error:
        raise PolicyRefused("its content is no UTF-8 text in base64") from error


class Validator:
    """Validates policies against their rules and against what sweeps have counted."""

    def __init__(self, settings: ValidatorSettings) -> None:
        self._ledger = open_ledger(Sessions(), settings)

    def run(self, content: object, now: datetime) -> Policy:
        """Accept the document of a validator's event, or raise PolicyRefused."""
        if not isinstance(content, str):
            raise PolicyRefused("the event has no content; AppConfig sends the document there")
        policy = validate_policy(decode_content(content), now)
        check_selection(policy, lambda: self._ledger.census().newly_selected)
        return policy
