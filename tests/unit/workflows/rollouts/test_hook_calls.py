"""CodeDeploy's event, and the time that is left."""

from datetime import timedelta
from typing import Any

import pytest

from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.hook_calls import BadHookEvent, HookRun, begin_run
from tests.unit.workflows.rollouts.benches import NOW

EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e"}


def begun(event: object = EVENT, remaining: float = 900) -> HookRun:
    return begin_run(event, Phase.PRE, "r", NOW, timedelta(seconds=remaining))


def test_an_event_is_a_deployment_and_an_execution() -> None:
    latest = NOW + timedelta(seconds=870)
    assert begun() == HookRun("d-1", "e", Phase.PRE, "r", NOW, latest)


@pytest.mark.parametrize(
    ("remaining", "usable"), [(900, 870), (91, 61), (90, 60), (89.7, 59.8), (9, 6), (0, 0)]
)
def test_half_a_minute_is_kept_for_the_report_and_of_a_short_time_a_third(
    remaining: float, usable: float
) -> None:
    assert begun(remaining=remaining).latest == NOW + timedelta(seconds=usable)


@pytest.mark.parametrize(
    ("event", "missing"),
    [
        pytest.param(None, "DeploymentId and no LifecycleEventHookExecutionId", id="null"),
        pytest.param([EVENT], "DeploymentId and no LifecycleEventHookExecutionId", id="a-list"),
        pytest.param({}, "DeploymentId and no LifecycleEventHookExecutionId", id="empty"),
        pytest.param(EVENT | {"DeploymentId": ""}, "DeploymentId;", id="blank"),
        pytest.param(EVENT | {"DeploymentId": 7}, "DeploymentId;", id="a-number"),
        pytest.param(
            {"DeploymentId": "d-1", "lifecycleEventHookExecutionId": "e"},
            "LifecycleEventHookExecutionId;",
            id="another-spelling",
        ),
    ],
)
def test_what_is_not_codedeploys_is_refused(event: Any, missing: str) -> None:
    with pytest.raises(BadHookEvent, match=f"the event has no {missing}"):
        begun(event)
