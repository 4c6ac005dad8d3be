"""How fast CodeDeploy's minutes pass, and what time its deployments show.

At a pace of 0.02 a five-minute canary takes six seconds. Such a deployment shows the times of one
that took the whole five minutes: it claims to have begun that much earlier, so that the end of its
shift is the present, and nothing it shows ever lies in the future.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

# "a deployment is considered to have failed if CodeDeploy is not notified within one hour":
# "AppSpec 'hooks' section", AWS CodeDeploy User Guide.
HOOK_LIMIT = timedelta(hours=1)


@dataclass
class Pace:
    """`second`: real seconds that one of CodeDeploy's takes. `hook_limit`: real seconds that a hook
    has; one hour at the pace when None. `stretched`: whether deployments show stretched times.
    `rollback_hooks`: whether hooks run again when a rollback redeploys the old revision."""

    second: float = 1.0
    hook_limit: float | None = None
    stretched: bool = True
    rollback_hooks: bool = True

    def turn(self, **settings: object) -> None:
        unknown = settings.keys() - self.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f"there is no {', '.join(sorted(unknown))}")
        second = settings.get("second", self.second)
        if not isinstance(second, int | float) or not 0 < second <= 1:
            raise ValueError(f"second is {second}: more than 0 and at most 1 real second")
        for name, value in settings.items():
            setattr(self, name, value)

    def real(self, length: timedelta) -> float:
        """Real seconds of a length of CodeDeploy's time."""
        return length.total_seconds() * self.second

    def hook_seconds(self) -> float:
        return self.real(HOOK_LIMIT) if self.hook_limit is None else float(self.hook_limit)


@dataclass
class DeploymentClock:
    """Shown times of one deployment. `length`: of its shift, as the configuration has it."""

    length: timedelta
    pace: Pace
    _shifted: float = 0.0
    _since: float | None = field(default=None)

    def __post_init__(self) -> None:
        self._second = self.pace.second if self.pace.stretched else 1.0

    def now(self) -> datetime:
        return self.at(time.time())

    def at(self, instant: float) -> datetime:
        return datetime.fromtimestamp(instant - self._behind(instant), UTC)

    def begin_shift(self) -> None:
        self._since = time.time()

    def end_shift(self) -> None:
        self._shifted = self._passed(time.time())
        self._since = None

    def _behind(self, instant: float) -> float:
        """How much of the shift, in seconds, has still to be caught up with."""
        return max(self.length.total_seconds() - self._passed(instant), 0.0) * (1 - self._second)

    def _passed(self, instant: float) -> float:
        running = 0.0 if self._since is None else max(instant - self._since, 0.0)
        return self._shifted + running / self._second
