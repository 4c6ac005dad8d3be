"""Error rates of two versions under live traffic."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from steward.domain.rollouts.comparing.chances import Chance, chance_of
from steward.domain.rollouts.comparing.figures import (
    CURRENT,
    TARGET,
    percent,
    points,
    reaches,
    share,
)
from steward.domain.rollouts.comparing.figures import chance as shown
from steward.domain.rollouts.comparing.grounds import Ground
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.domain.rollouts.statistics.counts import check_counts
from steward.domain.rollouts.statistics.intervals import newcombe
from steward.domain.rollouts.statistics.strata import Table

CONFIDENCE = 0.95
# Invocations of the target version from which half of them failing needs no test.
FEWEST_FOR_HALF = 5
_OUTCOMES = {
    Ground.NO_DATA: Outcome.INCONCLUSIVE,
    Ground.HALF_FAIL: Outcome.FAIL,
    Ground.DIFFERENCE: Outcome.FAIL,
    Ground.TOO_FEW: Outcome.INCONCLUSIVE,
    Ground.NO_DIFFERENCE: Outcome.PASS,
}


@dataclass(frozen=True, slots=True)
class Arm:
    """What one version did in the window. Raise ValueError on counts that cannot be."""

    invocations: int
    errors: int

    def __post_init__(self) -> None:
        check_counts(self.errors, self.invocations)

    @property
    def rate(self) -> float:
        """Errors per invocation; 0 without invocations."""
        return self.errors / self.invocations if self.invocations else 0.0


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """When a higher error rate of the target version fails.

    `alpha`: how unlikely it must be by chance alone. `min_delta`: by how much the rates differ at
    least. `min_events`: errors of the target version at least. `min_samples`: invocations of the
    target version below which nothing is passed.
    """

    alpha: float = 0.01
    min_delta: float = 0.01
    min_events: int = 3
    min_samples: int = 50


def compare_errors(
    canary: Arm, stable: Arm, rule: ErrorRule, minutes: Sequence[tuple[Arm, Arm]] = ()
) -> Finding:
    """Decide in order: no data, half of it fails, a real difference, too few to say, pass.

    Counts and differences alone: a ratio says nothing where the current version has no errors.
    `minutes`: what (canary, stable) did in each, where their shares of the traffic changed. Then a
    difference must be one minute by minute too, or an outage late in a shift would be the canary's.
    """
    if not canary.invocations or not stable.invocations:
        return _without_data(canary, stable, rule)
    chance = chance_of(_table(canary, stable), [_table(*minute) for minute in minutes])
    spared = _spared(canary, stable, rule, chance)
    ground = _ground(canary, stable, rule, spared)
    interval = newcombe(*_table(canary, stable), CONFIDENCE)
    because = _because(ground, rule, chance, spared, points(interval[1]))
    return Finding(
        _OUTCOMES[ground],
        f"{_observed(canary, stable)}: {because}",
        _evidence(ground, canary, stable, rule, chance, interval),
    )


def _table(canary: Arm, stable: Arm) -> Table:
    return canary.errors, canary.invocations, stable.errors, stable.invocations


def _ground(canary: Arm, stable: Arm, rule: ErrorRule, spared: str) -> Ground:
    if _half_fail(canary, stable):
        return Ground.HALF_FAIL
    if not spared:
        return Ground.DIFFERENCE
    return Ground.TOO_FEW if canary.invocations < rule.min_samples else Ground.NO_DIFFERENCE


def _half_fail(canary: Arm, stable: Arm) -> bool:
    return (
        canary.invocations >= FEWEST_FOR_HALF
        and 2 * canary.errors >= canary.invocations
        and 10 * stable.errors < stable.invocations
    )


def _spared(canary: Arm, stable: Arm, rule: ErrorRule, chance: Chance) -> str:
    """Why the difference does not fail; empty where it does."""
    if canary.rate <= stable.rate:
        return "that is no higher rate"
    explained = chance.explains(rule.alpha)
    if explained:
        return explained
    if not reaches(canary.rate - stable.rate, rule.min_delta):
        least = points(rule.min_delta).removeprefix("+")
        return f"that is real ({shown(chance.p)}) but differs by less than {least}"
    if canary.errors < rule.min_events:
        few = f"{rule.min_events} errors are the fewest to fail"
        return f"that is unlikely ({shown(chance.p)}), but {few}"
    return ""


def _observed(canary: Arm, stable: Arm) -> str:
    failed = f"{TARGET} failed {share(canary.errors, canary.invocations)}"
    return f"{failed}, {CURRENT} {share(stable.errors, stable.invocations)}"


def _because(ground: Ground, rule: ErrorRule, chance: Chance, spared: str, unseen: str) -> str:
    if ground is Ground.HALF_FAIL:
        return f"at least half fail, and fewer than {percent(0.1)} of {CURRENT} do"
    if ground is Ground.DIFFERENCE:
        return chance.does_not(rule.alpha)
    too_few = f", but fewer than {rule.min_samples} invocations decide nothing"
    few = too_few if ground is Ground.TOO_FEW else ""
    return f"{spared}{few}; {unseen} cannot be excluded"


def _without_data(canary: Arm, stable: Arm, rule: ErrorRule) -> Finding:
    missing = " or ".join(
        name for name, arm in ((TARGET, canary), (CURRENT, stable)) if not arm.invocations
    )
    return Finding(
        _OUTCOMES[Ground.NO_DATA],
        f"no invocation of {missing} was counted in the window: nothing to compare",
        _evidence(Ground.NO_DATA, canary, stable, rule, None, None),
    )


def _evidence(
    ground: Ground,
    canary: Arm,
    stable: Arm,
    rule: ErrorRule,
    chance: Chance | None,
    interval: tuple[float, float] | None,
) -> Evidence:
    """`interval`: of the difference of rates, target minus current."""
    return {
        "metric": "errors",
        "decided_by": ground.value,
        "target": _counted(canary),
        "current": _counted(stable),
        "difference": None if interval is None else canary.rate - stable.rate,
        "interval": None if interval is None else list(interval),
        "confidence": CONFIDENCE,
        "p": chance and chance.p,
        "p_by_minute": chance and chance.by_minute,
        "rule": asdict(rule),
    }


def _counted(arm: Arm) -> dict[str, object]:
    rate = arm.rate if arm.invocations else None
    return {"invocations": arm.invocations, "errors": arm.errors, "rate": rate}
