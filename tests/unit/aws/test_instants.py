"""Instants as AWS writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from steward.aws.instants import instant_of

AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(AT, id="aware"),
        pytest.param(AT.astimezone(timezone(timedelta(hours=5, minutes=30))), id="another-zone"),
        pytest.param(AT.replace(tzinfo=None), id="naive-is-utc"),
        pytest.param(1772359200, id="seconds"),
        pytest.param(1772359200.0, id="fractions"),
        pytest.param("2026-03-01T10:00:00.000+0000", id="lambda"),
        pytest.param("2026-03-01T10:00:00.000Z", id="config"),
        pytest.param("2026-03-01T10:00:00", id="no-offset-is-utc"),
        pytest.param("2026-03-01T12:00:00+02:00", id="offset"),
    ],
)
def test_every_spelling_is_the_same_instant_in_utc(written: object) -> None:
    instant = instant_of(written)
    assert instant == AT
    assert instant.tzinfo is UTC


@pytest.mark.parametrize("written", [None, "", "yesterday", True, [], {}, 1e30, float("nan")])
def test_what_is_no_instant_is_none(written: object) -> None:
    assert instant_of(written) is None
