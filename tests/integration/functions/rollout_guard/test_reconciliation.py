"""The hub is told of late deployments again, whatever events were lost."""

from datetime import timedelta

import pytest

from tests.integration.functions.rollout_guard.deployments import STARTED
from tests.integration.functions.rollout_guard.unit import GuardUnit
from tests.integration.functions.samples import sample

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def reconcile(unit: GuardUnit) -> str:
    return str(unit.call(sample("rollout_reconcile"))["answer"])


def test_every_deployment_of_26_hours_is_news_whatever_its_state(unit: GuardUnit) -> None:
    unit.clock = STARTED + 26 * HOUR
    unit.codedeploy.create("d-OLDEST", created_at=STARTED, status="Failed")
    unit.codedeploy.create("d-TOO-OLD", created_at=STARTED - SECOND)
    unit.codedeploy.create("d-NOW", created_at=unit.clock, hooks=("other", "other"))
    assert reconcile(unit) == "news of 2 deployments sent again"
    assert unit.news == [
        {"deploymentId": "d-OLDEST", "what": "reconciliation"},
        {"deploymentId": "d-NOW", "what": "reconciliation"},
    ]


def test_ten_go_in_one_call(unit: GuardUnit) -> None:
    unit.codedeploy.page = 7
    for number in range(23):
        unit.codedeploy.create(f"d-{number}")
    reconcile(unit)
    sizes = [len(each["Entries"]) for each in unit.exchange.sent("PutEvents")]
    assert (sizes, len(unit.news)) == ([10, 10, 3], 23)
    (entry, *_) = unit.exchange.sent("PutEvents")[0]["Entries"]
    assert (entry["Source"], entry["DetailType"]) == ("steward.rollouts", "Steward Rollout News")


def test_no_deployment_is_no_call(unit: GuardUnit) -> None:
    assert reconcile(unit) == "news of 0 deployments sent again"
    assert not unit.exchange.sent("PutEvents")


def test_an_event_that_is_refused_is_sent_again_alone(unit: GuardUnit) -> None:
    for number in range(3):
        unit.codedeploy.create(f"d-{number}")
    unit.refused_events = 1
    reconcile(unit)
    sizes = [len(each["Entries"]) for each in unit.exchange.sent("PutEvents")]
    assert sizes == [3, 1]
    assert {each["deploymentId"] for each in unit.news} == {"d-0", "d-1", "d-2"}


def test_events_that_are_refused_for_good_fail_the_job_after_all_others(unit: GuardUnit) -> None:
    for number in range(12):
        unit.codedeploy.create(f"d-{number}")
    unit.refused_events = 10 * 3
    with pytest.raises(Exception, match=r"refused news of d-0 \(ThrottlingException too many\)"):
        reconcile(unit)
    assert {each["deploymentId"] for each in unit.news} == {"d-10", "d-11"}
    reconcile(unit)
    assert {each["deploymentId"] for each in unit.news} == {f"d-{n}" for n in range(12)}


def test_a_page_that_fails_tells_of_nothing_yet(unit: GuardUnit) -> None:
    unit.codedeploy.page = 2
    for number in range(5):
        unit.codedeploy.create(f"d-{number}")
    unit.exchange.refuse("ListDeployments", "ThrottlingException", skip=1)
    with pytest.raises(Exception, match="ThrottlingException"):
        reconcile(unit)
    assert unit.news == []
