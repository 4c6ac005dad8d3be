"""What is wrong with a version that is about to get traffic, and how it differs from the one that
has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from steward.domain.rollouts.config_checks import Difference
from steward.domain.rollouts.version_facts import Concurrency, VersionFacts
from steward.domain.runtimes.lifecycle import Lifecycle
from steward.domain.runtimes.states import RuntimeState, state_of

_NONE = "none"


@dataclass(frozen=True, slots=True)
class Differing:
    """One difference, said in a sentence. `before` is empty for what concerns the target alone."""

    difference: Difference
    sentence: str
    before: str
    after: str


def version_diff(
    current: VersionFacts | None,
    target: VersionFacts,
    concurrency: Concurrency | None,
    lifecycle: Lifecycle,
    today: date,
) -> tuple[Differing, ...]:
    """All that differs, in the order in which `Difference` lists it.

    Without a current version nothing is compared, and the target itself is still judged.
    """
    found = [*_not_ready(target), *_ended_runtime(target, lifecycle, today)]
    if current is not None:
        found += [*_compared(current, target), *_lost(current, target)]
    if concurrency is not None:
        found += _unprovisioned(concurrency)
    places = list(Difference)
    return tuple(sorted(found, key=lambda each: places.index(each.difference)))


def _not_ready(target: VersionFacts) -> Iterator[Differing]:
    if target.is_ready:
        return
    if target.state not in ("", "Active"):
        status, why = f"state {target.state}", target.state_reason
    else:
        status, why = f"last update {target.update_status}", target.update_reason
    because = f" ({why.rstrip('.')})" if why else ""
    sentence = f"{target.name} is not ready to be invoked: {status}{because}"
    yield Differing(Difference.NOT_ACTIVE, sentence, "", status)


def _ended_runtime(target: VersionFacts, lifecycle: Lifecycle, today: date) -> Iterator[Differing]:
    state = state_of(target.runtime_id, target.package_type, lifecycle, today)
    runtime = target.runtime_id or ""
    if state.state is RuntimeState.UPDATE_BLOCKED:
        sentence = f"{state.reason}; move the function to a runtime that AWS still updates"
        yield Differing(Difference.RUNTIME_BLOCKED, sentence, "", runtime)
    if state.has_ended:
        sentence = f"{runtime} is deprecated: {state.reason}"
        yield Differing(Difference.RUNTIME_DEPRECATED, sentence, "", runtime)


def _compared(current: VersionFacts, target: VersionFacts) -> Iterator[Differing]:
    for difference, what, before, after in _values(current, target):
        if before != after:
            sentence = f"{what} is {after or _NONE}, was {before or _NONE}"
            yield Differing(difference, sentence, before, after)
    if target.timeout < current.timeout:
        was, now = (f"{each.timeout.total_seconds():.0f} s" for each in (current, target))
        sentence = f"the timeout is {now}, was {was}"
        yield Differing(Difference.TIMEOUT_DECREASED, sentence, was, now)
    if target.memory_mb < current.memory_mb:
        was, now = (f"{each.memory_mb} MB" for each in (current, target))
        sentence = f"the memory is {now}, was {was}"
        yield Differing(Difference.MEMORY_DECREASED, sentence, was, now)


def _values(
    current: VersionFacts, target: VersionFacts
) -> Iterator[tuple[Difference, str, str, str]]:
    """CodeDeploy shifts traffic only between versions of one role and one dead-letter target
    ("Configure alias traffic shifting", AWS Lambda Developer Guide)."""
    yield Difference.ROLE_CHANGED, "the execution role", current.role, target.role
    dead_letters = (current.dead_letter, target.dead_letter)
    yield Difference.DEAD_LETTER_CHANGED, "the dead-letter target", *dead_letters
    networks = (_listed(current.network), _listed(target.network))
    yield Difference.VPC_CHANGED, "the VPC connection", *networks
    architectures = (current.architecture, target.architecture)
    yield Difference.ARCHITECTURE_CHANGED, "the architecture", *architectures
    yield Difference.HANDLER_CHANGED, "the handler", current.handler, target.handler


def _lost(current: VersionFacts, target: VersionFacts) -> Iterator[Differing]:
    if current.environment_keys is not None and target.environment_keys is not None:
        keys = current.environment_keys - target.environment_keys
        yield from _removed(Difference.ENV_KEY_REMOVED, "environment variable", keys)
    layers = frozenset(map(_layer, current.layers)) - frozenset(map(_layer, target.layers))
    yield from _removed(Difference.LAYER_REMOVED, "layer", layers)


def _removed(difference: Difference, what: str, names: frozenset[str]) -> Iterator[Differing]:
    if names:
        listed = _listed(names)
        sentence = f"{what}{'s' if len(names) > 1 else ''} removed: {listed}"
        yield Differing(difference, sentence, listed, "")


def _unprovisioned(concurrency: Concurrency) -> Iterator[Differing]:
    if concurrency.is_ready:
        return
    status = f"{concurrency.status}, {concurrency.available} of {concurrency.requested} available"
    because = f" ({concurrency.reason.rstrip('.')})" if concurrency.reason else ""
    sentence = f"the alias's provisioned concurrency is not ready: {status}{because}"
    yield Differing(Difference.CONCURRENCY_NOT_READY, sentence, "", status)


def _layer(arn: str) -> str:
    """A layer's ARN without its version: another version of it is no loss."""
    return arn.rpartition(":")[0] or arn


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
