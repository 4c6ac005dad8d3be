"""When an override counts, to the second, and why another does not."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.instants import iso
from steward.domain.rollouts.override import Ignored, Override, decide_override

WRITTEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def document(until: object = iso(UNTIL), **more: object) -> dict[str, object]:
    return {"until": until, "reason": "the fix must go out", "by": "ana@example.com", **more}


def why(found: Override | Ignored) -> str:
    assert isinstance(found, Ignored)
    return found.why


def test_an_override_counts_until_the_last_second_before_its_end() -> None:
    found = decide_override(document(), WRITTEN, UNTIL - SECOND)
    assert found == Override(UNTIL, "the fix must go out", "ana@example.com")


def test_an_override_ends_at_its_end() -> None:
    found = decide_override(document(), WRITTEN, UNTIL)
    assert why(found) == "it ended at 2026-11-23T12:00:00Z; delete the parameter"


def test_four_hours_are_the_longest_that_count() -> None:
    longest = iso(WRITTEN + timedelta(hours=4))
    assert isinstance(decide_override(document(longest), WRITTEN, UNTIL), Override)


def test_one_second_more_than_four_hours_does_not_count_at_all() -> None:
    too_long = iso(WRITTEN + timedelta(hours=4) + SECOND)
    found = decide_override(document(too_long), WRITTEN, UNTIL)
    assert "more than 4 hours after it was written" in why(found)
    assert "write one that ends by 2026-11-23T14:00:00Z" in why(found)


def test_an_offset_is_read() -> None:
    found = decide_override(document("2026-11-23T13:00:00+01:00"), WRITTEN, UNTIL - SECOND)
    assert isinstance(found, Override)
    assert found.until == UNTIL


@pytest.mark.parametrize(
    ("written", "place"),
    [
        pytest.param({}, "until", id="empty"),
        pytest.param(document("2026-11-23T12:00:00"), "until", id="no-offset"),
        pytest.param(document("soon"), "until", id="no-instant"),
        pytest.param(document(1795435200), "until", id="seconds-since-1970"),
        pytest.param(document("1795435200"), "until", id="seconds-in-quotes"),
        pytest.param(document(reason=" "), "reason", id="no-reason"),
        pytest.param(document(by=None), "by", id="by-nobody"),
        pytest.param(document(untill="x"), "untill", id="unknown-key"),
    ],
)
def test_what_is_written_otherwise_is_shown_its_shape(
    written: dict[str, object], place: str
) -> None:
    said = why(decide_override(written, WRITTEN, WRITTEN))
    assert said.startswith('it is not written as {"until": ')
    assert f": {place}: " in said


def test_reason_and_name_are_one_line_each_whatever_was_written() -> None:
    written = document(reason="first\nsecond " + "x" * 500, by="a\u202eb")
    found = decide_override(written, WRITTEN, WRITTEN)
    assert isinstance(found, Override)
    assert found.reason.startswith("first second x")
    assert len(found.reason) == 200
    assert found.by == "ab"
    assert "\n" not in str(found)
