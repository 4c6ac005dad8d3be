"""`python -m local.faults`: every fault alone, then all at once, and the table of the guide.

Exit code 1: something ended otherwise than without a fault, or a rule never fired.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from rich.console import Console

from local import build
from local.demo import FAILURES
from local.faults.campaign import SEED, run
from local.faults.catalogue import ALL_AT_ONCE, ALONE, NO_FAULT
from local.faults.outcome import Outcome, table
from local.faults.proxy import FaultProxyError
from local.interruption import only_the_first_ctrl_c

FAULTS = {fault.key: fault for fault in (*ALONE, ALL_AT_ONCE)}


@only_the_first_ctrl_c()
def campaign(keys: Sequence[str], console: Console, seed: int) -> int:
    """Compare each named fault with a run that has none."""
    build.build()
    expected = run(NO_FAULT, console, seed)
    outcomes = [run(FAULTS[key], console, seed) for key in keys]
    _show(console, [expected, *outcomes], expected)
    return int(any(each.problems(expected.end) for each in (expected, *outcomes)))


def _show(console: Console, outcomes: Sequence[Outcome], expected: Outcome) -> None:
    for outcome in outcomes:
        console.rule(f"{outcome.title}, {outcome.seconds:.0f} s", align="left")
        for name, count in outcome.fired.items():
            console.print(f"  {name}: {count}", markup=False)
        for problem in outcome.problems(expected.end):
            console.print(problem, style="red", markup=False)
    console.print(table(outcomes, expected.end), markup=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m local.faults", description=campaign.__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.faults) - FAULTS.keys():
        parser.error(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
    console = Console()
    keys = chosen.faults or [*FAULTS]
    try:
        return campaign(keys, console, chosen.seed)
    except (*FAILURES, FaultProxyError) as error:
        console.print(f"error: {error}", markup=False, highlight=False)
        return 3


if __name__ == "__main__":
    sys.exit(main())
