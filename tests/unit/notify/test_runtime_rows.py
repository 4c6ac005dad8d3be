from datetime import timedelta
from typing import Any

import pytest

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.notify.runtimes.rows import RuntimeRow, runtime_rows
from tests.factories import NOW
from tests.unit.notify.runtime_examples import every_kind, many, runtime_row

HOUR = timedelta(hours=1)
KINDS = list(RuntimeNoticeKind)


def told(*rows: RuntimeRow) -> list[str]:
    return [row.notice.key for row in runtime_rows(rows)]


@pytest.mark.parametrize("kind", KINDS[:3])
def test_the_newest_of_a_group_says_it_all(kind: RuntimeNoticeKind) -> None:
    older = runtime_row(kind=kind, key="90", queued_at=NOW - HOUR)
    newer = runtime_row(kind=kind, key="60")
    assert told(older, newer) == told(newer, older) == ["60"]


@pytest.mark.parametrize("kind", KINDS[3:])
def test_news_all_stay(kind: RuntimeNoticeKind) -> None:
    rows = [runtime_row(kind=kind, key=key, place=key) for key in ("a", "b")]
    assert told(*rows) == ["a", "b"]


@pytest.mark.parametrize(
    ("older", "is_told"),
    [
        pytest.param({}, False, id="the-same"),
        pytest.param({"runtimes": ("python3.9", "python3.8")}, True, id="another-runtime-too"),
        pytest.param({"runtimes": ("nodejs18.x",)}, True, id="another-runtime"),
        pytest.param({"milestone": Milestone.UPDATE_BLOCK}, True, id="another-milestone"),
    ],
)
def test_an_older_notice_that_says_more_is_told_too(older: dict[str, Any], is_told: bool) -> None:
    before = runtime_row(key="before", queued_at=NOW - HOUR, **older)
    newest = runtime_row(key="now", runtimes=("python3.9", "python3.10"))
    assert sorted(told(before, newest)) == (["before", "now"] if is_told else ["now"])


def test_other_groups_and_other_kinds_stay() -> None:
    rows = [
        runtime_row(key="1"),
        runtime_row(key="2", group="|application|carts"),
        runtime_row(key="3", kind=RuntimeNoticeKind.ESCALATED),
    ]
    assert sorted(told(*rows)) == ["1", "2", "3"]


def test_what_is_blocked_already_comes_first_then_the_nearest_day() -> None:
    rows = runtime_rows([*reversed(list(many(3))), *every_kind()])
    assert [row.notice.place for row in rows][:5] == [
        "222222222222/legacy",
        "stack-000",
        "stack-001",
        "stack-002",
        "orders",
    ]
    kinds = [KINDS.index(row.notice.kind) for row in rows]
    assert kinds == sorted(kinds)


@pytest.mark.parametrize(
    ("group", "owner"),
    [("dev@example.com|application|orders", "dev@example.com"), ("|application|orders", "")],
)
def test_whose_silence_it_is_says_the_group(group: str, owner: str) -> None:
    assert runtime_row(group=group).silent_owner == owner
