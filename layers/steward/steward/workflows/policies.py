"""Which policy is in force: the newest that is valid, else the last good one, else none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from steward.domain.modes import Mode, lowest
from steward.domain.policy import Policy
from steward.messages import Sweep


class PolicyStore(Protocol):
    """Where every policy that was ever in force is kept, by fingerprint."""

    def save_policy(self, fingerprint: str, document: str, at: datetime) -> bool: ...
    def policy_document(self, fingerprint: str) -> str | None: ...
    def last_good(self) -> tuple[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy to act on and its fingerprint. `problem` says why a newer one is not in force."""

    policy: Policy
    fingerprint: str
    problem: str = ""


class NoPolicy(Exception):
    """There is no valid policy at all, so there is no scope and nothing to do; says why."""


def policy_in_force(
    read_document: Callable[[], str | None], store: PolicyStore, now: datetime
) -> PolicyInForce:
    """Load the newest policy and remember it; raise NoPolicy when there never was a good one.

    With a problem the last good policy stays in force, but deletes nothing: somebody meant
    something else than what is being done.
    """
    try:
        document = read_document()
    except ConnectionError as error:
        return _last_good(store, f"the policy could not be read: {error}")
    if document is None:
        return _last_good(store, "AppConfig holds no deployed policy")
    try:
        policy = Policy.model_validate_json(document)
    except ValidationError as error:
        return _last_good(store, f"the newest policy is invalid: {explain_errors(error)}")
    store.save_policy(policy.fingerprint, document, now)
    return PolicyInForce(policy, policy.fingerprint)


def _last_good(store: PolicyStore, problem: str) -> PolicyInForce:
    saved = store.last_good()
    if saved is None:
        raise NoPolicy(
            f"{problem}, and no earlier policy was ever valid; deploy one to AppConfig "
            "(`steward policy validate` checks it first)"
        )
    fingerprint, document = saved
    policy = Policy.model_validate_json(document)
    return PolicyInForce(policy.with_mode(lowest(policy.mode, Mode.NOTIFY)), fingerprint, problem)


def policy_of_sweep(sweep: Sweep, store: PolicyStore) -> PolicyInForce:
    """The very policy a sweep was planned under; a sweep that is held may only observe."""
    document = store.policy_document(sweep.policy)
    if document is None:
        raise NoPolicy(f"policy {sweep.policy} is not in the ledger; the next sweep plans anew")
    policy = Policy.model_validate_json(document)
    mode = Mode.OBSERVE if sweep.held else lowest(policy.mode, sweep.mode)
    return PolicyInForce(policy.with_mode(mode), sweep.policy, sweep.held)


def explain_errors(error: ValidationError) -> str:
    """All that is wrong with a policy, each with its place: `limits.reaps_per_sweep: ...`."""
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc']) or 'policy'}: "
        f"{each['msg'].removeprefix('Value error, ')}"
        for each in error.errors()
    )
