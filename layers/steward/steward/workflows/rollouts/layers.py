"""Documents as layers: the defaults lowest, then profiles, a tag, and the workload's own on top."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from steward.aws.documents import read_mapping
from steward.aws.rollout_parameters import Parameter, Read, Unreadable
from steward.aws.unreadable import UnreadableDocument
from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.config_problems import Problem
from steward.domain.rollouts.defaults import DEFAULTS, EMPTY_SMOKE, SOURCE
from steward.domain.rollouts.merging import Raw, disabled_for_nothing, merged
from steward.workflows.rollouts.parameter_names import EMPTY, SMOKE_TAG
from steward.workflows.rollouts.reading import checked, config_or_problems

_NO_CHAIN = "a profile extends no other; name both in the workload's document"


@dataclass
class Layers:
    """What was laid over one another so far. `sources`: lowest first. `notes`: what was left out,
    or does nothing."""

    document: Raw = field(default_factory=lambda: DEFAULTS)
    sources: list[str] = field(default_factory=lambda: [SOURCE])
    notes: list[str] = field(default_factory=list)

    def add_profile(self, read: Read) -> None:
        """Lay a profile over what there is. One that cannot be used is left out, with a note: the
        platform team's mistake holds up nobody's deployment."""
        if read is None:
            return
        found = _profile(read, self.document)
        if isinstance(found, Problem):
            self.notes.append(f"{read} is left out: {found}")
        else:
            self._put(str(read), found)

    def add_smoke(self, tags: Mapping[str, str]) -> None:
        """Lay over what the function's tag says of smoke calls."""
        said = tags.get(SMOKE_TAG)
        if said == EMPTY:
            self._put(f"tag {SMOKE_TAG}={EMPTY}", EMPTY_SMOKE)
        elif said is not None:
            self.notes.append(f"tag {SMOKE_TAG}={said} is left out: write {EMPTY} or no such tag")

    def add_own(self, source: str, document: Raw) -> None:
        """Lay the workload's document over all."""
        self._put(source, document)

    def config(self) -> RolloutConfig:
        """What all layers make together; raise BadConfiguration, naming the topmost."""
        return checked(self.document, self.sources[-1])

    def _put(self, source: str, document: Raw) -> None:
        for place in disabled_for_nothing(self.document, document):
            self.notes.append(f"{source} disables {place}, which nothing declares")
        self.document = merged(self.document, document)
        self.sources.append(source)


def _profile(read: Parameter | Unreadable, below: Raw) -> Raw | Problem:
    """The profile's document, or what is wrong with it first of all."""
    if isinstance(read, Unreadable):
        return Problem((), read.why)
    try:
        document = read_mapping(read.text)
    except UnreadableDocument as error:
        return Problem((), str(error))
    if "extends" in document:
        return Problem(("extends",), _NO_CHAIN)
    found = config_or_problems(merged(below, document))
    return document if isinstance(found, RolloutConfig) else found[0]
