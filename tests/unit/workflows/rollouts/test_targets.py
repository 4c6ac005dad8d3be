"""What is deployed: the AppSpec and CodeDeploy's own view have to agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import ShiftWindow
from steward.workflows.rollouts.targets import Subject, UnclearTarget, resolve_target
from tests.unit.aws.scripted import Scripted
from tests.unit.aws.test_app_specs import FUNCTION, PROPERTIES, TARGET, spec

ID = "d-A1B2C3D4E"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SHIFTED = {
    "functionName": "shop",
    "functionAlias": "live",
    "currentVersion": "3",
    "targetVersion": "4",
}


def answers(
    shifted: dict[str, Any] | None = None,
    *,
    events: list[dict[str, Any]] | None = None,
    content: str | None = spec({"shop": FUNCTION}),
) -> Scripted:
    """Without `shifted` the deployment has not started; without `content` the AppSpec is in S3."""
    aws = Scripted("codedeploy")
    if shifted is None:
        aws.refuses("list_deployment_targets", "DeploymentNotStartedException")
    else:
        row = {"lambdaFunctionInfo": shifted, "lifecycleEvents": events or []}
        aws.answers("list_deployment_targets", {"targetIds": ["t"]})
        aws.answers("get_deployment_target", {"deploymentTarget": {"lambdaTarget": row}})
    kind = "S3" if content is None else "String"
    info = {"deploymentId": ID, "applicationName": "shop", "revision": {"revisionType": kind}}
    aws.answers("get_deployment", {"deploymentInfo": info})
    if content is not None:
        revision = {"revisionType": "String", "string": {"content": content}}
        aws.answers("get_application_revision", {"revision": revision})
    return aws


def resolved(aws: Scripted) -> Subject:
    with aws:
        return resolve_target(aws.client, ID)


def test_two_views_that_agree_are_the_target() -> None:
    subject = resolved(answers(SHIFTED))
    assert (subject.target, subject.notes) == (TARGET, ())


def test_before_the_start_the_app_spec_alone_decides() -> None:
    subject = resolved(answers(None))
    assert (subject.target, subject.state) == (TARGET, None)
    assert (subject.phase, subject.window) == (None, None)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("functionName", "cart", "the function is shop by its AppSpec and cart by CodeDeploy"),
        ("functionAlias", "next", "the alias is live by its AppSpec and next by CodeDeploy"),
        ("currentVersion", "2", "the current version is 3 by its AppSpec and 2 by CodeDeploy"),
        ("targetVersion", "5", "the target version is 4 by its AppSpec and 5 by CodeDeploy"),
    ],
)
def test_two_views_that_differ_are_none(field: str, value: str, says: str) -> None:
    with pytest.raises(UnclearTarget, match=says):
        resolved(answers(SHIFTED | {field: value}))


@pytest.mark.parametrize("field", ["functionAlias", "currentVersion"])
def test_what_one_view_leaves_open_is_no_difference(field: str) -> None:
    assert resolved(answers(SHIFTED | {field: ""})).target == TARGET


def test_a_current_version_that_only_codedeploy_knows_is_used() -> None:
    unsaid = {name: value for name, value in PROPERTIES.items() if name != "CurrentVersion"}
    content = spec({"shop": FUNCTION | {"Properties": unsaid}})
    assert resolved(answers(SHIFTED, content=content)).target == TARGET


def test_an_app_spec_that_cannot_be_had_leaves_codedeploys_view() -> None:
    subject = resolved(answers(SHIFTED, content=None))
    assert subject.target == Target("shop", "live", "3", "4")
    assert "is of type S3" in subject.notes[0]


@pytest.mark.parametrize("shifted", [None, {}])
def test_without_either_nothing_is_certain(shifted: dict[str, Any] | None) -> None:
    with pytest.raises(UnclearTarget, match=r"is of type S3.*CodeDeploy names none"):
        resolved(answers(shifted, content=None))


def event(name: str, status: str, **times: datetime) -> dict[str, Any]:
    return {"lifecycleEventName": name, "status": status, **times}


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([], None),
        ([event("BeforeAllowTraffic", "InProgress")], Phase.PRE),
        (
            [
                event("BeforeAllowTraffic", "Succeeded"),
                event("AllowTraffic", "Succeeded"),
                event("AfterAllowTraffic", "InProgress"),
            ],
            Phase.POST,
        ),
        (
            [event("BeforeAllowTraffic", "Succeeded"), event("AllowTraffic", "InProgress")],
            None,
        ),
    ],
    ids=["unsaid", "before", "after", "between"],
)
def test_the_lifecycle_event_that_runs_says_whose_turn_it_is(
    events: list[dict[str, Any]], phase: Phase | None
) -> None:
    assert resolved(answers(SHIFTED, events=events)).phase is phase


@pytest.mark.parametrize(
    ("shift", "window"),
    [
        (event("AllowTraffic", "Pending"), None),
        (event("AllowTraffic", "InProgress", startTime=NOW), ShiftWindow(NOW)),
        (
            event("AllowTraffic", "Succeeded", startTime=NOW, endTime=NOW + timedelta(minutes=10)),
            ShiftWindow(NOW, NOW + timedelta(minutes=10)),
        ),
    ],
    ids=["to-come", "under-way", "over"],
)
def test_the_window_is_when_traffic_shifted(
    shift: dict[str, Any], window: ShiftWindow | None
) -> None:
    assert resolved(answers(SHIFTED, events=[shift])).window == window
