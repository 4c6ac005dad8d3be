"""How long invocations of two versions take under live traffic."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite

from steward.domain.rollouts.comparing.chances import Chance, chance_of
from steward.domain.rollouts.comparing.figures import (
    CURRENT,
    TARGET,
    milliseconds,
    reaches,
    share,
)
from steward.domain.rollouts.comparing.figures import chance as shown
from steward.domain.rollouts.comparing.grounds import Ground
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.domain.rollouts.statistics.counts import check_counts
from steward.domain.rollouts.statistics.strata import Table


@dataclass(frozen=True, slots=True)
class SlowArm:
    """What one version did in the window. Raise ValueError on figures that cannot be.

    `samples`: measured durations. `slow`: those above one threshold, the same for both versions:
    the current version's quantile. `quantile_ms`: this version's own; of no meaning without
    samples.
    """

    samples: int
    slow: int
    quantile_ms: float

    def __post_init__(self) -> None:
        check_counts(self.slow, self.samples)
        if not (isfinite(self.quantile_ms) and self.quantile_ms >= 0):
            raise ValueError(f"a quantile of {self.quantile_ms} ms: give 0 or more milliseconds")


@dataclass(frozen=True, slots=True)
class DurationRule:
    """When slower invocations of the target version fail.

    `alpha`: how unlikely so many slow ones must be by chance alone. `min_ratio`, `min_delta_ms`:
    by how much the quantile rises at least; both. `min_samples`: of each version, below which
    nothing is decided. `quantile`: its name in sentences.
    """

    alpha: float = 0.01
    min_ratio: float = 1.25
    min_delta_ms: float = 50.0
    min_samples: int = 50
    quantile: str = "p95"


def compare_durations(
    canary: SlowArm,
    stable: SlowArm,
    rule: DurationRule,
    minutes: Sequence[tuple[SlowArm, SlowArm]] = (),
) -> Finding:
    """Decide in order: no data, too few to say, more slow ones and a risen quantile, pass.

    Too few comes first, unlike with errors: the first invocations of a version meet cold caches.
    `minutes`: (canary, stable) of each, where their shares of the traffic changed, as with errors;
    their quantiles are not looked at.
    """
    least = min(canary.samples, stable.samples)
    if least == 0 or least < rule.min_samples:
        return _undecided(canary, stable, rule)
    chance = chance_of(_table(canary, stable), [_table(*minute) for minute in minutes])
    spared = _spared(canary, stable, rule, chance)
    ground = Ground.NO_DIFFERENCE if spared else Ground.DIFFERENCE
    outcome = Outcome.PASS if spared else Outcome.FAIL
    reason = f"{_observed(canary, stable, rule)}: {spared or chance.does_not(rule.alpha)}"
    return Finding(outcome, reason, _evidence(ground, canary, stable, rule, chance))


def _table(canary: SlowArm, stable: SlowArm) -> Table:
    return canary.slow, canary.samples, stable.slow, stable.samples


def _spared(canary: SlowArm, stable: SlowArm, rule: DurationRule, chance: Chance) -> str:
    """Why the difference does not fail; empty where it does."""
    explained = chance.explains(rule.alpha)
    if explained:
        return explained
    if not reaches(canary.quantile_ms, rule.min_ratio * stable.quantile_ms):
        small = f"{rule.min_ratio:g} times as long"
    elif not reaches(canary.quantile_ms - stable.quantile_ms, rule.min_delta_ms):
        small = f"{milliseconds(rule.min_delta_ms)} longer"
    else:
        return ""
    return f"that is real ({shown(chance.p)}), but {rule.quantile} is not {small}"


def _observed(canary: SlowArm, stable: SlowArm, rule: DurationRule) -> str:
    slow = f"{share(canary.slow, canary.samples)} of {TARGET} were slow"
    before = f"{share(stable.slow, stable.samples)} of {CURRENT}"
    durations = f"{milliseconds(canary.quantile_ms)} against {milliseconds(stable.quantile_ms)}"
    return f"{slow}, {before}, {rule.quantile} {durations}"


def _undecided(canary: SlowArm, stable: SlowArm, rule: DurationRule) -> Finding:
    name, arm = min(((TARGET, canary), (CURRENT, stable)), key=lambda each: each[1].samples)
    ground = Ground.TOO_FEW if arm.samples else Ground.NO_DATA
    measured = f"{arm.samples} invocations of {name} were measured in the window"
    few = f"fewer than {max(rule.min_samples, 1)} decide nothing of how long they take"
    evidence = _evidence(ground, canary, stable, rule, None)
    return Finding(Outcome.INCONCLUSIVE, f"{measured}: {few}", evidence)


def _evidence(
    ground: Ground, canary: SlowArm, stable: SlowArm, rule: DurationRule, chance: Chance | None
) -> Evidence:
    return {
        "metric": "duration",
        "decided_by": ground.value,
        "target": _counted(canary),
        "current": _counted(stable),
        "p": chance and chance.p,
        "p_by_minute": chance and chance.by_minute,
        "rule": asdict(rule),
    }


def _counted(arm: SlowArm) -> dict[str, object]:
    quantile = arm.quantile_ms if arm.samples else None
    return {"samples": arm.samples, "slow": arm.slow, "quantile_ms": quantile}
