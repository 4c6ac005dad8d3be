"""What the sources show of one unit's functions, side by side."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steward.domain.runtimes.inventory import HealthSight, SeenFunction
from steward.domain.runtimes.standing import NOBODY_LOOKED, Look

PENDING = "PENDING"
RESOLVED = "RESOLVED"

type Tags = Mapping[str, str]


@dataclass(slots=True)
class Sights:
    """`config`, `live`: `$LATEST` by name; None when the source was not asked.

    `versions`: by name, published versions that end or have a finding; `versions_read` counts all.
    `read_tags`: the tags of all functions as the unit tells them; None when it does not.
    """

    config: dict[str, SeenFunction] | None = None
    live: dict[str, SeenFunction] | None = None
    versions: dict[str, dict[str, SeenFunction]] = field(default_factory=dict)
    versions_read: int = 0
    health: dict[str, list[HealthSight]] = field(default_factory=dict)
    read_tags: Callable[[], Mapping[str, Tags] | None] = dict

    def config_look(self, name: str) -> Look:
        return _look(self.config, name)

    def live_look(self, name: str) -> Look:
        return _look(self.live, name)

    def version_look(self, name: str, version: str) -> Look:
        """Only Lambda tells of published versions."""
        return _look(None if self.live is None else self.versions.get(name, {}), version)

    def tags_of(self, name: str) -> Tags | None:
        """None when no source tells them."""
        in_config = (self.config or {}).get(name)
        if in_config is not None and in_config.tags is not None:
            return in_config.tags
        told = self.read_tags()
        return None if told is None else told.get(name, {})

    def pending(self, name: str, now: datetime) -> timedelta | None:
        """For how long Health has it as pending; the longest, if several events name it."""
        since = [each.updated_at for each in self.health.get(name, []) if each.status == PENDING]
        return max(now - min(since), timedelta(0)) if since else None

    def resolved(self, name: str) -> bool:
        """Whether Health names it, and only as resolved."""
        told = [each.status for each in self.health.get(name, [])]
        return bool(told) and all(status == RESOLVED for status in told)

    def blind(self) -> list[str]:
        """Functions that Lambda has and Config, which covers the unit, does not."""
        if self.config is None or self.live is None:
            return []
        return sorted(self.live.keys() - self.config.keys())

    def names(self) -> Iterator[str]:
        """Every function that any source names, once, sorted."""
        yield from sorted({*(self.config or {}), *(self.live or {}), *self.versions, *self.health})


def _look(shown: Mapping[str, SeenFunction] | None, key: str) -> Look:
    return NOBODY_LOOKED if shown is None else Look(asked=True, seen=shown.get(key))
