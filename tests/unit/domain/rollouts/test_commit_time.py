"""When code was committed is read, and never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.rollouts.commit_time import commit_time

AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
DEPLOYED = AT + timedelta(hours=1)
SAID = "2026-11-23T08:30:00Z"


@pytest.mark.parametrize(
    ("tag", "descriptions"),
    [
        pytest.param(SAID, (), id="tag"),
        pytest.param(" 2026-11-23T09:30:00+01:00 ", (), id="tag-with-blanks"),
        pytest.param(SAID, ("commit-time=2026-11-01T08:30:00Z",), id="tag-first"),
        pytest.param("soon", (f"commit-time={SAID}",), id="not-a-bad-tag"),
        pytest.param("2026-11-24T08:30:00Z", (f"commit-time={SAID}",), id="not-a-later-tag"),
        pytest.param("", (f"commit-time={SAID}",), id="description"),
        pytest.param("", ("build 77 (commit-time=2026-11-23T09:30:00+01:00).",), id="sentence"),
        pytest.param("", (f"Commit-Time={SAID}, by ci",), id="capitals"),
        pytest.param("", ("", f"commit-time={SAID}"), id="the-second-description"),
        pytest.param("", (f"commit-time=soon commit-time={SAID}",), id="after-a-bad-one"),
    ],
)
def test_a_commit_time_is_found(tag: str, descriptions: tuple[str, ...]) -> None:
    assert commit_time(tag, descriptions, DEPLOYED) == AT


@pytest.mark.parametrize(
    ("tag", "description"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("yesterday", "", id="no-time"),
        pytest.param("2026-11-23T08:30:00", "", id="tag-without-offset"),
        pytest.param("", SAID, id="unnamed"),
        pytest.param("", "commit-time=2026-11-23T08:30:00", id="without-offset"),
        pytest.param("", "precommit-time=", id="empty"),
    ],
)
def test_what_says_none_has_none(tag: str, description: str) -> None:
    assert commit_time(tag, (description,), DEPLOYED) is None


def test_nothing_is_committed_after_it_is_deployed() -> None:
    assert commit_time(SAID, (), AT) == AT
    assert commit_time(SAID, (), AT - timedelta(seconds=1)) is None
