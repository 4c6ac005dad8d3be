"""What alarms mean for a deployment, and why one may be silent."""

from datetime import UTC, datetime

import pytest

from steward.domain.rollouts.alarm_states import (
    AlarmMetric,
    AlarmState,
    said_of_alarming,
    said_of_missing,
    said_of_undecided,
    said_without_data,
)

SINCE = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
ERRORS = AlarmMetric("AWS/Lambda", "Errors", {"FunctionName": "shop"})


def test_an_alarm_of_the_group_stops_the_deployment_and_it_is_said_how_to_get_around_it() -> None:
    alarm = AlarmState("errors", "ALARM", "Threshold crossed.\n3 of 3", SINCE, ERRORS)
    assert said_of_alarming(alarm, of_group=True) == (
        "alarm errors is in ALARM since 2026-11-23 08:30 UTC (Threshold crossed. 3 of 3), for "
        "which CodeDeploy stops any deployment of this group, even one all at once, with no more "
        "than the code ALARM_ACTIVE; end what it warns of and deploy again, or, if this version "
        "is the cure, deploy it with the group's alarms ignored (CodeDeploy console: ignore alarm "
        "configuration)"
    )


def test_codedeploy_does_not_know_an_alarm_that_only_the_check_names() -> None:
    told = said_of_alarming(AlarmState("kpi", "ALARM"), of_group=False)
    assert told.startswith("alarm kpi is in ALARM; ")
    assert "CodeDeploy" not in told


@pytest.mark.parametrize(
    ("names", "of_group", "said"),
    [
        pytest.param(["a"], False, "alarm a does not exist in this account and region", id="one"),
        pytest.param(["a", "b"], False, "alarms a, b do not exist", id="two"),
        pytest.param(
            ["a"], True, "CodeDeploy stops deployments whose alarms it cannot read", id="group"
        ),
    ],
)
def test_missing_alarms_are_named(names: list[str], of_group: bool, said: str) -> None:
    assert said in said_of_missing(names, of_group=of_group)


@pytest.mark.parametrize(
    ("metric", "hint"),
    [
        pytest.param(
            AlarmMetric("AWS/ApiGateway", "4XXErrors", {"ApiName": "shop"}),
            "API Gateway's metric is called 4XXError",
            id="misspelt-in-api-gateway",
        ),
        pytest.param(
            AlarmMetric("AWS/Lambda", "Errors", {"ExecutedVersion": "4", "FunctionName": "shop"}),
            "ExecutedVersion has data only together with FunctionName and Resource",
            id="executed-version-alone",
        ),
        pytest.param(
            AlarmMetric("AWS/Lambda", "Errors", {"FunctionName": "shop", "Resource": "shop:4"}),
            "Resource=shop:4 counts only what names that version itself",
            id="resource-of-a-version",
        ),
        pytest.param(ERRORS, "the usual cause is a wrong dimension", id="lambda"),
        pytest.param(
            AlarmMetric("Shop", "Orders"), "look for a wrong dimension or a misspelt", id="own"
        ),
    ],
)
def test_a_silent_alarm_is_told_with_its_usual_cause(metric: AlarmMetric, hint: str) -> None:
    told = said_without_data(AlarmState("errors", "OK", metric=metric), 14)
    assert told.startswith("alarm errors had no data in 14 days and so cannot warn of anything: ")
    assert f"{metric} has no datapoint; {hint}" in told


@pytest.mark.parametrize(
    ("alarm", "never", "undecided"),
    [
        pytest.param(AlarmState("a", "OK", metric=ERRORS), True, False, id="ok-without-data"),
        pytest.param(
            AlarmState("a", "OK", metric=ERRORS, last_data=SINCE), False, False, id="ok-with-data"
        ),
        pytest.param(
            AlarmState("a", "INSUFFICIENT_DATA", metric=ERRORS), True, False, id="no-data-ever"
        ),
        pytest.param(
            AlarmState("a", "INSUFFICIENT_DATA", metric=ERRORS, last_data=SINCE),
            False,
            True,
            id="no-data-now",
        ),
        pytest.param(AlarmState("a", "OK"), False, False, id="expression-ok"),
        pytest.param(AlarmState("a", "INSUFFICIENT_DATA"), True, False, id="expression-no-data"),
    ],
)
def test_silent_for_now_is_not_silent_for_ever(
    alarm: AlarmState, never: bool, undecided: bool
) -> None:
    assert (alarm.never_had_data, alarm.is_undecided) == (never, undecided)


def test_an_undecided_alarm_says_when_its_metric_last_had_data() -> None:
    alarm = AlarmState("errors", "INSUFFICIENT_DATA", metric=ERRORS, last_data=SINCE)
    told = "alarm errors, whose last data is of 2026-11-23, is in INSUFFICIENT_DATA now"
    assert said_of_undecided(alarm) == told
