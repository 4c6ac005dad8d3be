"""What one invocation of a worker found out, sweep by sweep, until it is put on record."""

from collections.abc import Iterator

from steward.domain.coverage import Answers
from steward.domain.stacks import Unit
from steward.messages import Sweep, UnitWork


class Tally:
    """A batch may hold units of several sweeps; each answer counts for its own."""

    def __init__(self) -> None:
        self._sweeps: dict[str, Sweep] = {}
        self._reached: dict[str, dict[Unit, str]] = {}
        self._failed: dict[str, dict[Unit, str]] = {}

    def answered(self, work: UnitWork, unreachable: str) -> None:
        """The unit was swept, or could not be reached and why."""
        self._note(self._reached, work, unreachable)

    def failed(self, work: UnitWork, why: str) -> None:
        """The try broke off; the message comes again."""
        self._note(self._failed, work, why)

    def by_sweep(self) -> Iterator[tuple[Sweep, Answers]]:
        """Each sweep that has an answer, with all of its answers."""
        for sweep_id, sweep in self._sweeps.items():
            reached = self._reached.get(sweep_id, {})
            yield (
                sweep,
                Answers(
                    swept=frozenset(unit for unit, why in reached.items() if not why),
                    unreachable={unit: why for unit, why in reached.items() if why},
                    failed=self._failed.get(sweep_id, {}),
                ),
            )

    def _note(self, where: dict[str, dict[Unit, str]], work: UnitWork, what: str) -> None:
        self._sweeps[work.sweep.sweep_id] = work.sweep
        where.setdefault(work.sweep.sweep_id, {})[work.unit] = what
