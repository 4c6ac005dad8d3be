"""How long two versions take to answer the same payload, asked in turn."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite

from steward.domain.rollouts.comparing.figures import TARGET, chance, milliseconds, reaches
from steward.domain.rollouts.comparing.grounds import Ground
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.domain.rollouts.statistics.signs import sign_test


@dataclass(frozen=True, slots=True)
class ProbeRule:
    """When a slower target version fails: in how unlikely many pairs, and by how much typically."""

    alpha: float = 0.01
    min_delta_ms: float = 50.0


@dataclass(frozen=True, slots=True)
class _Signs:
    pairs: int
    slower: int
    ties: int
    median_delta_ms: float

    @property
    def untied(self) -> int:
        return self.pairs - self.ties

    @property
    def p(self) -> float:
        return sign_test(self.slower, self.untied)


def compare_probes(pairs: Sequence[tuple[float, float]], rule: ProbeRule) -> Finding:
    """Compare (target, current) durations in milliseconds, each pair measured one after the other.

    A sign test, for durations have no known distribution. Pairs that tie say nothing of the order
    and are left out of it, and told; the median difference is of all pairs. Raise ValueError on
    durations that cannot be.
    """
    signs = _signs(pairs)
    if sign_test(signs.pairs, signs.pairs) >= rule.alpha:
        return _undecided(signs, rule)
    spared = _spared(signs, rule)
    ground = Ground.NO_DIFFERENCE if spared else Ground.DIFFERENCE
    outcome = Outcome.PASS if spared else Outcome.FAIL
    because = (
        spared or f"chance alone does not explain that ({chance(signs.p)}, below {rule.alpha:g})"
    )
    return Finding(outcome, f"{_observed(signs)}: {because}", _evidence(ground, signs, rule))


def _signs(pairs: Sequence[tuple[float, float]]) -> _Signs:
    for pair in pairs:
        if not all(isfinite(each) and each >= 0 for each in pair):
            raise ValueError(f"a pair of {pair} ms: give 0 or more milliseconds each")
    deltas = sorted(target - current for target, current in pairs)
    return _Signs(
        pairs=len(deltas),
        slower=sum(delta > 0 for delta in deltas),
        ties=deltas.count(0.0),
        median_delta_ms=_median(deltas),
    )


def _median(ordered: Sequence[float]) -> float:
    """Of sorted values; 0 of none."""
    if not ordered:
        return 0.0
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[-middle - 1]) / 2


def _undecided(signs: _Signs, rule: ProbeRule) -> Finding:
    least = sign_test(signs.pairs, signs.pairs)
    even = f"even if all were slower, chance alone could explain it ({_not_below(least, rule)})"
    reason = f"{signs.pairs} pairs were measured: {even}; probe more often"
    return Finding(Outcome.INCONCLUSIVE, reason, _evidence(Ground.TOO_FEW, signs, rule))


def _spared(signs: _Signs, rule: ProbeRule) -> str:
    """Why the difference does not fail; empty where it does."""
    if signs.p >= rule.alpha:
        return f"chance alone explains that ({_not_below(signs.p, rule)})"
    if not reaches(signs.median_delta_ms, rule.min_delta_ms):
        return f"that is real ({chance(signs.p)}), but less than {milliseconds(rule.min_delta_ms)}"
    return ""


def _not_below(p: float, rule: ProbeRule) -> str:
    return f"{chance(p)}, not below {rule.alpha:g}"


def _observed(signs: _Signs) -> str:
    tied = f", {signs.ties} ties left out" if signs.ties else ""
    slower = f"{TARGET} was slower in {signs.slower} of {signs.untied} pairs{tied}"
    return f"{slower}, in the median by {signs.median_delta_ms:.3g} ms"


def _evidence(ground: Ground, signs: _Signs, rule: ProbeRule) -> Evidence:
    return {
        "metric": "probe",
        "decided_by": ground.value,
        "pairs": signs.pairs,
        "ties": signs.ties,
        "slower": signs.slower,
        "median_delta_ms": signs.median_delta_ms,
        "p": signs.p,
        "rule": asdict(rule),
    }
