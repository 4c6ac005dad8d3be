from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steward.notify.buttons import buttons_of, has_buttons
from steward.notify.digest import Row
from tests.factories import CREATED, NOW
from tests.unit.notify.examples import LINKS
from tests.unit.notify.rows import (
    DAY,
    OWNER,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    occasion,
    open_policy,
)

SECOND = timedelta(seconds=1)
POLICY = open_policy()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(due_row(marked_lease(), POLICY), id="to-be-deleted"),
        pytest.param(blocked_row(marked_lease()), id="blocked"),
    ],
)
def test_a_living_stack_can_be_extended_or_kept(row: Row) -> None:
    extend, keep = buttons_of(row, occasion(links=LINKS))
    assert (extend.label, extend.spoken) == ("Extend", "Extend feat-cart")
    assert (keep.label, keep.spoken) == (
        "Keep until 2027-01-12",
        "Keep until 2027-01-12: feat-cart",
    )
    asked = (row.notice, OWNER, row.not_before, POLICY, NOW)
    assert (extend.url, keep.url) == (LINKS.extend(*asked), LINKS.keep(*asked))


def test_a_deleted_stack_has_no_buttons() -> None:
    assert buttons_of(deleted_row(marked_lease()), occasion(links=LINKS)) == ()


def test_without_a_page_there_are_no_buttons() -> None:
    assert buttons_of(due_row(marked_lease(), POLICY), occasion()) == ()


@pytest.mark.parametrize(
    ("ends", "offered"),
    [
        pytest.param(CREATED + 60 * DAY - SECOND, True, id="a-second-of-life-left"),
        pytest.param(CREATED + 60 * DAY, False, id="exactly-its-longest-life"),
    ],
)
@pytest.mark.parametrize("field", ["expires_at", "delete_after"])
def test_a_stack_without_life_left_is_offered_none(
    field: str, ends: datetime, offered: bool
) -> None:
    row = blocked_row(marked_lease())
    changes: dict[str, Any] = {field: ends}
    at_its_end = replace(row, notice=replace(row.notice, **changes))
    assert has_buttons(at_its_end, occasion(links=LINKS)) is offered


def test_a_stack_older_than_its_longest_life_is_offered_none() -> None:
    row = blocked_row(marked_lease(created_at=NOW - 60 * DAY, expires_at=NOW - 20 * DAY))
    assert not has_buttons(row, occasion(links=LINKS))
    younger = blocked_row(marked_lease(created_at=NOW - 60 * DAY + SECOND, expires_at=NOW - DAY))
    assert has_buttons(younger, occasion(links=LINKS))


def test_the_last_day_is_one_of_the_readers_zone() -> None:
    here = occasion(links=LINKS)
    there = replace(here, zone=ZoneInfo("Pacific/Kiritimati"))
    late = due_row(marked_lease(created_at=CREATED + timedelta(hours=3)), POLICY)
    labels = [buttons_of(late, each)[1].label for each in (here, there)]
    assert labels == ["Keep until 2027-01-12", "Keep until 2027-01-13"]
