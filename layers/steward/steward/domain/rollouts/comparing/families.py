"""Several comparisons of one rollout, each of which may be wrong."""

from collections.abc import Sequence
from dataclasses import replace

from steward.domain.rollouts.comparing.figures import chance
from steward.domain.rollouts.comparing.grounds import Ground
from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome
from steward.domain.rollouts.statistics.looks import holm

# So many at 1 % each stay near 1 % together, as measured; the guide has the figures.
MOST_UNADJUSTED = 3


def held_together(results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The results of one phase; where many are enforced, what is unlikely alone may not fail.

    Of more than three enforced comparisons, one fails only if its p is below its alpha even when
    adjusted for their number. Else it is inconclusive, and says so.
    """
    p_values = {index: p for index, one in enumerate(results) if (p := _p(one)) is not None}
    if len(p_values) <= MOST_UNADJUSTED:
        return tuple(results)
    adjusted = dict(zip(p_values, holm(tuple(p_values.values())), strict=True))
    return tuple(
        _adjusted(one, adjusted[index], len(adjusted)) if index in adjusted else one
        for index, one in enumerate(results)
    )


def _p(one: CheckResult) -> float | None:
    p = one.evidence.get("p")
    return p if one.mode is CheckMode.ENFORCE and isinstance(p, float) else None


def _adjusted(one: CheckResult, p: float, comparisons: int) -> CheckResult:
    evidence = {**one.evidence, "p_adjusted": p}
    alpha = _alpha(one)
    if one.evidence.get("decided_by") != Ground.DIFFERENCE or p < alpha:
        return replace(one, evidence=evidence)
    told = f"of {comparisons} comparisons one may look like that ({chance(p)}, not below {alpha:g})"
    return replace(
        one,
        outcome=Outcome.INCONCLUSIVE,
        reason=f"{one.reason}; but {told}",
        evidence=evidence,
        fails=False,
    )


def _alpha(one: CheckResult) -> float:
    rule = one.evidence.get("rule")
    return rule["alpha"] if isinstance(rule, dict) else 0.0
