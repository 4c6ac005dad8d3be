"""A workload's configuration that cannot be used."""

from collections.abc import Sequence

from steward.domain.rollouts.config_problems import Problem
from steward.domain.rollouts.override import Override

_MOST_TOLD = 5
TODO = "correct it, check it with `steward rollouts validate`, and deploy again"


class BadConfiguration(Exception):
    """`source` cannot be used; says every place that is wrong and what to do.

    A typo must not silently disable a check, so nothing stands in for what was meant. `override`,
    if one counts, and `notes` are what was found besides.
    """

    def __init__(
        self,
        source: str,
        problems: Sequence[Problem],
        todo: str = TODO,
        *,
        override: Override | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        told = [str(problem) for problem in problems[:_MOST_TOLD]]
        if len(problems) > _MOST_TOLD:
            told.append(f"and {len(problems) - _MOST_TOLD} more")
        super().__init__(f"{source} cannot be used: {'; '.join(told)}; {todo}")
        self.source = source
        self.problems = tuple(problems)
        self.todo = todo
        self.override = override
        self.notes = notes
