"""The doctor outlives every check: one that breaks, hangs or is denied says so for itself."""

from datetime import timedelta
from threading import Event

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from steward.workflows.policies import NoPolicy
from steward_cli.doctor.examining import Check, examine, finding_of
from steward_cli.doctor.findings import Finding, Status, fail, ok, some, together, warn

AT_ONCE = timedelta(seconds=0.05)


def well(subject: str) -> Finding:
    return ok(f"{subject} is well")


def broken(_subject: str) -> Finding:
    raise KeyError("Subscriptions")


def denied(message: str) -> ClientError:
    refusal = {"Error": {"Code": "AccessDenied", "Message": message}}
    return ClientError(refusal, "ListSubscriptionsByTopic")  # type: ignore[arg-type]


def test_a_check_that_breaks_fails_and_the_others_go_on() -> None:
    found = {
        each.name: each.finding
        for each in examine([Check("a", well), Check("b", broken), Check("c", well)], "it")
    }
    assert found["a"] == found["c"] == ok("it is well")
    assert found["b"].status is Status.FAIL
    assert found["b"].why == "the check broke: KeyError: 'Subscriptions'"


def test_checks_that_hang_are_given_up_and_block_nobody() -> None:
    """Twice as many hang as threads run at once."""
    forever = Event()

    def hang(_subject: str) -> Finding:
        forever.wait()
        return ok("at last")

    stuck = [Check(f"stuck-{place}", hang, AT_ONCE) for place in range(4)]
    found = {
        each.name: each.finding for each in examine([*stuck, Check("fine", well)], "it", at_once=2)
    }
    forever.set()
    assert found["fine"] == ok("it is well")
    assert [found[check.name].why for check in stuck] == ["no answer within 0.05 seconds"] * 4
    assert found["stuck-1"].mend == "run it alone: steward doctor --only stuck-1"


def test_a_check_may_wait_for_its_turn_longer_than_for_its_answer() -> None:
    first = Event()

    def slow(_subject: str) -> Finding:
        assert not first.wait(0.04)
        return ok("done")

    checks = [Check(str(place), slow, timedelta(seconds=1)) for place in range(4)]
    assert {each.finding.status for each in examine(checks, "it", at_once=1)} == {Status.OK}


NAMED = "User: arn:x is not authorized to perform: sns:ListSubscriptionsByTopic, on resource: y"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        pytest.param(
            denied(NAMED),
            "sns:ListSubscriptionsByTopic is not allowed",
            id="IAM names the action",
        ),
        pytest.param(
            denied("You don't have permissions to access this resource."),
            "ListSubscriptionsByTopic is not allowed",
            id="a service names nothing",
        ),
        pytest.param(
            EndpointConnectionError(endpoint_url="https://sns"),
            'it could not be looked at: Could not connect to the endpoint URL: "https://sns"',
            id="no way to the service",
        ),
    ],
)
def test_what_kept_a_check_from_looking_is_its_failure(error: Exception, why: str) -> None:
    found = finding_of(error)
    assert (found.status, found.why) == (Status.FAIL, why)
    assert found.mend


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        pytest.param([], ok("fine"), id="none"),
        pytest.param(
            [warn("a", "do it"), fail("b", "do it")],
            Finding(Status.FAIL, "b; a", "do it"),
            id="the worst first, the same mending once",
        ),
    ],
)
def test_problems_become_one_finding(problems: list[Finding], expected: Finding) -> None:
    assert together(problems, ok("fine")) == expected


def test_long_lists_are_cut_and_counted() -> None:
    def listing(count: int) -> str:
        return some(map(str, range(count)))

    assert listing(5) == "0, 1, 2, 3, 4"
    assert listing(7) == "0, 1, 2, 3, 4 and 2 more"


def test_without_a_policy_a_check_that_needs_one_is_skipped() -> None:
    found = finding_of(NoPolicy("AppConfig holds no deployed policy"))
    assert (found.status, found.why) == (
        Status.SKIPPED,
        "there is no policy to look by: see policy",
    )
