"""What is demanded of Steward's decisions on rollouts, and whether it was so."""

from collections.abc import Iterator

from benchmarks.rollouts import durations, errors, family, looks, shifts
from benchmarks.rollouts.rules import STEWARD
from benchmarks.verdicts import Verdict

MOST_FALSE_ALARMS = 0.01
# Truly failing, invocations of the target version, and the least share that must be found.
FOUND = ((0.50, 10, 0.9), (0.20, 30, 0.9), (0.10, 100, 0.95), (0.05, 200, 0.9))


def of_rollouts() -> Iterator[Verdict]:
    most = errors.most_false_alarms()
    yield _at_most("errors: false alarms, at any rate and size", most)
    for rate, n, least in FOUND:
        share = errors.failed(STEWARD, rate, n)
        what = f"errors: {rate:.0%} of {n} found in at least {least:.0%}"
        yield Verdict(what, f"{share:.1%}", share >= least)
    yield from _of_parts()
    yield from _of_families()


def _of_parts() -> Iterator[Verdict]:
    alike = (durations.failed(durations.SAME, n)[durations.STEWARD] for n in durations.SIZES)
    yield _at_most("latency: false alarms, at any size", max(alike))
    stopped = (
        looks.stopped(looks.GUARD, rate, n, rate).share
        for rate in (0.005, 0.05)
        for n in looks.PER_LOOK
    )
    yield _at_most(f"guard: false alarms in {looks.LOOKS} looks", max(stopped))
    outage = (shifts.failed(shifts.COURSES[0], n)[1] for n in shifts.PER_MINUTE)
    yield _at_most("linear shift, outage of both: false alarms", max(outage))


def _of_families() -> Iterator[Verdict]:
    for name, checks in family.FAMILIES.items():
        wrong = max(
            family.false_alarms(checks, rate, n) for rate in family.RATES for n in family.SIZES
        )
        is_demand = checks == family.BY_DEFAULT
        yield _at_most(f"together, {name}: false alarms", wrong, is_demand=is_demand)


def _at_most(what: str, share: float, *, is_demand: bool = True) -> Verdict:
    most = MOST_FALSE_ALARMS
    return Verdict(f"{what} <= {most:.0%}", f"{share:.2%}", share <= most, is_demand)
