"""What is asked about single functions, only of those that it matters for, and each once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from steward.aws.functions import (
    aliases_of,
    has_url,
    layer_runtimes,
    pinned_version,
    read_function,
    triggered_versions,
)
from steward.aws.invocations import invocations
from steward.domain.runtimes.fitting import Needs
from steward.domain.runtimes.inventory import LiveUse, SeenFunction
from steward.workflows.runtimes.unit_doors import Doors

type LayerCache = dict[str, frozenset[str]]

_NONE: dict[str, frozenset[str]] = {}


@dataclass(slots=True)
class Inquiry:
    """Asks Lambda and CloudWatch of one unit. What cannot be answered stays unknown.

    `layers`: answers on layer versions, which never change; shared by all units.
    """

    doors: Doors
    now: datetime
    layers: LayerCache
    _uses: dict[str, LiveUse] = field(default_factory=dict, init=False)
    _urls: dict[str, bool] = field(default_factory=dict, init=False)
    _triggers: dict[str, frozenset[str]] | None = field(default=None, init=False)
    _counts: dict[tuple[str, str], int] | None = field(default=None, init=False)

    def use_of(self, name: str) -> LiveUse:
        """The aliases and triggers of a function."""
        if name not in self._uses:
            self._uses[name] = LiveUse(
                self.doors.ask("aliases", lambda: aliases_of(self.doors.functions(), name), _NONE),
                self._triggered(name),
            )
        return self._uses[name]

    def is_used(self, name: str, version: str) -> bool:
        """Whether an alias or a trigger points at the version."""
        return version in self.use_of(name).triggered or bool(self.aliases_to(name, version))

    def aliases_to(self, name: str, version: str) -> tuple[str, ...]:
        """Names of the aliases that route to the version, be it with a weight."""
        aliases = self.use_of(name).aliases
        return tuple(sorted(each for each, versions in aliases.items() if version in versions))

    def has_url(self, name: str) -> bool:
        if name not in self._urls:
            asked = self.doors.ask(
                "function URLs", lambda: has_url(self.doors.functions(), name), False
            )
            self._urls[name] = asked
        return self._urls[name]

    def pinned(self, name: str) -> str:
        what = "runtime versions that functions are held at"
        return self.doors.ask(what, lambda: pinned_version(self.doors.functions(), name), "")

    def count(self, versions: Iterable[tuple[str, str]]) -> None:
        """Count the invocations of all `versions` (name and version) at once."""
        wanted = tuple(versions)
        if wanted:
            self._counts = self.doors.ask("invocations", self._counting(wanted), None)

    def invoked(self, name: str, version: str) -> int | None:
        """In 90 days; None when nobody counted."""
        return None if self._counts is None else self._counts.get((name, version))

    def needs_of(self, seen: SeenFunction, *, asks_snap_start: bool) -> Needs:
        """What it asks of its runtime. Config does not record SnapStart."""
        return Needs(
            architecture=seen.architecture,
            snap_start=seen.snap_start or (asks_snap_start and self._snap_start(seen)),
            package_type=seen.package_type,
            layers={_layer_name(arn): self._made_for(arn) for arn in seen.layers},
        )

    def _triggered(self, name: str) -> frozenset[str]:
        if self._triggers is None:
            self._triggers = self.doors.ask(
                "triggers", lambda: triggered_versions(self.doors.functions()), _NONE
            )
        return self._triggers.get(name, frozenset())

    def _counting(
        self, wanted: tuple[tuple[str, str], ...]
    ) -> Callable[[], dict[tuple[str, str], int] | None]:
        return lambda: invocations(self.doors.metrics(), wanted, self.now)

    def _snap_start(self, seen: SeenFunction) -> bool:
        unit = self.doors.unit
        live = self.doors.ask(
            "SnapStart", lambda: read_function(self.doors.functions(), unit, seen.name), None
        )
        return live.snap_start if live else False

    def _made_for(self, arn: str) -> frozenset[str]:
        """A layer that cannot be read hinders nothing."""
        if arn in self.layers:
            return self.layers[arn]
        said = self.doors.ask(
            f"what layer {arn} is made for",
            lambda: layer_runtimes(self.doors.functions(), arn),
            None,
        )
        if said is not None:
            self.layers[arn] = said
        return said or frozenset()


def _layer_name(arn: str) -> str:
    """`name:version`, the end of a layer version's ARN."""
    return ":".join(arn.split(":")[-2:])
