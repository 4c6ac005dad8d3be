"""A deployment is composed of what was read, and never knows less than it did."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.rollouts.deployments import (
    Deployment,
    EventState,
    LifecycleEvent,
    Revision,
    Target,
    TargetState,
)
from steward.domain.rollouts.history import (
    Description,
    Reading,
    is_settled,
    linked,
    rollout_of,
    with_known,
    with_known_owners,
)
from steward.domain.rollouts.results import Phase
from tests.factories import NOW, UNIT
from tests.rollout_values import FAILED, ROLLBACK, make_rollout, make_verdict

TARGET = Target("shop", "live", "3", "4")
DEPLOYMENT = Deployment(
    deployment_id=FAILED,
    application="app",
    group="group",
    configuration="CodeDeployDefault.LambdaAllAtOnce",
    status="InProgress",
    creator="user",
    compute_platform="Lambda",
    created_at=NOW,
)
REVISION = Revision(TARGET, {LifecycleEvent.BEFORE_ALLOW_TRAFFIC: "CodeDeployHook_steward-pre"})
PRE, POST = make_verdict(), make_verdict(phase=Phase.POST)


def composed(**read: Any) -> Any:
    return rollout_of(Reading(UNIT, DEPLOYMENT, **read), Description())


def test_the_appspec_says_what_is_deployed() -> None:
    rollout = composed(revision=REVISION)
    assert (rollout.function, rollout.alias) == ("shop", "live")
    assert (rollout.from_version, rollout.to_version) == ("3", "4")
    assert rollout.hooks == {"BeforeAllowTraffic": "CodeDeployHook_steward-pre"}


def test_without_an_appspec_codedeploys_target_says_it() -> None:
    assert composed(state=TargetState("InProgress", TARGET)).to_version == "4"


def test_without_either_it_is_on_record_all_the_same() -> None:
    assert composed().function == ""


def test_both_saying_different_things_is_a_problem() -> None:
    other = TargetState("InProgress", replace(TARGET, target_version="5"))
    assert composed(revision=REVISION, state=other).problems == (
        "the AppSpec deploys shop:live from 3 to 4, but CodeDeploy shifts shop:live from 3 to 5",
    )
    same = TargetState("InProgress", TARGET)
    assert composed(revision=REVISION, state=same).problems == ()


def test_the_shift_is_the_lifecycle_event_of_traffic() -> None:
    ended = NOW + timedelta(minutes=5)
    events = (EventState("Start", "Succeeded", NOW), EventState("AllowTraffic", "", NOW, ended))
    rollout = composed(state=TargetState("InProgress", TARGET, events))
    assert (rollout.shift_started_at, rollout.shift_ended_at) == (NOW, ended)


def test_verdicts_are_in_the_order_of_phases() -> None:
    assert composed(verdicts=(POST, PRE)).verdicts == (PRE, POST)


@pytest.mark.parametrize(
    "forgotten",
    [
        pytest.param({"function": "", "alias": "", "to_version": ""}, id="appspec"),
        pytest.param({"shift_started_at": None}, id="target"),
        pytest.param({"verdicts": ()}, id="verdicts"),
        pytest.param({"owners": (), "owner_source": ""}, id="owners"),
        pytest.param({"stack": ""}, id="tags"),
        pytest.param({"rolled_back_by": ""}, id="link"),
        pytest.param({"status": "InProgress", "completed_at": None}, id="late-answer"),
    ],
)
def test_what_was_known_stays(forgotten: dict[str, Any]) -> None:
    known = make_rollout(
        status="Failed", verdicts=(PRE,), rolled_back_by=ROLLBACK, shift_started_at=NOW
    )
    assert with_known(known.model_copy(update=forgotten), known) == known


def test_what_is_read_anew_counts() -> None:
    known = make_rollout(status="InProgress", completed_at=None, verdicts=(PRE,))
    later = replace(PRE, reason="overruled")
    now = make_rollout(status="Failed", verdicts=(later, POST), problems=("one",))
    assert with_known(now, known) == now


def test_the_first_time_all_is_new() -> None:
    assert with_known(now := make_rollout(), None) is now


@pytest.mark.parametrize(
    ("known", "verdicts", "settled"),
    [
        pytest.param(None, (), False, id="nothing-known"),
        pytest.param(make_rollout(), (), True, id="over"),
        pytest.param(make_rollout(status="InProgress"), (), False, id="running"),
        pytest.param(make_rollout(owners=()), (), False, id="without-owners"),
        pytest.param(make_rollout(problems=("one",)), (), False, id="with-a-problem"),
        pytest.param(make_rollout(), (PRE,), False, id="a-verdict-more"),
        pytest.param(make_rollout(verdicts=(PRE,)), (PRE,), True, id="the-same-verdict"),
    ],
)
def test_owners_are_settled_with_the_deployment(
    known: Any, verdicts: tuple[Any, ...], settled: bool
) -> None:
    assert is_settled(known, verdicts) is settled


FALLBACK = Description(owners=("platform@example.com",), owner_source="the fallback")


@pytest.mark.parametrize(
    ("about", "known", "owner"),
    [
        pytest.param(FALLBACK, make_rollout(), "platform@example.com", id="all-was-read"),
        pytest.param(
            replace(FALLBACK, problems=("tags",)),
            make_rollout(),
            "checkout@example.com",
            id="less-was-read",
        ),
        pytest.param(
            replace(FALLBACK, problems=("tags",)), None, "platform@example.com", id="the-first-time"
        ),
        pytest.param(
            replace(FALLBACK, problems=("tags",)),
            make_rollout(owners=()),
            "platform@example.com",
            id="nobody-was-known",
        ),
        pytest.param(
            replace(FALLBACK, problems=("tags",), owner_source="rollout configuration"),
            make_rollout(),
            "platform@example.com",
            id="configured",
        ),
    ],
)
def test_owners_stay_where_less_can_be_read(about: Description, known: Any, owner: str) -> None:
    assert with_known_owners(about, known).owners == (owner,)


def test_a_link_goes_both_ways() -> None:
    failed = make_rollout(status="Failed")
    back = make_rollout(ROLLBACK, rolls_back=FAILED, is_rollback=True)
    assert linked(failed, back).rolled_back_by == ROLLBACK
    undone = make_rollout(status="Failed", rolled_back_by=ROLLBACK)
    found = linked(make_rollout(ROLLBACK), undone)
    assert (found.rolls_back, found.is_rollback) == (FAILED, True)


def test_strangers_are_not_linked() -> None:
    one = make_rollout()
    assert linked(one, make_rollout(ROLLBACK, rolls_back="d-ANOTHER")) is one
