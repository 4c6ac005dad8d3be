"""Files of what a source shows: memory does not grow with functions, and no row is lost."""

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Barrier

import pytest

from steward.domain.runtimes.inventory import SeenFunction, Unreadable
from steward.domain.stacks import Unit
from steward.workflows.runtimes import planning_seen as runtime_planning_seen
from steward.workflows.runtimes.planning_problems import MOST, Problems
from steward.workflows.runtimes.planning_reach import Reach
from steward.workflows.runtimes.planning_seen import LineStore, SeenFiles
from tests.factories import make_account

ACCOUNTS = ["222222222222", "333333333333"]
REGIONS = ("eu-west-1", "us-east-1")
MEGABYTE = 1024 * 1024


@dataclass
class Counting:
    """Takes the files in and forgets them but for how many lines each has."""

    lines: dict[str, int] = field(default_factory=dict)

    def write_lines(self, key: str, lines: Iterable[str]) -> int:
        assert key not in self.lines, f"{key} is written twice"
        self.lines[key] = sum(1 for _ in lines)
        return self.lines[key]


def seen_files(store: LineStore, problems: Problems | None = None) -> SeenFiles:
    accounts = {name: make_account(name) for name in ACCOUNTS}
    reach = Reach(accounts, {}, REGIONS)
    return SeenFiles(store, "20261123T080000Z", "config", reach, problems or Problems())


def rows(count: int) -> Iterator[SeenFunction]:
    """Rows of all units in turn, the worst order there is."""
    for number in range(count):
        yield SeenFunction(
            account_id=ACCOUNTS[number % 2],
            region=REGIONS[number // 2 % 2],
            name=f"function-{number}",
            runtime_id="python3.9",
            tags={"owner": "dev@example.com", "application": f"shop-{number}"},
        )


def peak(count: int) -> int:
    files = seen_files(Counting())
    tracemalloc.start()
    files.write(rows(count))
    _now, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


def test_memory_is_flat_in_functions() -> None:
    few, many = peak(2_000), peak(20_000)
    assert many < few + MEGABYTE / 4


def test_rows_in_the_worst_order_make_few_files_and_none_is_lost() -> None:
    store = Counting()
    files = seen_files(store)
    files.write(rows(5_500))
    assert sum(store.lines.values()) == 5_500
    assert len(store.lines) == 4 * 6
    assert {shown.parts for shown in files.units.values()} == {6}
    assert sum(shown.rows for shown in files.units.values()) == 5_500


@pytest.mark.parametrize("window", [1, 2, 3, 1_000])
def test_no_row_is_lost_whatever_is_held_at_a_time(
    monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(runtime_planning_seen, "WINDOW", window)
    store = Counting()
    seen_files(store).write(rows(25))
    assert sum(store.lines.values()) == 25


def test_every_row_is_in_a_file_counted_as_passed_over_or_a_problem() -> None:
    store, problems = Counting(), Problems()
    files = seen_files(store, problems)
    stranger = SeenFunction(account_id="999999999999", region="eu-west-1", name="theirs")
    nowhere = SeenFunction(account_id=ACCOUNTS[0], region="", name="lost")
    broken = Unreadable(source="Config", reason="Invalid JSON", start="{")
    files.write([*rows(3), stranger, stranger, nowhere, broken])
    assert sum(store.lines.values()) == 3
    assert files.passed_over == {"999999999999": 2}
    assert problems.said() == ("config: lost is in region ''", "Config: Invalid JSON ({)")


def test_only_the_units_that_were_asked_for_get_files() -> None:
    store = Counting()
    files = seen_files(store)
    wanted = Unit(ACCOUNTS[1], "us-east-1")
    files.write(rows(40), frozenset({wanted}))
    assert {*files.units} == {wanted}
    assert sum(store.lines.values()) == 10


@pytest.mark.parametrize(
    ("recorded", "daily"),
    [
        pytest.param(("CONTINUOUS", "CONTINUOUS"), False, id="continuous"),
        pytest.param(("CONTINUOUS", "DAILY"), True, id="one-daily"),
        pytest.param(("", ""), False, id="not-known"),
    ],
)
def test_a_unit_is_recorded_daily_when_some_of_it_is(
    recorded: tuple[str, str], daily: bool
) -> None:
    files = seen_files(Counting())
    files.write(
        SeenFunction(account_id=ACCOUNTS[0], region="eu-west-1", name=each, recorded=each)
        for each in recorded
    )
    assert [shown.daily for shown in files.units.values()] == [daily]


@pytest.mark.parametrize(
    ("count", "more"),
    [
        pytest.param(0, "", id="none"),
        pytest.param(MOST, "", id="as-many-as-are-shown"),
        pytest.param(MOST + 1, "and 1 more like these", id="one-more"),
    ],
)
def test_problems_do_not_grow_with_what_is_wrong(count: int, more: str) -> None:
    problems = Problems()
    for number in range(count):
        problems.note(f"row {number}")
    said = problems.said()
    assert len(said) == min(count, MOST) + bool(more)
    assert (said[-1] if count else "") == (more or (f"row {count - 1}" if count else ""))


@dataclass
class Together:
    """Takes files in only when two are put at once."""

    meeting: Barrier = field(default_factory=lambda: Barrier(2, timeout=5))

    def write_lines(self, key: str, lines: Iterable[str]) -> int:
        self.meeting.wait()
        assert key.startswith("scans/")
        return sum(1 for _ in lines)


def test_files_of_a_window_are_put_several_at_a_time() -> None:
    files = seen_files(Together())
    files.write(rows(4))
    assert [shown.rows for shown in files.units.values()] == [1] * 4


class Full:
    def write_lines(self, key: str, lines: Iterable[str]) -> int:
        raise OSError(f"no room for {key} with {sum(1 for _ in lines)} lines")


def test_a_file_that_cannot_be_put_is_raised() -> None:
    with pytest.raises(OSError, match="no room for scans/"):
        seen_files(Full()).write(rows(4))
