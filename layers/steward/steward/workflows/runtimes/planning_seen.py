"""What Config and Health show, row by row into one file a unit, for the unit's worker.

Rows come as the source gives them. A window of them is held at a time, so memory does not grow with
functions; a unit that comes back in a later window gets a further part. The files of a window are
put several at a time: 40,000, one after the other, would take longer than a planner may run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched, groupby
from typing import Protocol

from steward.domain.runtimes.inventory import Seen, SeenFunction, Unreadable
from steward.domain.runtimes.places import seen_key
from steward.domain.stacks import Unit
from steward.workflows.runtimes.planning_problems import Problems
from steward.workflows.runtimes.planning_reach import Reach, is_region

# Ten pages of Config, two megabytes of rows.
WINDOW = 1_000
# A client keeps ten connections.
THREADS = 8
DAILY = "DAILY"


class LineStore(Protocol):
    """Where the files go."""

    def write_lines(self, key: str, lines: Iterable[str]) -> int: ...


@dataclass(slots=True)
class Shown:
    """What a source showed of one unit. `parts`: how many files. `daily`: some of it is recorded
    once a day only."""

    rows: int = 0
    parts: int = 0
    daily: bool = False


class SeenFiles:
    """Writes the files of one source and counts what is in them, and what is passed over."""

    def __init__(
        self, store: LineStore, scan_id: str, source: str, reach: Reach, problems: Problems
    ) -> None:
        self._store = store
        self._scan_id = scan_id
        self._source = source
        self._reach = reach
        self._problems = problems
        self._units: dict[Unit, Shown] = {}
        self._passed_over: Counter[str] = Counter()

    @property
    def units(self) -> Mapping[Unit, Shown]:
        return self._units

    @property
    def passed_over(self) -> Mapping[str, int]:
        """Rows of accounts that are not looked at."""
        return self._passed_over

    def write(self, rows: Iterable[Seen | Unreadable], only: frozenset[Unit] | None = None) -> None:
        """Write what `rows` show of the units in reach, or of those in `only`."""
        with ThreadPoolExecutor(THREADS) as pool:
            for window in batched(self._in_reach(rows, only), WINDOW, strict=False):
                parts = groupby(sorted(window, key=_unit), key=_unit)
                named = [self._named(unit, tuple(each)) for unit, each in parts]
                for written in [pool.submit(self._put, key, each) for key, each in named]:
                    written.result()

    def _in_reach(
        self, rows: Iterable[Seen | Unreadable], only: frozenset[Unit] | None
    ) -> Iterator[Seen]:
        for row in rows:
            if isinstance(row, Unreadable):
                self._problems.note(row)
            elif self._reach.why_not(row.account_id):
                self._passed_over[row.account_id] += 1
            elif not is_region(row.region):
                self._problems.note(f"{self._source}: {row.name} is in region {row.region!r}")
            elif only is None or row.unit in only:
                yield row

    def _named(self, unit: Unit, rows: Sequence[Seen]) -> tuple[str, Sequence[Seen]]:
        """The unit's next file."""
        shown = self._units.setdefault(unit, Shown())
        key = seen_key(self._scan_id, unit, self._source, shown.parts)
        shown.rows += len(rows)
        shown.parts += 1
        shown.daily = shown.daily or any(map(_is_daily, rows))
        return key, rows

    def _put(self, key: str, rows: Sequence[Seen]) -> None:
        self._store.write_lines(key, (row.model_dump_json() for row in rows))


def _unit(row: Seen) -> Unit:
    return row.unit


def _is_daily(row: Seen) -> bool:
    return isinstance(row, SeenFunction) and row.recorded == DAILY
