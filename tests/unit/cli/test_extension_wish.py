"""`--for` and `--until`: one date, or an error that says how to write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from steward.domain.instants import spoken
from steward_cli.extension_wish import wished_date
from steward_cli.failures import ExitCode, Failure
from tests.factories import NOW

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("written", ["7d", "P7D", "168h", "1w"])
def test_a_duration_counts_from_the_day_the_stack_would_go(written: str) -> None:
    assert wished_date(written, None, NOW, BERLIN) == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        pytest.param("2027-01-31", datetime(2027, 1, 31, 23, tzinfo=UTC), id="the-whole-day"),
        pytest.param("2027-01-31T18:00", datetime(2027, 1, 31, 17, tzinfo=UTC), id="in-its-zone"),
        pytest.param("2027-01-31T18:00Z", datetime(2027, 1, 31, 18, tzinfo=UTC), id="in-utc"),
    ],
)
def test_a_date_is_read_as_a_tag_would_be(written: str, date: datetime) -> None:
    assert wished_date(None, written, NOW, BERLIN) == date


@pytest.mark.parametrize(
    ("longer", "until"),
    [
        pytest.param("99999d", None, id="duration"),
        pytest.param(None, "9999-12-31", id="last-day-of-the-calendar"),
    ],
)
def test_the_farthest_date_can_still_be_told_in_every_zone(
    longer: str | None, until: str | None
) -> None:
    date = wished_date(longer, until, NOW, BERLIN)
    assert spoken(date, ZoneInfo("Pacific/Kiritimati")).startswith("Fri 2300-09-07")


@pytest.mark.parametrize(
    ("longer", "until", "complaint"),
    [
        pytest.param(None, None, "how long is not said", id="neither"),
        pytest.param("7d", "2027-01-31", "or said twice", id="both"),
        pytest.param("7", None, "--for: '7' is not a duration", id="no-unit"),
        pytest.param("-7d", None, "--for: '-7d' is not a duration", id="backwards"),
        pytest.param("", None, "--for: '' is not a duration", id="empty-duration"),
        pytest.param(None, "soon", "--until: 'soon' is not a date", id="no-date"),
        pytest.param(None, "31.01.2027", "--until: '31.01.2027' is not a date", id="local-form"),
        pytest.param(None, "", "--until: '' is not a date", id="empty-date"),
    ],
)
def test_what_cannot_be_understood_is_a_wrong_call(
    longer: str | None, until: str | None, complaint: str
) -> None:
    with pytest.raises(Failure) as failed:
        wished_date(longer, until, NOW, BERLIN)
    assert complaint in failed.value.what
    assert "like" in failed.value.todo
    assert failed.value.code is ExitCode.USAGE
