"""One loop a deployment: none is lost for long, and two become one."""

import json

import pytest

from tests.integration.functions.rollout_guard.deployments import STARTED, minutes
from tests.integration.functions.rollout_guard.unit import DEPLOYMENT, GuardUnit
from tests.integration.functions.samples import sample

ENFORCE = {"version": 1, "shift": {"mode": "enforce"}}


def test_the_start_of_a_deployment_begins_its_guard(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    assert unit.start() == f"{DEPLOYMENT} is looked at from now on"
    (message,) = unit.waiting
    assert (message["deployment_id"], message["looks"]) == (DEPLOYMENT, 0)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"platform": "ECS"}, "it deploys to ECS", id="not-lambda"),
        pytest.param(
            {"hooks": ("CodeDeployHook_a", "CodeDeployHook_b")}, "names no hook", id="not-ours"
        ),
        pytest.param({"status": "Succeeded"}, "it has ended: Succeeded", id="over"),
        pytest.param({"revision_type": "S3"}, "names no hook", id="unreadable"),
    ],
)
def test_what_is_not_ours_is_not_looked_at(
    unit: GuardUnit, facts: dict[str, str], reason: str
) -> None:
    unit.codedeploy.create(DEPLOYMENT, **facts)
    assert reason in unit.start()
    assert unit.waiting == []


def test_a_deployment_that_codedeploy_does_not_know_is_not_looked_at(unit: GuardUnit) -> None:
    assert f"there is no deployment {DEPLOYMENT}" in unit.start()
    assert unit.waiting == []


def test_a_deployment_whose_appspec_is_hidden_is_no_silent_gap(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.exchange.refuse("GetApplicationRevision", "AccessDeniedException")
    with pytest.raises(Exception, match="GetApplicationRevision is not allowed"):
        unit.start()


@pytest.mark.parametrize("state", ["SUCCESS", "FAILURE", "STOP", "READY"])
def test_other_states_begin_nothing(unit: GuardUnit, state: str) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    event = sample("codedeploy_state_change")
    event["detail"]["state"] = state
    assert unit.call(event)["answer"] == f"{DEPLOYMENT}: nothing begins with state {state}"
    assert unit.waiting == []


def test_a_deployment_that_has_not_started_is_looked_at_until_it_does(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT, status="Created", running="")
    unit.start()
    unit.run_until(STARTED + minutes(3))
    assert unit.guard().looks == 4


def test_looks_are_a_minute_apart(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.attempted(seconds=600)
    unit.start()
    unit.run_until(STARTED + minutes(5))
    delays = [each["DelaySeconds"] for each in unit.exchange.sent("SendMessage")]
    assert delays == [0, *[60] * 6]
    assert [message["looks"] for message in unit.waiting] == [6]


def test_messages_that_are_delivered_twice_do_not_count_twice(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare({"version": 1, "shift": {"mode": "enforce", "breaches": 3}})
    unit.traffic(failing=0.6)
    unit.start()
    for minute in range(4):
        unit.repeat_messages()
        unit.run_until(STARTED + minutes(minute))
    assert (unit.guard().enforced, unit.codedeploy.stopped) == (2, [])
    unit.run_until(STARTED + minutes(4))
    assert unit.codedeploy.stopped == [DEPLOYMENT]


def test_loops_that_were_begun_twice_become_one(unit: GuardUnit) -> None:
    """The hook asks for a look, too, and so may every start that is delivered twice."""
    unit.codedeploy.create(DEPLOYMENT)
    unit.attempted(seconds=600)
    unit.start()
    unit.start()
    unit.repeat_messages()
    unit.look()
    unit.run_until(STARTED + minutes(5))
    assert len(unit.waiting) == 1
    assert unit.guard().looks == 6


def test_a_lost_loop_goes_on_with_the_next_schedule(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare({"version": 1, "shift": {"mode": "enforce", "breaches": 4}})
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(3))
    assert unit.guard().enforced == 2
    unit.lose_messages()
    unit.clock = STARTED + minutes(7)
    unit.watch()
    assert unit.waiting == [], "its last look is only four minutes ago"
    unit.clock = STARTED + minutes(8)
    unit.watch()
    assert [message["looks"] for message in unit.waiting] == [4]
    unit.run_until(STARTED + minutes(9))
    assert unit.codedeploy.stopped == [DEPLOYMENT]


def test_a_loop_that_was_only_late_ends_once_another_took_over(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.attempted(seconds=600)
    unit.start()
    unit.run_until(STARTED + minutes(1))
    (late,) = unit.waiting
    unit.lose_messages()
    unit.clock = STARTED + minutes(6)
    unit.watch()
    unit.run_until(STARTED + minutes(7))
    assert unit.look(json.dumps(late)) == []
    assert len(unit.waiting) == 1


def test_the_schedule_begins_what_no_event_began(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.codedeploy.create("d-DONE", status="Succeeded")
    unit.codedeploy.create("d-QUEUED", status="Queued", running="")
    unit.codedeploy.create("d-ECS", platform="ECS")
    assert unit.watch() == "3 deployments are unfinished"
    assert {message["deployment_id"] for message in unit.waiting} == {DEPLOYMENT, "d-QUEUED"}


def test_the_schedule_reads_all_pages(unit: GuardUnit) -> None:
    unit.codedeploy.page = 2
    for number in range(5):
        unit.codedeploy.create(f"d-{number}")
    assert unit.watch() == "5 deployments are unfinished"
    assert len(unit.waiting) == 5


def test_one_deployment_that_cannot_be_read_does_not_keep_others_from_being_looked_at(
    unit: GuardUnit,
) -> None:
    for number in range(3):
        unit.codedeploy.create(f"d-{number}")
    unit.exchange.refuse("GetDeployment", "ThrottlingException", skip=2)
    with pytest.raises(Exception, match=r"no guard was begun for d-1 \(ThrottlingException"):
        unit.watch()
    assert {message["deployment_id"] for message in unit.waiting} == {"d-0", "d-2"}
    unit.watch()
    assert {message["deployment_id"] for message in unit.waiting} == {"d-0", "d-1", "d-2"}


def test_a_guard_that_has_ended_is_not_begun_again(unit: GuardUnit) -> None:
    deployed = unit.codedeploy.create(DEPLOYMENT, status="Stopped")
    unit.look()
    deployed.status = "InProgress"
    unit.clock = STARTED + minutes(60)
    unit.watch()
    assert unit.waiting == []


def test_a_guard_gives_up_after_50_hours(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT, running="")
    unit.clock = STARTED + minutes(50 * 60 + 1)
    assert unit.look() == []
    assert unit.waiting == []
    assert "looked at for 50 hours" in unit.guard().note


def test_a_deployment_that_has_gone_ends_its_guard(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.start()
    unit.codedeploy.deployments.clear()
    unit.run_until(STARTED + minutes(5))
    assert unit.waiting == []
    assert "there is no deployment" in unit.guard().note


@pytest.mark.parametrize("operation", ["PutItem", "SendMessage", "GetDeployment", "GetItem"])
def test_a_look_that_failed_is_made_again(unit: GuardUnit, operation: str) -> None:
    unit.shifting()
    unit.declare({"version": 1, "shift": {"mode": "enforce", "breaches": 3}})
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(2))
    unit.exchange.refuse(operation, "InternalServerError")
    unit.run_until(STARTED + minutes(3))
    unit.run_until(STARTED + minutes(20))
    assert unit.codedeploy.stopped == [DEPLOYMENT]
    assert len(unit.waiting) == 1


def test_one_bad_message_does_not_fail_the_others(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.attempted(seconds=600)
    good = sample("sqs_guard_look")["Records"][0]["body"]
    assert unit.look("{", good, '{"deployment_id": "x"}') == ["0", "2"]
    assert len(unit.waiting) == 1


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"job": "dance"}, id="unknown-job"),
        pytest.param({"job": "watch", "more": 1}, id="extra-field"),
        pytest.param({"source": "aws.codedeploy", "detail": {"state": "START"}}, id="no-id"),
        pytest.param(
            {"source": "aws.ec2", "detail": {"state": "START", "deploymentId": "d-A"}}, id="source"
        ),
        pytest.param(
            {"source": "aws.codedeploy", "detail": {"state": "START", "deploymentId": "../x"}},
            id="bad-id",
        ),
    ],
)
def test_an_event_that_is_not_the_guard_s_says_what_is(
    unit: GuardUnit, event: dict[str, object]
) -> None:
    with pytest.raises(Exception, match="the guard has no answer to this event"):
        unit.call(event)
    assert not unit.exchange.calls


def test_fields_that_codedeploy_adds_to_its_event_are_let_pass(unit: GuardUnit) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    event = sample("codedeploy_state_change") | {"new": 1}
    event["detail"]["alsoNew"] = {"a": 1}
    unit.call(event)
    assert len(unit.waiting) == 1
