"""A hook died: CodeDeploy hears Failed, and people can read why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from moto import mock_aws

from functions.rollout_failsafe import app
from functions.rollout_hooks import app as hooks_app
from steward.domain.rollouts.results import Cause, Phase, Status
from tests.integration.functions.hook_codedeploy import DEPLOYMENT
from tests.integration.functions.hook_unit import EXECUTION, TABLE, HookUnit, open_unit
from tests.integration.functions.samples import sample

RECORD = sample("rollout_failsafe")
PUT = "PutLifecycleEventHookExecutionStatus"
# As ministack hands over the failure of an asynchronous call.
EMULATED = {
    "requestContext": {
        "functionArn": "arn:aws:lambda:eu-west-1:222222222222:function:CodeDeployHook_steward-post",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": RECORD["requestPayload"],
    "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
    "responsePayload": {},
}


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookUnit]:
    with mock_aws():
        unit = open_unit(monkeypatch)
        line = unit.exchange.session()
        monkeypatch.setattr(app, "boto3", SimpleNamespace(client=line.create_client))
        yield unit


def changed(**context: Any) -> dict[str, Any]:
    return RECORD | {"requestContext": RECORD["requestContext"] | context}


def test_codedeploy_hears_failed_and_the_reason_is_on_record(unit: HookUnit) -> None:
    answer = app.lambda_handler(RECORD, None)
    verdict = unit.verdict()
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert answer == {"deploymentId": DEPLOYMENT, "phase": "pre", "answer": "Failed"}
    assert (verdict.status, verdict.cause) == (Status.FAILED, Cause.FAILSAFE)
    assert "Runtime.ImportModuleError: Unable to import module 'app'" in verdict.reason


def test_news_of_it_are_sent(unit: HookUnit) -> None:
    app.lambda_handler(RECORD, None)
    (news,) = unit.news
    assert news == {
        "deploymentId": DEPLOYMENT,
        "what": "failsafe",
        "status": "Failed",
        "phase": "pre",
    }


def test_a_hook_that_was_throttled_too_long_is_answered_for_too(unit: HookUnit) -> None:
    app.lambda_handler(changed(condition="EventAgeExceeded"), None)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert "raise HookConcurrency" in unit.verdict().reason


def test_the_record_of_the_embedded_organization_is_understood(unit: HookUnit) -> None:
    app.lambda_handler(EMULATED, None)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert unit.verdict(Phase.POST).reason.startswith("the hook died: without a word")


def test_a_record_that_does_not_name_the_hook_is_answered_all_the_same(unit: HookUnit) -> None:
    app.lambda_handler(changed(functionArn=""), None)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert unit.records.verdicts(DEPLOYMENT) == ()
    assert unit.news == [{"deploymentId": DEPLOYMENT, "what": "failsafe", "status": "Failed"}]


def test_a_hook_that_had_answered_before_it_died_keeps_its_verdict(unit: HookUnit) -> None:
    unit.hook(hooks_app, RECORD["requestPayload"])
    answer = app.lambda_handler(RECORD, None)
    assert answer["answer"] == "over"
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert unit.verdict().cause is Cause.CHECKS


def test_a_good_verdict_that_was_never_reported_gives_way(unit: HookUnit) -> None:
    """The hook died between its verdict and the report; CodeDeploy has heard Failed."""
    unit.hook(hooks_app, RECORD["requestPayload"])
    unit.codedeploy.over.clear()
    app.lambda_handler(RECORD, None)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded"), (EXECUTION, "Failed")]
    assert unit.verdict().cause is Cause.FAILSAFE


def test_a_failed_verdict_that_was_never_reported_says_more_than_this_one(unit: HookUnit) -> None:
    unit.functions.config["4"] = {"State": "Failed"}
    unit.hook(hooks_app, RECORD["requestPayload"])
    unit.codedeploy.over.clear()
    app.lambda_handler(RECORD, None)
    assert unit.codedeploy.said[-1] == (EXECUTION, "Failed")
    assert unit.verdict().cause is Cause.CHECKS


def test_an_answer_that_does_not_get_through_is_an_error(unit: HookUnit) -> None:
    """Lambda calls again, and an alarm tells of it."""
    unit.exchange.refuse(PUT, "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        app.lambda_handler(RECORD, None)
    assert unit.records.verdicts(DEPLOYMENT) == ()
    app.lambda_handler(RECORD, None)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]


@pytest.mark.parametrize("operation", ["PutItem", "PutEvents"])
@pytest.mark.parametrize("is_refused", [True, False], ids=["refused", "unreachable"])
def test_nothing_else_is_worth_an_error(unit: HookUnit, operation: str, is_refused: bool) -> None:
    def fail() -> None:
        raise NoCredentialsError

    if is_refused:
        unit.exchange.refuse(operation, "AccessDeniedException")
    else:
        unit.exchange.before(operation, fail)
    assert app.lambda_handler(RECORD, None)["answer"] == "Failed"
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]


@pytest.mark.parametrize("name", ["ROLLOUTS_TABLE", "RECORD_RETENTION_DAYS"])
def test_a_wrong_environment_is_no_reason_to_keep_silent(unit: HookUnit, name: str) -> None:
    unit.monkeypatch.delenv(name)
    app.lambda_handler(RECORD, None)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(None, id="none"),
        pytest.param({}, id="empty"),
        pytest.param({"DeploymentId": DEPLOYMENT}, id="no-execution"),
        pytest.param({"LifecycleEventHookExecutionId": EXECUTION}, id="no-deployment"),
    ],
)
def test_a_record_without_both_ids_is_an_error(unit: HookUnit, payload: Any) -> None:
    with pytest.raises(app.BadRecord, match="has no DeploymentId or no execution id"):
        app.lambda_handler(RECORD | {"requestPayload": payload}, None)
    assert unit.exchange.calls == []


def test_its_item_is_kept_as_long_as_the_hooks_own(unit: HookUnit) -> None:
    app.lambda_handler(RECORD, None)
    key = {"pk": {"S": DEPLOYMENT}, "sk": {"S": "verdict#pre"}}
    item = unit.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    unit.records.overrule(unit.verdict(), EXECUTION)
    again = unit.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    assert item.keys() == again.keys()
    assert (item["ttl"], item["status"], item["execution_id"]) == (
        again["ttl"],
        again["status"],
        again["execution_id"],
    )
    until = datetime.fromtimestamp(int(item["ttl"]["N"]), tz=unit.clock.tzinfo)
    assert until - unit.verdict().decided_at < timedelta(days=90, seconds=1)
