"""The figures as grids of cells, each computed when it is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.rollouts import durations, errors, family, looks, shifts
from benchmarks.rollouts.rules import RULES, STEWARD
from benchmarks.rollouts.traffic import BASE_RATE, RATES, SIZES

# What the target version truly fails, and how often it was invoked.
CASES = (
    *((BASE_RATE, n) for n in (50, 100, 500)),
    *((0.05, n) for n in (50, 100)),
    *((0.20, n) for n in (20, 50)),
)
# True rates of the target and of the current version, and invocations between two looks.
LOOKED = (
    (BASE_RATE, BASE_RATE, 10),
    (BASE_RATE, BASE_RATE, 100),
    (0.05, 0.05, 100),
    (0.05, BASE_RATE, 10),
    (0.20, BASE_RATE, 10),
)
FAMILY_CASES = tuple((rate, n) for rate in family.RATES for n in (50, 1000))


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. `key` is where it stands in the guide."""

    key: str
    title: str
    corner: str
    rows: Sequence[str]
    columns: Sequence[str]
    cell: Callable[[int, int], str]

    def line(self, row: int) -> list[str]:
        return [self.rows[row], *(self.cell(row, column) for column in range(len(self.columns)))]


def percent(share: float) -> str:
    """With a decimal, and never rounded to none or all."""
    if share in (0, 1):
        return f"{share:.0%}".removesuffix("%") + " %"
    if share < 0.0005:
        return "< 0.1 %"
    return "> 99.9 %" if share >= 0.9995 else f"{100 * share:.1f} %"


def _rate(rate: float) -> str:
    return f"{100 * rate:g} %"


def detection() -> Grid:
    return Grid(
        "detection",
        "rollouts that Steward fails",
        "truly failing, of invocations",
        [_rate(rate) for rate in RATES],
        [f"{n}" for n in SIZES],
        lambda row, column: percent(errors.failed(STEWARD, RATES[row], SIZES[column])),
    )


def rules() -> Grid:
    names = list(RULES)
    return Grid(
        "rules",
        "rollouts that fail, by rule",
        "rule",
        names,
        [f"{_rate(rate)} of {n}" for rate, n in CASES],
        lambda row, column: percent(errors.failed(names[row], *CASES[column])),
    )


def outages() -> Grid:
    names = list(RULES)
    return Grid(
        "outages",
        f"false alarms while both versions fail alike, {errors.OUTAGE_SIZE} invocations",
        "rule",
        names,
        [f"both {_rate(rate)}" for rate in errors.OUTAGES],
        lambda row, column: percent(
            errors.failed(
                names[row], errors.OUTAGES[column], errors.OUTAGE_SIZE, errors.OUTAGES[column]
            )
        ),
    )


def many_looks() -> Grid:
    return Grid(
        "looks",
        f"rollouts stopped within {looks.LOOKS} looks",
        "scheme",
        [scheme.name for scheme in looks.SCHEMES],
        [f"{_rate(rate)} v {_rate(base)}, {n} a look" for rate, base, n in LOOKED],
        _looked,
    )


def _looked(row: int, column: int) -> str:
    rate, base, per_look = LOOKED[column]
    found = looks.stopped(looks.SCHEMES[row], rate, per_look, base)
    if rate == base or found.median_look is None:
        return percent(found.share)
    return f"{percent(found.share)} (look {found.median_look:g})"


def courses() -> Grid:
    return Grid(
        "shifts",
        "rollouts that fail by the sums alone -> minute by minute too",
        "shift",
        [course.name for course in shifts.COURSES],
        [f"{n} a minute" for n in shifts.PER_MINUTE],
        lambda row, column: " → ".join(
            map(percent, shifts.failed(shifts.COURSES[row], shifts.PER_MINUTE[column]))
        ),
    )


def slowness() -> Grid:
    lines = [(how, rule) for how in durations.SLOWER for rule in durations.RULES]
    return Grid(
        "durations",
        "rollouts that fail for being slow",
        "truly; rule",
        [f"{how.name}; {rule}" for how, rule in lines],
        [f"{n}" for n in durations.SIZES],
        lambda row, column: percent(
            durations.failed(lines[row][0], durations.SIZES[column])[lines[row][1]]
        ),
    )


def families() -> Grid:
    names = list(family.FAMILIES)
    return Grid(
        "family",
        "false alarms of all that is enforced together",
        "enforced",
        names,
        [f"both {_rate(rate)}, {n}" for rate, n in FAMILY_CASES],
        lambda row, column: percent(
            family.false_alarms(family.FAMILIES[names[row]], *FAMILY_CASES[column])
        ),
    )


GRIDS = (detection, rules, outages, courses, many_looks, slowness, families)
