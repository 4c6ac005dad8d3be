"""The shipped table against botocore's identifiers, cfn-lint's dates and its own history."""

from collections import defaultdict
from datetime import date

import pytest

from local.refresh_runtimes.__main__ import TABLE
from local.refresh_runtimes.differences import differences, known_differences, reasons
from local.refresh_runtimes.document import table_text
from local.refresh_runtimes.peers import installed_peers
from steward.data.runtime_table import bundled
from steward.domain.runtimes.lifecycle import Confidence, Milestone, Move, OperatingSystem, Runtime

ROWS = [pytest.param(row, id=name) for name, row in bundled().runtimes.items()]
# Their documented blocks precede their deprecation.
OUT_OF_ORDER = {"dotnetcore2.0", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10"}


def test_the_table_knows_every_identifier_of_the_sdk() -> None:
    assert set(installed_peers().identifiers) - bundled().runtimes.keys() == set()


def test_the_table_knows_every_runtime_of_cfn_lint() -> None:
    assert installed_peers().rows.keys() - bundled().runtimes.keys() == set()


def test_the_table_differs_from_cfn_lint_exactly_where_it_says_why() -> None:
    found = differences(bundled(), installed_peers())
    assert found == known_differences(), "give each a reason, or run make refresh-runtimes"
    assert all(each.why for each in reasons())


def test_the_committed_table_is_what_a_refresh_writes() -> None:
    assert TABLE.read_text("utf-8") == table_text(bundled())


@pytest.mark.parametrize(
    ("runtime_id", "deprecated", "create_block", "update_block"),
    [
        ("python3.8", "2024-10-14", "2027-02-01", "2027-03-03"),
        ("python3.10", "2026-10-31", "2027-02-01", "2027-03-03"),
        ("go1.x", "2024-01-08", "2024-02-08", "2027-03-03"),
        ("provided.al2", "2026-07-31", "2027-02-01", "2027-03-03"),
        ("nodejs22.x", "2027-04-30", "2027-06-01", "2027-07-01"),
        ("python3.12", "2028-10-31", "2028-11-30", "2029-01-10"),
        ("java11.al2023", "2029-06-30", "2029-07-31", "2029-08-31"),
        ("dotnet9", "2026-11-10", None, None),
        ("python3.15", None, None, None),
    ],
)
def test_dates_are_the_published_ones(
    runtime_id: str, deprecated: str | None, create_block: str | None, update_block: str | None
) -> None:
    row = bundled().runtimes[runtime_id]
    days = [str(day) if day else None for day in map(row.day_of, Milestone)]
    assert days == [deprecated, create_block, update_block]


def test_only_the_known_runtimes_have_dates_out_of_order() -> None:
    found = set()
    for name, row in bundled().runtimes.items():
        days = [day for _milestone, day in row.scheduled()]
        found |= {name} if days != sorted(days) else set()
    assert found == OUT_OF_ORDER


@pytest.mark.parametrize("row", ROWS)
def test_every_row_says_where_it_is_from(row: Runtime) -> None:
    assert row.sources
    in_doubt = row.confidence in {Confidence.INFERRED, Confidence.DISPUTED} or not row.ga
    assert bool(row.note) or not in_doubt
    assert row.confidence is not Confidence.CONFIRMED or len(row.sources) >= 2


@pytest.mark.parametrize("row", ROWS)
def test_only_a_customer_managed_runtime_has_no_operating_system(row: Runtime) -> None:
    assert (row.os is None) == (row.id == "custom")
    on_the_first = row.os is OperatingSystem.AL1
    assert row.architectures == ("x86_64",) or not on_the_first


@pytest.mark.parametrize("row", ROWS)
def test_moves_lead_without_a_gap_to_the_present_date(row: Runtime) -> None:
    chains: dict[tuple[str, Milestone], list[Move]] = defaultdict(list)
    for move in row.moves:
        chains[move.source, move.milestone].append(move)
    assert list(row.moves) == sorted(row.moves, key=lambda move: move.seen)
    for (_source, milestone), chain in chains.items():
        assert [move.after for move in chain[:-1]] == [move.before for move in chain[1:]]
        assert chain[-1].after == row.day_of(milestone)
        assert all(move.before != move.after for move in chain)


def test_the_history_of_the_most_moved_date_is_kept() -> None:
    moves = bundled().runtimes["python3.8"].moves
    told = [
        str(move.after)
        for move in moves
        if (move.source, move.milestone) == ("cfn-lint", Milestone.UPDATE_BLOCK)
    ]
    assert told == ["2025-11-01", "2026-07-01", "2027-03-03"]


def test_no_source_is_younger_than_the_last_move_it_made() -> None:
    for row in bundled().runtimes.values():
        for move in row.moves:
            assert move.seen <= bundled().sources[move.source].as_of
            assert move.seen >= date(2024, 6, 14)
