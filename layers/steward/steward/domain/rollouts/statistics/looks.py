"""What repeated looks and several tests must give up to raise no more false alarms than one."""

from collections.abc import Sequence
from itertools import accumulate


def alpha_per_look(alpha: float, planned_looks: int) -> float:
    """`alpha` shared equally among the looks, which keeps all of them together at or below it.

    Bonferroni's bound. It holds however much the looks depend on one another.
    """
    if planned_looks < 1:
        raise ValueError(f"{planned_looks} planned looks: plan at least one")
    return alpha / planned_looks


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted for being several, in their order: below alpha still means unlikely.

    S. Holm, Scandinavian J. of Statistics 6 (1979). The chance of even one false alarm stays at or
    below alpha, as with a division by their number, but fewer true ones are lost.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    scaled = ((len(order) - rank) * p_values[index] for rank, index in enumerate(order))
    adjusted = dict(zip(order, accumulate(scaled, max), strict=True))
    return tuple(min(1.0, adjusted[index]) for index in range(len(p_values)))
