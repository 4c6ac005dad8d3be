"""Doors into a unit: what is shut is named once and not tried again."""

from typing import Any, Never, cast

import pytest

from steward.aws.answers import NoAnswer
from steward.aws.errors import NotAllowed
from steward.aws.sessions import AccountUnreachable
from steward.workflows.runtimes.unit_doors import MOST_PROBLEMS, Doors, Problems
from tests.factories import UNIT

SHUT_ACCOUNT = AccountUnreachable(UNIT.account_id, "steward-read", "AccessDenied", "no")


def make_doors() -> Doors:
    return Doors(UNIT, cast("Any", None), "steward-read")


class Shut:
    """A question that is refused; counts how often it was asked."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def __call__(self) -> Never:
        self.asked += 1
        raise self.error


def test_what_is_not_allowed_is_asked_once_and_other_questions_go_on() -> None:
    doors, shut = make_doors(), Shut(NotAllowed("ListAliases", "no"))
    assert [doors.ask("aliases", shut, 0), doors.ask("aliases", shut, 0)] == [0, 0]
    assert shut.asked == 1
    assert doors.ask("triggers", lambda: 7, 0) == 7
    (problem,) = doors.problems.listed()
    assert problem.startswith("aliases: not known, since ListAliases is not allowed")


def test_what_nobody_answers_is_a_problem_too() -> None:
    doors = make_doors()
    shut = Shut(NoAnswer("synthetics:DescribeCanaries", "EndpointConnectionError", "no such host"))
    assert doors.ask("canaries", shut, None) is None
    assert "DescribeCanaries was not answered" in doors.problems.listed()[0]


def test_an_account_that_is_shut_is_asked_nothing_more() -> None:
    doors, shut = make_doors(), Shut(SHUT_ACCOUNT)
    doors.ask("aliases", shut, 0)
    doors.ask("triggers", shut, 0)
    assert shut.asked == 1
    (problem,) = doors.problems.listed()
    assert problem.startswith("aliases and whatever else only the account tells: not known")


def test_a_defect_is_no_shut_door() -> None:
    doors, shut = make_doors(), Shut(KeyError("defect"))
    with pytest.raises(KeyError):
        doors.ask("aliases", shut, 0)


def test_many_problems_are_counted() -> None:
    problems = Problems()
    for number in range(MOST_PROBLEMS + 3):
        problems.note(f"problem {number}")
        problems.note(f"problem {number}")
    listed = problems.listed()
    assert len(listed) == MOST_PROBLEMS + 1
    assert listed[-1] == "3 more; see the worker's log"
