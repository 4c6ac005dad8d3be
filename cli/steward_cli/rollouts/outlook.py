"""What hooks will run for a configuration, phase by phase."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.config_checks import InvokeCheck, ProbeCheck
from steward.domain.rollouts.config_values import Check
from steward.domain.rollouts.results import CheckMode, Phase

TAG = "steward:rollout=enabled"


@dataclass(frozen=True, slots=True)
class Planned:
    """One check. `calls`: whether it really calls the function; hooks may do so only by a tag."""

    phase: Phase
    name: str
    type: str
    mode: CheckMode
    calls: bool

    @property
    def path(self) -> str:
        return f"{self.phase}.checks.{self.name}"


def planned(config: RolloutConfig) -> Iterator[Planned]:
    """Every check that will run, in the order of the phases."""
    for phase, checks in (
        (Phase.PRE, config.pre.checks),
        (Phase.SHIFT, config.shift.checks),
        (Phase.POST, config.post.checks),
    ):
        for name, check in sorted(checks.items()):
            mode = check.mode or config.mode_in(phase)
            yield Planned(phase, name, check.type, mode, _calls(check))


def heading(config: RolloutConfig, phase: Phase) -> str:
    """When the phase runs and how long it may take."""
    match phase:
        case Phase.PRE:
            return f"before traffic shifts, at most {config.pre.budget_seconds} s"
        case Phase.SHIFT:
            return f"while traffic shifts, {_breaches(config.shift.breaches)}"
        case Phase.POST:
            settle = config.post.settle_seconds
            wait = "as long as the function's timeout asks" if settle == "auto" else f"{settle} s"
            return (
                f"after traffic has shifted, at most {config.post.budget_seconds} s, of which it "
                f"waits {wait} for data"
            )
        case _:
            assert_never(phase)


def _breaches(number: int) -> str:
    return "one breach stops it" if number == 1 else f"{number} breaches in a row stop it"


def _calls(check: Check) -> bool:
    return isinstance(check, ProbeCheck) or (isinstance(check, InvokeCheck) and not check.dry_run)
