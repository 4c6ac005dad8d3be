"""How often a rollout is failed, by how often its version truly fails and how much was seen."""

from functools import cache

from benchmarks.rollouts.rules import RULES, STEWARD
from benchmarks.rollouts.traffic import SIZES, rollouts

# Both versions fail alike: none at all, as always, and while something that both need is down.
OUTAGES = (0.0, 0.005, 0.02, 0.05, 0.20)
OUTAGE_SIZE = 100
ALIKE = (*OUTAGES, 0.10, 0.35, 0.50)


@cache
def failed(rule: str, rate: float, n_c: int, base: float | None = None) -> float:
    """The share of rollouts that `rule` fails."""
    seen = rollouts(rate, n_c) if base is None else rollouts(rate, n_c, base)
    return float(RULES[rule](seen).mean())


def most_false_alarms() -> float:
    """Of Steward, over all sizes, when both versions fail alike at whatever rate."""
    return max(failed(STEWARD, rate, n, rate) for rate in ALIKE for n in SIZES)
