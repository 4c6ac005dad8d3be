"""Which dates count in one unit, and what there is to say of a function by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.findings import Finding, find
from steward.domain.runtimes.functions import Function
from steward.domain.runtimes.inventory import SeenFunction
from steward.domain.runtimes.lifecycle import CUSTOM, Lifecycle, Runtime
from steward.domain.runtimes.rows import Outlook
from steward.domain.runtimes.severity import Windows
from steward.domain.runtimes.standing import WITH_FINDING
from steward.domain.runtimes.targets import newer


@dataclass(slots=True)
class Calendar:
    """The dates of the unit's region, and those of customer-managed runtimes as they are met.

    `resolve`: the runtime behind an alias; None when nobody tells its dates.
    """

    lifecycle: Lifecycle
    recommended: Mapping[str, str]
    exceptions: tuple[GrantedException, ...]
    today: date
    windows: Windows
    resolve: Callable[[str], Runtime | None]
    _aliases: dict[str, str] = field(default_factory=dict, init=False)
    _ends: dict[tuple[str | None, str], bool] = field(default_factory=dict, init=False)

    def named(self, seen: SeenFunction) -> SeenFunction:
        """`seen` on the runtime that its alias stands for, where that is known."""
        if seen.runtime_id != CUSTOM or not seen.custom_alias:
            return seen
        if seen.custom_alias not in self._aliases:
            self._aliases[seen.custom_alias] = self._learned(seen.custom_alias)
        runtime_id = self._aliases[seen.custom_alias]
        return seen.model_copy(update={"runtime_id": runtime_id})

    def ends(self, seen: SeenFunction) -> bool:
        """Whether there is a finding about a function on what this one runs on."""
        what = seen.runtime_id, seen.package_type
        if what not in self._ends:
            bare = Function(seen.unit, seen.name, seen.runtime_id, package_type=seen.package_type)
            self._ends[what] = self.find(bare).bucket in WITH_FINDING
        return self._ends[what]

    def find(self, function: Function) -> Finding:
        return find(function, self.lifecycle, self.exceptions, self.today, self.windows)

    def snap_start_matters(self, seen: SeenFunction) -> bool:
        """Whether a function that has SnapStart could lose it where it may be sent."""
        runtime = self.lifecycle.runtime(seen.runtime_id or "")
        if runtime is None or not runtime.snap_start:
            return False
        return any(not row.snap_start for row in newer(runtime, self.lifecycle))

    def outlook(self) -> Outlook:
        return Outlook(self.lifecycle, self.today, self.recommended)

    def _learned(self, alias: str) -> str:
        runtime = self.resolve(alias)
        if runtime is None:
            return CUSTOM
        rows = {**self.lifecycle.runtimes, runtime.id: runtime}
        self.lifecycle = self.lifecycle.model_copy(update={"runtimes": rows})
        return runtime.id
