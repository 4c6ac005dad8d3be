"""One work item for what one owner changes in one place: a stack, wherever it is deployed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from steward.domain.runtimes.findings import Finding
from steward.domain.runtimes.functions import Origin
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.stacks import Unit

_FIRST_WORD = re.compile(r"[^-_]+")


@dataclass(frozen=True, slots=True)
class GroupKey:
    """`place`: the root stack's name; without one the account and the function's first word."""

    owner: str
    origin: Origin
    place: str
    milestone: Milestone | None

    @property
    def told_as(self) -> str:
        """The group as notices know it: who is told about what, whichever milestone is next."""
        return _joined(self.owner, self.origin, self.place)

    def __str__(self) -> str:
        return _joined(self.told_as, self.milestone or "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Findings with one remedy, over all accounts and regions where the place is deployed."""

    key: GroupKey
    findings: tuple[Finding, ...]

    @property
    def day(self) -> date | None:
        """The first day on which the milestone comes for one of them."""
        return min((each.state.day for each in self.findings if each.state.day), default=None)

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(sorted({each.function.unit for each in self.findings}))

    @property
    def runtimes(self) -> tuple[str, ...]:
        return tuple(sorted({each.function.runtime_id or "" for each in self.findings}))

    @property
    def remedy(self) -> str:
        """What to change, in a sentence."""
        hops = (each.targets.smallest for each in self.findings if each.targets)
        names = {hop.runtime_id for hop in hops if hop}
        in_stack = bool(self.findings[0].function.stack)
        return remedy_of(self.key, self.runtimes, names, in_stack=in_stack)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """`findings` as work items: the nearest milestone first, what is past before all."""
    by_key: dict[GroupKey, list[Finding]] = {}
    for finding in findings:
        by_key.setdefault(group_key(finding), []).append(finding)
    groups = (Group(key, tuple(sorted(each, key=_place_in_group))) for key, each in by_key.items())
    return sorted(groups, key=_order)


def group_key(finding: Finding) -> GroupKey:
    """The work item that `finding` belongs to."""
    function = finding.function
    return GroupKey(
        function.owner,
        function.origin,
        place_of(function.stack, function.unit.account_id, function.name),
        finding.state.milestone,
    )


def place_of(stack: str, account_id: str, name: str) -> str:
    """Where function `name` is changed: its root stack, or what stands for one."""
    if stack:
        return stack
    word = _FIRST_WORD.search(name)
    return f"{account_id}/{word[0] if word else name}"


def remedy_of(
    key: GroupKey,
    runtimes: Iterable[str],
    hops: Iterable[str],
    *,
    in_stack: bool,
    only_versions: bool = False,
) -> str:
    """What to change, in a sentence. `hops`: the smallest safe hops; there may be none.

    `only_versions`: no function itself is among them, and a published version cannot be changed.
    """
    old, where = " and ".join(runtimes), key.place
    if only_versions:
        return (
            f"publish new versions of the functions of {where}, move to them what uses versions "
            f"on {old}, and delete those"
        )
    match key.origin:
        case Origin.FRAMEWORK:
            return f"upgrade the framework that made the functions of {where} ({old})"
        case Origin.CANARY:
            return f"change the runtime version of the canaries of {where}, not their functions"
        case Origin.APPLICATION if in_stack:
            return f"change {old} in the template of stack {where} to {_targets(hops)}"
        case Origin.APPLICATION:
            return f"change {old} in the functions of {where} to {_targets(hops)}"


def _joined(*parts: str) -> str:
    return "|".join(parts)


def _place_in_group(finding: Finding) -> tuple[Unit, str, str]:
    function = finding.function
    return function.unit, function.name, function.version


def _order(group: Group) -> tuple[bool, date, str]:
    """A group without a date has no milestone left: it is blocked, and comes first."""
    return group.day is not None, group.day or date.min, str(group.key)


def _targets(hops: Iterable[str]) -> str:
    """The smallest safe hops, or what to do where there is none."""
    names = sorted(set(hops))
    return " and ".join(names) if names else "a runtime that lasts; none is safe today"
