"""What CodeDeploy answers, read; and what it refuses, told apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws.app_specs import UnusableRevision
from steward.aws.codedeploy import (
    UnknownDeployment,
    deployments_between,
    group_alarms,
    read_deployment,
    read_revision,
    read_target,
    report,
    shift_length,
    stop,
)
from steward.aws.errors import NotAllowed
from steward.domain.rollouts.deployments import Deployment, EventState, Target, TargetState
from steward.domain.rollouts.results import Status
from tests.unit.aws.scripted import Scripted
from tests.unit.aws.test_app_specs import FUNCTION, TARGET, spec

ID = "d-A1B2C3D4E"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STRING = {"revisionType": "String", "string": {"sha256": "0"}}
INFO = {
    "deploymentId": ID,
    "applicationName": "shop",
    "deploymentGroupName": "shop-live",
    "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
    "status": "Failed",
    "creator": "user",
    "computePlatform": "Lambda",
    "createTime": NOW,
    "startTime": NOW + timedelta(seconds=1),
    "completeTime": NOW + timedelta(seconds=9),
    "revision": STRING,
    "errorInformation": {"code": "HOOK_EXECUTION_FAILURE", "message": "it said so"},
    "rollbackInfo": {
        "rollbackDeploymentId": "d-000000002",
        "rollbackTriggeringDeploymentId": "d-000000001",
        "rollbackMessage": "rolled back",
    },
    "description": "by hand",
    "deploymentStyle": {"deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
}


@pytest.fixture
def aws() -> Scripted:
    return Scripted("codedeploy")


def described(aws: Scripted, **changes: Any) -> Scripted:
    return aws.answers("get_deployment", {"deploymentInfo": INFO | changes}, {"deploymentId": ID})


def test_a_deployment_is_read_whole(aws: Scripted) -> None:
    with described(aws):
        assert read_deployment(aws.client, ID) == Deployment(
            deployment_id=ID,
            application="shop",
            group="shop-live",
            configuration="CodeDeployDefault.LambdaAllAtOnce",
            status="Failed",
            creator="user",
            compute_platform="Lambda",
            created_at=NOW,
            started_at=NOW + timedelta(seconds=1),
            completed_at=NOW + timedelta(seconds=9),
            error_code="HOOK_EXECUTION_FAILURE",
            error_message="it said so",
            rolls_back="d-000000001",
            rolled_back_by="d-000000002",
            rollback_message="rolled back",
            description="by hand",
            shifts_traffic=False,
        )


def test_a_deployment_that_has_just_begun_says_little(aws: Scripted) -> None:
    little = {"deploymentId": ID, "createTime": NOW, "computePlatform": "Lambda"}
    with aws.answers("get_deployment", {"deploymentInfo": little}):
        deployment = read_deployment(aws.client, ID)
    assert (deployment.started_at, deployment.error_code, deployment.rolls_back) == (None, "", "")
    assert deployment.shifts_traffic


@pytest.mark.parametrize(
    "code", ["DeploymentDoesNotExistException", "InvalidDeploymentIdException"]
)
def test_a_deployment_of_elsewhere_is_unknown(aws: Scripted, code: str) -> None:
    with (
        aws.refuses("get_deployment", code),
        pytest.raises(UnknownDeployment, match=f"no deployment {ID} in this account in eu-west-1"),
    ):
        read_deployment(aws.client, ID)


def test_the_revision_is_asked_for_again_as_getdeployment_keeps_its_content_back(
    aws: Scripted,
) -> None:
    found = {"revisionType": "String", "string": {"content": spec({"shop": FUNCTION})}}
    asked = {"applicationName": "shop", "revision": STRING}
    with described(aws).answers("get_application_revision", {"revision": found}, asked):
        assert read_revision(aws.client, ID).target == TARGET


def test_content_that_only_getdeployment_gives_is_used(aws: Scripted) -> None:
    given = {"revisionType": "AppSpecContent", "appSpecContent": {"content": spec({"s": FUNCTION})}}
    kept = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "0"}}
    with described(aws, revision=given).answers("get_application_revision", {"revision": kept}):
        assert read_revision(aws.client, ID).target == TARGET


def test_content_that_nobody_gives_is_unusable(aws: Scripted) -> None:
    with (
        described(aws).answers("get_application_revision", {"revision": STRING}),
        pytest.raises(UnusableRevision, match="has no content"),
    ):
        read_revision(aws.client, ID)


def test_a_revision_in_s3_is_not_asked_for(aws: Scripted) -> None:
    with (
        described(aws, revision={"revisionType": "S3"}),
        pytest.raises(UnusableRevision, match="is of type S3"),
    ):
        read_revision(aws.client, ID)


def test_a_revision_that_is_gone_is_unusable_and_one_that_is_denied_is_not_allowed(
    aws: Scripted,
) -> None:
    described(aws).refuses("get_application_revision", "RevisionDoesNotExistException")
    described(aws).refuses("get_application_revision", "AccessDeniedException", "no")
    described(aws).refuses("get_application_revision", "ThrottlingException", "slow")
    with aws:
        with pytest.raises(UnusableRevision, match="cannot be read"):
            read_revision(aws.client, ID)
        with pytest.raises(NotAllowed, match="members/hooks"):
            read_revision(aws.client, ID)
        with pytest.raises(ClientError, match="ThrottlingException"):
            read_revision(aws.client, ID)


def target(**row: Any) -> dict[str, Any]:
    return {"deploymentTarget": {"lambdaTarget": {"status": "InProgress"} | row}}


def test_the_target_says_where_the_shift_stands(aws: Scripted) -> None:
    info: dict[str, Any] = {"functionName": "shop", "functionAlias": "live", "currentVersion": "3"}
    info |= {"targetVersion": "4", "targetVersionWeight": 10.0}
    event: dict[str, Any] = {"lifecycleEventName": "BeforeAllowTraffic", "startTime": NOW}
    event |= {"status": "Failed"}
    event |= {"endTime": NOW, "diagnostics": {"message": "it said so"}}
    aws.answers("list_deployment_targets", {"targetIds": ["t"]}, {"deploymentId": ID})
    aws.answers(
        "get_deployment_target",
        target(lambdaFunctionInfo=info, lifecycleEvents=[event]),
        {"deploymentId": ID, "targetId": "t"},
    )
    with aws:
        assert read_target(aws.client, ID) == TargetState(
            status="InProgress",
            target=TARGET,
            events=(EventState("BeforeAllowTraffic", "Failed", NOW, NOW, "it said so"),),
            weight=10.0,
        )


@pytest.mark.parametrize("info", [{}, {"functionName": "shop", "functionAlias": "live"}])
def test_a_target_that_does_not_say_what_it_shifts_names_none(
    aws: Scripted, info: dict[str, Any]
) -> None:
    aws.answers("list_deployment_targets", {"targetIds": ["t"]})
    aws.answers("get_deployment_target", target(lambdaFunctionInfo=info))
    with aws:
        state = read_target(aws.client, ID)
    assert state is not None
    assert state.target is None


def test_a_deployment_that_has_not_started_has_no_target(aws: Scripted) -> None:
    aws.refuses("list_deployment_targets", "DeploymentNotStartedException")
    aws.answers("list_deployment_targets", {"targetIds": []})
    aws.answers("list_deployment_targets", {"targetIds": ["t"]})
    aws.answers("get_deployment_target", {"deploymentTarget": {"ecsTarget": {}}})
    with aws:
        assert [read_target(aws.client, ID) for _ in range(3)] == [None, None, None]


@pytest.mark.parametrize(
    ("configuration", "names"),
    [
        ({"enabled": True, "alarms": [{"name": "a"}, {"name": "b"}]}, ("a", "b")),
        ({"enabled": False, "alarms": [{"name": "a"}]}, ()),
        ({}, ()),
    ],
)
def test_alarms_that_are_switched_off_stop_nothing(
    aws: Scripted, configuration: dict[str, Any], names: tuple[str, ...]
) -> None:
    answer = {"deploymentGroupInfo": {"alarmConfiguration": configuration}}
    asked = {"applicationName": "shop", "deploymentGroupName": "live"}
    with aws.answers("get_deployment_group", answer, asked):
        assert group_alarms(aws.client, "shop", "live") == names


def test_an_answer_is_accepted_or_comes_too_late(aws: Scripted) -> None:
    put = "put_lifecycle_event_hook_execution_status"
    asked = {"deploymentId": ID, "lifecycleEventHookExecutionId": "e", "status": "Failed"}
    aws.answers(put, {"lifecycleEventHookExecutionId": "e"}, asked)
    aws.refuses(put, "LifecycleEventAlreadyCompletedException")
    aws.refuses(put, "InvalidLifecycleEventHookExecutionIdException")
    with aws:
        assert report(aws.client, ID, "e", Status.FAILED)
        assert not report(aws.client, ID, "e", Status.FAILED)
        with pytest.raises(ClientError, match="InvalidLifecycleEventHookExecutionId"):
            report(aws.client, ID, "e", Status.FAILED)


def test_stopping_rolls_back_and_what_is_over_stays_so(aws: Scripted) -> None:
    asked = {"deploymentId": ID, "autoRollbackEnabled": True}
    aws.answers("stop_deployment", {"status": "Pending"}, asked)
    aws.refuses("stop_deployment", "DeploymentAlreadyCompletedException")
    aws.refuses("stop_deployment", "AccessDeniedException")
    with aws:
        stop(aws.client, ID)
        stop(aws.client, ID)
        with pytest.raises(NotAllowed, match="StopDeployment"):
            stop(aws.client, ID)


def test_deployments_are_listed_page_by_page(aws: Scripted) -> None:
    asked = {
        "createTimeRange": {"start": NOW, "end": NOW + timedelta(hours=1)},
        "includeOnlyStatuses": ["InProgress", "Created"],
    }
    aws.answers("list_deployments", {"deployments": ["a", "b"], "nextToken": "n"}, asked)
    aws.answers("list_deployments", {"deployments": ["c"]}, asked | {"nextToken": "n"})
    with aws:
        statuses = ("InProgress", "Created")
        found = deployments_between(aws.client, NOW, NOW + timedelta(hours=1), statuses)
        assert list(found) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("routing", "minutes"),
    [
        pytest.param({"type": "AllAtOnce"}, 0, id="all-at-once"),
        pytest.param({}, 0, id="unsaid"),
        pytest.param(
            {
                "type": "TimeBasedCanary",
                "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 15},
            },
            15,
            id="canary",
        ),
        pytest.param(
            {
                "type": "TimeBasedLinear",
                "timeBasedLinear": {"linearPercentage": 10, "linearInterval": 3},
            },
            27,
            id="linear",
        ),
        pytest.param(
            {
                "type": "TimeBasedLinear",
                "timeBasedLinear": {"linearPercentage": 30, "linearInterval": 10},
            },
            30,
            id="linear-with-a-rest",
        ),
    ],
)
def test_a_shift_lasts_from_its_first_to_its_last_step(
    aws: Scripted, routing: dict[str, Any], minutes: int
) -> None:
    answer = {"deploymentConfigInfo": {"trafficRoutingConfig": routing}}
    with aws.answers("get_deployment_config", answer, {"deploymentConfigName": "c"}):
        assert shift_length(aws.client, "c") == timedelta(minutes=minutes)


def test_a_target_may_name_its_function_by_arn(aws: Scripted) -> None:
    arn = "arn:aws:lambda:eu-west-1:222222222222:function:shop"
    aws.answers("list_deployment_targets", {"targetIds": ["t"]})
    info = {"functionName": arn, "functionAlias": "live", "targetVersion": "4"}
    aws.answers("get_deployment_target", target(lambdaFunctionInfo=info))
    with aws:
        state = read_target(aws.client, ID)
    assert state is not None
    assert state.target == Target("shop", "live", "", "4")
