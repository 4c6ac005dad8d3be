"""`make refresh-runtimes`: what it takes over, what it keeps, and what it says of it."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from local.refresh_runtimes import __main__ as command
from local.refresh_runtimes.differences import Difference
from local.refresh_runtimes.merging import Look
from local.refresh_runtimes.peers import Peers, Row, installed_peers
from steward.domain.runtimes.lifecycle import Confidence, Lifecycle, Milestone, Runtime

TODAY = date(2026, 11, 23)
MOVED = date(2027, 9, 9)
PEERS = installed_peers()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(command.TABLE, tmp_path / "table.json"))


def stating(runtime_id: str, milestone: Milestone, day: date | None) -> Peers:
    row = PEERS.rows[runtime_id]
    changed = replace(row, days={**row.days, milestone: day})
    return replace(PEERS, rows={**PEERS.rows, runtime_id: changed})


def read(path: Path) -> Lifecycle:
    return Lifecycle.model_validate_json(path.read_bytes())


def row_of(path: Path, runtime_id: str) -> Runtime:
    return read(path).runtimes[runtime_id]


def test_without_news_nothing_is_written_anew(path: Path) -> None:
    before = path.read_bytes()
    said = command.refresh(path, PEERS, Look(TODAY))
    assert said == "lambda_runtimes.json: nothing new\n"
    assert path.read_bytes() == before


def test_a_date_that_moved_is_taken_over_and_its_history_kept(path: Path) -> None:
    before = row_of(path, "python3.10")
    peers = stating("python3.10", Milestone.CREATE_BLOCK, MOVED)
    said = command.refresh(path, peers, Look(TODAY))
    after = row_of(path, "python3.10")
    assert after.create_block == MOVED
    assert after.moves[: len(before.moves)] == before.moves
    move = after.moves[-1]
    assert (move.before, move.after, move.seen) == (before.create_block, MOVED, TODAY)
    assert '-      "create_block": "2027-02-01",' in said
    assert '+      "create_block": "2027-09-09",' in said


def test_a_date_that_is_called_off_is_a_move_too(path: Path) -> None:
    command.refresh(path, stating("python3.10", Milestone.CREATE_BLOCK, None), Look(TODAY))
    after = row_of(path, "python3.10")
    assert (after.create_block, after.moves[-1].after) == (None, None)


def test_twice_is_as_good_as_once(path: Path) -> None:
    peers = stating("python3.10", Milestone.CREATE_BLOCK, MOVED)
    command.refresh(path, peers, Look(TODAY))
    assert command.refresh(path, peers, Look(TODAY)) == "lambda_runtimes.json: nothing new\n"


def test_what_was_written_by_hand_stays(path: Path) -> None:
    before = row_of(path, "java11.al2023")
    command.refresh(path, stating("python3.10", Milestone.CREATE_BLOCK, MOVED), Look(TODAY))
    assert row_of(path, "java11.al2023") == before


def test_a_new_identifier_is_a_preview_until_somebody_says_more(path: Path) -> None:
    peers = replace(PEERS, identifiers=(*PEERS.identifiers, "python3.16"))
    said = command.refresh(path, peers, Look(TODAY))
    row = row_of(path, "python3.16")
    assert (row.family, row.version, row.ga, row.os) == ("python", (3, 16), False, None)
    assert row.sources == ("botocore",)
    assert "DIFFERENT, give a reason: python3.16: row: cfn-lint says absent" in said


def catching_up(create_block: date) -> Peers:
    days = {
        Milestone.DEPRECATED: date(2029, 6, 30),
        Milestone.CREATE_BLOCK: create_block,
        Milestone.UPDATE_BLOCK: date(2029, 8, 31),
    }
    return replace(PEERS, rows={**PEERS.rows, "java11.al2023": Row(days, "java25")})


def test_cfn_lint_catching_up_confirms_a_row(path: Path) -> None:
    said = command.refresh(path, catching_up(date(2029, 7, 31)), Look(TODAY))
    row = row_of(path, "java11.al2023")
    assert (row.confidence, row.moves[-1].source) == (Confidence.CONFIRMED, "endoflife.date")
    assert row.sources[0] == "cfn-lint"
    assert "no longer different, take it off: java11.al2023: row" in said


def test_cfn_lint_correcting_a_guess_is_a_move(path: Path) -> None:
    command.refresh(path, catching_up(date(2029, 7, 30)), Look(TODAY))
    row = row_of(path, "java11.al2023")
    assert row.confidence is Confidence.INFERRED
    assert (row.create_block, row.moves[-1].before) == (date(2029, 7, 30), date(2029, 7, 31))


def test_a_known_difference_is_not_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = frozenset({Difference.of_day("python3.10", Milestone.CREATE_BLOCK, MOVED)})
    monkeypatch.setattr("local.refresh_runtimes.merging.known_differences", lambda: known)
    before = row_of(path, "python3.10")
    command.refresh(path, stating("python3.10", Milestone.CREATE_BLOCK, MOVED), Look(TODAY))
    assert row_of(path, "python3.10") == before


def test_only_a_person_makes_the_table_younger(path: Path) -> None:
    before = read(path)
    command.refresh(path, stating("python3.10", Milestone.CREATE_BLOCK, MOVED), Look(TODAY))
    assert read(path).as_of == before.as_of
    assert read(path).sources["cfn-lint"].as_of == TODAY
    assert read(path).sources["botocore"] == before.sources["botocore"]
    command.refresh(path, PEERS, Look(TODAY, checked=TODAY))
    assert read(path).as_of == TODAY
    command.refresh(path, PEERS, Look(TODAY, checked=date(2020, 1, 1)))
    assert read(path).as_of == TODAY


def test_a_check_in_the_future_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--checked", "2999-01-01"])
    assert "has not come yet" in capsys.readouterr().err
