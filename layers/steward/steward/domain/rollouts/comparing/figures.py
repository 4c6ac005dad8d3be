"""Numbers as a sentence of reason shows them, and whether they reach a bound."""

from math import isclose

# What a sentence calls the two arms.
TARGET, CURRENT = "the target version", "the current version"


def percent(rate: float) -> str:
    """A share of one, such as `12 %`. Never rounded to 0 % or 100 % when it is neither."""
    if 0 < rate < 0.0001:
        return "below 0.01 %"
    if 0.9995 <= rate < 1:
        return "above 99.9 %"
    return f"{float(f'{100 * rate:.3g}'):g} %"


def points(difference: float) -> str:
    """A difference of shares, in percentage points with its sign."""
    value = float(f"{100 * difference:.2g}")
    return f"{value:+g} percentage point{'' if abs(value) == 1 else 's'}"


def milliseconds(value: float) -> str:
    """Whole milliseconds, or three digits of fewer than ten."""
    return f"{value:.0f} ms" if value >= 10 else f"{value:.3g} ms"


def chance(p: float) -> str:
    """A p-value, such as `p = 0.0037`."""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"


def share(events: int, n: int) -> str:
    """`12 of 100 invocations (12 %)`."""
    return f"{events} of {n} invocations ({percent(events / n)})"


def reaches(value: float, bound: float) -> bool:
    """At or above, whatever the last bit of a subtraction: 0.03 - 0.02 reaches 0.01."""
    return value >= bound or isclose(value, bound, rel_tol=1e-9)
