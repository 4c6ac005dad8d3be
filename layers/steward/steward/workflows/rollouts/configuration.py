"""What a workload's owners, the platform team and the defaults together want of a deployment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from steward.aws.documents import read_mapping
from steward.aws.rollout_parameters import Read, Unreadable, read_parameters
from steward.aws.rollout_tags import TagsUnread, read_function_tags
from steward.aws.unit_clients import UnitClients
from steward.aws.unreadable import UnreadableDocument
from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.merging import Raw
from steward.domain.rollouts.override import Ignored, Override, decide_override
from steward.workflows.rollouts.bad_configuration import BadConfiguration
from steward.workflows.rollouts.layers import Layers
from steward.workflows.rollouts.naming import (
    extended,
    own_document,
    parameters_asked_first,
    profiles_named,
    tagged_profile,
)
from steward.workflows.rollouts.parameter_names import (
    DEFAULT_PROFILE,
    OVERRIDES,
    PROFILES,
    function_name,
)
from steward.workflows.rollouts.reading import read_document, read_raw

__all__ = ["BadConfiguration", "Resolved", "Written", "read_document", "resolve"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """`sources`: what the configuration was made of, what counts most first."""

    config: RolloutConfig
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    override: Override | None
    function_tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """A workload's document that is not deployed yet, such as a file."""

    source: str
    text: str


def resolve(
    clients: UnitClients, target: Target, now: datetime, instead: Written | None = None
) -> Resolved:
    """What counts for a deployment of `target` at `now`; raise BadConfiguration.

    `instead` takes the place of the workload's own parameter.
    """
    function = function_name(target.function)
    layers = Layers()
    tags = _tags(clients, target.function, layers.notes)
    override: Override | None = None
    try:
        read = read_parameters(clients.parameters(), parameters_asked_first(function, tags))
        override = _override(read[f"{OVERRIDES}{function}"], now, layers.notes)
        own = _as_written(instead) if instead else own_document(function, tags, read)
        _lay(clients, layers, tags, read, own)
        config = layers.config()
    except BadConfiguration as error:
        notes = tuple(layers.notes)
        raise BadConfiguration(
            error.source, error.problems, error.todo, override=override, notes=notes
        ) from error
    return Resolved(config, tuple(layers.sources[::-1]), tuple(layers.notes), override, tags)


def _lay(
    clients: UnitClients,
    layers: Layers,
    tags: Mapping[str, str],
    read: Mapping[str, Read],
    own: tuple[str, Raw] | None,
) -> None:
    layers.add_profile(read[DEFAULT_PROFILE])
    layers.add_profile(tagged_profile(tags, read))
    if own is not None:
        source, document = own
        profiles = extended(document)
        more = read_parameters(clients.parameters(), [f"{PROFILES}{each}" for each in profiles])
        for profile in profiles_named(source, profiles, more):
            layers.add_profile(profile)
    layers.add_smoke(tags)
    if own is not None:
        layers.add_own(*own)


def _as_written(instead: Written) -> tuple[str, Raw]:
    return instead.source, read_raw(instead.text, instead.source)


def _tags(clients: UnitClients, function: str, notes: list[str]) -> Mapping[str, str]:
    try:
        return read_function_tags(clients.functions(), function)
    except TagsUnread as error:
        notes.append(f"tags of function {function} could not be read and count as none: {error}")
        return {}


def _override(read: Read, now: datetime, notes: list[str]) -> Override | None:
    """The override if one counts; one that does not leaves a note."""
    if read is None:
        return None
    if isinstance(read, Unreadable):
        notes.append(f"{read} does not count: {read.why}")
        return None
    try:
        decided = decide_override(read_mapping(read.text), read.modified_at, now)
    except UnreadableDocument as error:
        decided = Ignored(str(error))
    if isinstance(decided, Override):
        return decided
    notes.append(f"{read} does not count: {decided.why}")
    return None
