"""What Steward made of a fault, as one line of the guide's table and as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.faults.end_state import StackEnd, differences

COLUMNS = (
    "fault",
    "rate",
    "fired, of calls",
    "invocations and messages tried again",
    "redriven dead letters",
    "mails (of these repeats)",
    "end state",
)


@dataclass(frozen=True)
class Outcome:
    """`fired`: how often each rule did. `retried`: invocations and messages that AWS tried again;
    `redriven`: those that an operator had to. `repeats`: mails beyond one digest an owner and run.
    `wrong`: a sentence for everything that must not be. `uncovered`: `account region` by day.
    """

    title: str
    rate: str
    fired: dict[str, int]
    calls: int
    retried: int
    redriven: int
    mails: int
    repeats: int
    end: dict[str, StackEnd]
    wrong: tuple[str, ...]
    uncovered: dict[int, tuple[str, ...]]
    seconds: float

    def problems(self, expected: Mapping[str, StackEnd]) -> list[str]:
        """Everything that is not as without a fault; a rule that never fired is a problem too."""
        silent = [f"{name} never fired" for name, count in self.fired.items() if not count]
        return [*silent, *self.wrong, *differences(expected, self.end)]


def table(outcomes: Iterable[Outcome], expected: Mapping[str, StackEnd]) -> str:
    """In Markdown."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_row(each, expected) for each in outcomes)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(outcome: Outcome, expected: Mapping[str, StackEnd]) -> tuple[str, ...]:
    problems = len(outcome.problems(expected))
    return (
        outcome.title,
        outcome.rate,
        f"{sum(outcome.fired.values()):,} of {outcome.calls:,}",
        str(outcome.retried),
        str(outcome.redriven),
        f"{outcome.mails} ({outcome.repeats})",
        f"{problems} differences" if problems else "the same",
    )
