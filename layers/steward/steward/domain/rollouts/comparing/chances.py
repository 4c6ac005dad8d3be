"""How likely a difference of counts is by chance alone: over all, and minute by minute."""

from collections.abc import Sequence
from dataclasses import dataclass

from steward.domain.rollouts.comparing.figures import CURRENT, chance
from steward.domain.rollouts.statistics.fisher import p_value
from steward.domain.rollouts.statistics.strata import Table, p_value_by_minute


@dataclass(frozen=True, slots=True)
class Chance:
    """`by_minute`: None where the minutes were not told apart. `p`: of both the greater."""

    over_all: float
    by_minute: float | None

    @property
    def p(self) -> float:
        return max(self.over_all, self.by_minute or 0.0)

    def explains(self, alpha: float) -> str:
        """That chance alone may be why; empty where it is not."""
        if self.p < alpha:
            return ""
        not_below = f"{chance(self.p)}, not below {alpha:g}"
        if self.over_all < alpha:
            return f"minute by minute {CURRENT} did about as badly ({not_below})"
        return f"chance alone explains that ({not_below})"

    def does_not(self, alpha: float) -> str:
        return f"chance alone does not explain that ({chance(self.p)}, below {alpha:g})"


def chance_of(over_all: Table, minutes: Sequence[Table]) -> Chance:
    """Of so much to the target version's disadvantage, if the two are alike."""
    by_minute = p_value_by_minute(minutes) if minutes else None
    return Chance(p_value(*over_all), by_minute)
