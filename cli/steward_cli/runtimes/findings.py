"""What a check finds: findings, remarks about what was not checked, and files it could not read."""

from dataclasses import dataclass

from steward.domain.runtimes.lifecycle import Runtime
from steward.domain.runtimes.states import State
from steward.domain.runtimes.targets import Targets
from steward_cli.runtimes.rules import Level, Rule


@dataclass(frozen=True, slots=True)
class Place:
    """Line and columns count from 1; `end_column` is the first after it, 0 if it ends elsewhere."""

    file: str
    line: int
    column: int
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def subject(resource: str, runtime_id: str, via: str) -> str:
    """What is spoken of: one runtime of one resource, by one way to it."""
    return f"{resource}: {runtime_id} ({via})" if via else f"{resource}: {runtime_id}"


@dataclass(frozen=True, slots=True)
class Finding:
    """`happens`: what AWS does when. `change`: what to do. `via`: how the template comes to it."""

    place: Place
    resource: str
    runtime_id: str
    rule: Rule
    level: Level
    state: State
    happens: str
    change: str
    via: str = ""
    runtime: Runtime | None = None
    targets: Targets | None = None

    @property
    def subject(self) -> str:
        return subject(self.resource, self.runtime_id, self.via)

    @property
    def sentence(self) -> str:
        return f"{self.subject}: {self.happens}; {self.change}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was not checked, and why."""

    place: Place
    resource: str
    why: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A runtime that nothing is wrong with."""

    place: Place
    resource: str
    runtime_id: str
    via: str

    @property
    def subject(self) -> str:
        return subject(self.resource, self.runtime_id, self.via)


@dataclass(frozen=True, slots=True)
class Template:
    """A file that was read. Each value of each resource is in one of the three."""

    file: str
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """An input that could not be read: nothing is known of it."""

    file: str
    why: str
    todo: str

    def __str__(self) -> str:
        return f"{self.file}: {self.why}"
