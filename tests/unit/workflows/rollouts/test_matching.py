"""Regular expressions end, whatever they are given."""

import sys
import time

import pytest

from steward.workflows.rollouts import matching
from steward.workflows.rollouts.matching import MatchFailed, matches


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        pytest.param(r"^v\d+\.\d+$", "v1.20", True, id="found"),
        pytest.param(r"^v\d+\.\d+$", "v1.x", False, id="not-found"),
        pytest.param("b", "abc", True, id="anywhere"),
        pytest.param("^ü.$", "üß", True, id="beyond-ascii"),
        pytest.param("b$", "a\0b", True, id="behind-a-zero"),
        pytest.param(".", "\ud83d", True, id="half-a-character"),
        pytest.param("", "", True, id="empty"),
    ],
)
def test_a_pattern_is_searched_for(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


def test_a_pattern_that_backtracks_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LONGEST_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(MatchFailed, match=r"longer than 0\.5 s; write a simpler one"):
        matches("(a+)+$", "a" * 60 + "b")
    assert time.monotonic() - began < 10


def test_a_process_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(MatchFailed, match="no process could be started"):
        matches("a", "a")


def test_a_pattern_that_is_none_is_no_match() -> None:
    with pytest.raises(MatchFailed, match="ended with status 1"):
        matches("(", "(")
