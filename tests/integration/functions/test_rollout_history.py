"""Deployments are put on record as they are, whatever the events about them say."""

import json
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.rollouts.catching import caught_by
from steward.domain.rollouts.records import CaughtBy
from steward.domain.rollouts.results import Phase, Status
from tests.factories import NOW, UNIT, make_policy
from tests.integration.functions.exchange import WRITES
from tests.integration.functions.hub import Hub
from tests.integration.functions.rollout_news import (
    History,
    failed_deployment,
    news,
    open_history,
    rollback_of,
)
from tests.integration.functions.rollout_unit import DIGEST, STACK_ID, TABLE, Deployed, member_table
from tests.integration.functions.samples import failed
from tests.rollout_values import FAILED, FUNCTION, ROLLBACK, make_verdict


@pytest.fixture
def history(hub: Hub) -> History:
    return open_history(hub)


def test_a_failed_deployment_is_on_record_with_all_that_is_known(history: History) -> None:
    records = member_table()
    records.latch(verdict := make_verdict())
    failed_deployment(history)
    assert history.hears() == []
    rollout = history.on_record()
    assert (rollout.function, rollout.alias) == (FUNCTION, "live")
    assert (rollout.from_version, rollout.to_version) == ("3", "4")
    assert (rollout.stack, rollout.account_name) == ("shop", "payments-dev")
    assert rollout.verdicts == (verdict,)
    assert rollout.owners == ("checkout@example.com",)
    assert rollout.owner_source == "function tag owner=checkout@example.com"
    assert rollout.problems == ()
    assert rollout.committed_at == NOW - timedelta(minutes=30)
    assert caught_by(rollout) is CaughtBy.PRE


def test_the_functions_tag_says_when_its_code_was_committed(history: History) -> None:
    member_table()
    history.functions.tags = {"steward:commit-time": "2026-11-23T08:00:00Z"}
    failed_deployment(history)
    history.hears()
    assert history.on_record().committed_at == NOW - timedelta(hours=1)


def test_whom_the_configuration_names_comes_before_the_tags(history: History) -> None:
    member_table().latch(make_verdict(owner=("oncall@example.com",)))
    failed_deployment(history)
    history.hears()
    rollout = history.on_record()
    assert (rollout.owners, rollout.owner_source) == (
        ("oncall@example.com",),
        "rollout configuration",
    )


def test_whom_the_policy_does_not_permit_is_passed_over(history: History) -> None:
    member_table().latch(make_verdict(owner=("someone@elsewhere.test",)))
    failed_deployment(history)
    history.hears()
    rollout = history.on_record()
    assert rollout.owners == ("checkout@example.com",)
    assert "someone@elsewhere.test is outside email_domains" in rollout.owner_source


def test_without_tags_the_stacks_owner_is_told_and_then_the_fallback(history: History) -> None:
    member_table()
    history.functions.tags = {
        "aws:cloudformation:stack-name": "shop",
        "aws:cloudformation:stack-id": STACK_ID,
    }
    history.hub.members.add("shop", StackId=STACK_ID, tags={"owner": "stack@example.com"})
    failed_deployment(history)
    history.hears()
    assert history.on_record().owners == ("stack@example.com",)


def test_without_a_policy_nobody_is_named(history: History) -> None:
    member_table()
    history.hub.forget_policies()
    failed_deployment(history)
    history.hears()
    rollout = history.on_record()
    assert (rollout.owners, rollout.owner_source) == ((), "there is no policy yet")


def test_a_rollback_and_what_it_undoes_say_each_other(history: History) -> None:
    member_table()
    rollback_of(history, failed_deployment(history))
    assert history.hears(ROLLBACK) == []
    assert history.on_record(FAILED).rolled_back_by == ROLLBACK
    assert history.on_record(ROLLBACK).rolls_back == FAILED
    assert history.on_record(ROLLBACK).is_rollback


def test_a_link_that_codedeploy_shows_on_one_side_is_on_both(history: History) -> None:
    member_table()
    failed_deployment(history)
    history.hears(FAILED)
    rollback_of(history, history.codedeploy.deployments[FAILED])
    history.codedeploy.deployments[FAILED].rollback = {}
    history.hears(ROLLBACK)
    assert history.on_record(FAILED).rolled_back_by == ROLLBACK


def test_a_rollback_is_its_originals_owners(history: History) -> None:
    member_table().latch(make_verdict(owner=("oncall@example.com",)))
    rollback_of(history, failed_deployment(history))
    history.hears(ROLLBACK)
    assert history.on_record(ROLLBACK).owners == ("oncall@example.com",)


def test_what_has_not_changed_is_not_written_again(history: History) -> None:
    member_table()
    failed_deployment(history)
    history.hears()
    history.hub.exchange.calls.clear()
    history.hears(FAILED, FAILED)
    hub_writes = [
        call
        for call in history.hub.exchange.calls
        if call.operation in WRITES and not _is_notice(call.params)
    ]
    assert hub_writes == []


def _is_notice(params: Any) -> bool:
    return "ROLLOUTNOTICE" in json.dumps(params, default=str)


def test_an_appspec_on_record_is_not_read_again(history: History) -> None:
    member_table()
    failed_deployment(history)
    history.hears()
    history.hub.exchange.calls.clear()
    history.hears()
    operations = [call.operation for call in history.hub.exchange.calls]
    assert "GetApplicationRevision" not in operations
    assert "ListTags" not in operations


def test_what_was_known_stays_when_the_unit_forgets_it(history: History) -> None:
    records = member_table()
    records.latch(make_verdict())
    deployed = failed_deployment(history)
    history.hears()
    before = history.on_record()
    records._client.delete_item(
        TableName=TABLE, Key={"pk": {"S": FAILED}, "sk": {"S": "verdict#pre"}}
    )
    deployed.status, deployed.completed_at = "InProgress", None
    history.hears()
    assert history.on_record() == before


def test_a_deployment_that_is_gone_is_done_with(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        assert history.hears() == []
    assert "deployment is gone" in caplog.messages
    assert history.hub.ledger.rollout(UNIT, FAILED) is None


def test_deployments_of_other_platforms_are_none_of_ours(history: History) -> None:
    failed_deployment(history).platform = "ECS"
    assert history.hears() == []
    assert history.hub.ledger.rollout(UNIT, FAILED) is None


def test_an_account_that_cannot_be_reached_is_tried_again(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    history.hub.exchange.refuse_role("steward-read", UNIT.account_id)
    failed_deployment(history)
    assert history.hears() == ["0"]
    assert "role steward-read of account 222222222222 cannot be assumed" in caplog.text


def test_one_bad_message_fails_alone(history: History) -> None:
    member_table()
    failed_deployment(history)
    event = news(FAILED, "no deployment")
    assert failed(history.function(event)) == ["1"]
    assert history.on_record().status == "Failed"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param(
            {"deploymentId": None}, "detail.deploymentId: Field required", id="no-deployment"
        ),
        pytest.param({"account": None}, "account: Field required", id="no-account"),
        pytest.param({"region": ""}, "region", id="no-region"),
        pytest.param({"account": "12345"}, "account: String should match", id="no-account-number"),
        pytest.param({"source": "aws.ecs"}, "source: aws.ecs", id="another-source"),
        pytest.param({"detail": "none"}, "detail.deploymentId", id="no-detail"),
    ],
)
def test_what_is_no_event_of_a_deployment_fails_with_its_reason(
    history: History, changes: dict[str, Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    event = json.loads(news()["Records"][0]["body"])
    for name, value in changes.items():
        place = event if name in event else event["detail"]
        place[name] = value
        if value is None:
            del place[name]
    record = news()["Records"][0] | {"body": json.dumps(event)}
    assert len(failed(history.function({"Records": [record]}))) == 1
    assert f"the message is no event of a deployment: {said}" in caplog.text
    assert history.hub.exchange.calls == []


def test_fields_that_we_do_not_know_may_come(history: History) -> None:
    member_table()
    failed_deployment(history)
    event = json.loads(news()["Records"][0]["body"]) | {"source": "steward.rollouts", "more": 1}
    event["detail"] |= {"what": "verdict", "phase": "pre", "deployer": {"name": "x"}}
    record = news()["Records"][0] | {"body": json.dumps(event)}
    assert failed(history.function({"Records": [record]})) == []
    assert history.on_record().status == "Failed"


@pytest.mark.parametrize(
    ("operation", "code", "said"),
    [
        pytest.param("GetApplicationRevision", "AccessDeniedException", "function and", id="spec"),
        pytest.param("ListDeploymentTargets", "AccessDeniedException", "its shift", id="targets"),
        pytest.param("GetDeploymentTarget", "AccessDeniedException", "its shift", id="target"),
        pytest.param("Query", "AccessDeniedException", "verdicts", id="verdicts"),
        pytest.param("ListTags", "AccessDeniedException", "tags of the function", id="tags"),
        pytest.param(
            "GetFunctionConfiguration",
            "AccessDeniedException",
            "description of the version",
            id="version",
        ),
        pytest.param("DescribeStacks", "AccessDenied", "tags of its stack", id="stack"),
    ],
)
def test_a_denied_read_is_a_problem_of_the_record_and_the_next_news_mends_it(
    history: History, operation: str, code: str, said: str
) -> None:
    member_table().latch(make_verdict())
    history.functions.tags = {"aws:cloudformation:stack-id": STACK_ID}
    history.hub.members.add("shop", StackId=STACK_ID, tags={"owner": "stack@example.com"})
    failed_deployment(history)
    history.hub.exchange.refuse(operation, code, "no")
    assert history.hears() == []
    (problem,) = history.on_record().problems
    assert problem.startswith(said)
    history.hub.exchange.heal()
    history.hears()
    mended = history.on_record()
    assert (mended.function, len(mended.verdicts)) == (FUNCTION, 1)


@pytest.mark.parametrize(
    "operation", ["GetDeployment", "AssumeRole", "GetItem", "TransactWriteItems"]
)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_what_it_cannot_do_without_is_tried_again(
    history: History, operation: str, code: str
) -> None:
    member_table()
    failed_deployment(history)
    history.hub.exchange.refuse(operation, code, "no")
    assert history.hears() == ["0"]
    assert history.hears() == []
    assert history.on_record().status == "Failed"


def test_a_unit_without_the_hooks_stack_says_so(history: History) -> None:
    failed_deployment(history)
    assert history.hears() == []
    (problem,) = history.on_record().problems
    assert "no table steward-rollouts; deploy org/members/hooks.yaml there" in problem


def test_a_deleted_function_leaves_what_else_is_known(history: History) -> None:
    member_table()
    failed_deployment(history)
    history.functions.tags = None
    history.hears()
    rollout = history.on_record()
    assert rollout.owners == ("platform@example.com",)
    assert rollout.problems == (
        "tags: not known, since there is no function shop-checkout in 222222222222/eu-west-1 "
        "any more",
    )


def test_its_function_becomes_known_later_and_moves_the_record(history: History) -> None:
    member_table()
    failed_deployment(history)
    history.hub.exchange.refuse("GetApplicationRevision", "AccessDeniedException", "no")
    history.hears()
    assert history.on_record().function == ""
    history.hears()
    assert history.on_record().function == FUNCTION
    assert len(_records(history)) == 1


def _records(history: History) -> list[Any]:
    start, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
    return list(history.hub.ledger.rollouts_between(start, end))


def test_another_writer_in_between_makes_it_read_again(history: History) -> None:
    """The other one saw the deployment end; this one had read it before that."""
    records = member_table()
    deployed = failed_deployment(history)
    ended, deployed.status = deployed.status, "InProgress"

    def other() -> None:
        deployed.status = ended
        records.latch(make_verdict())
        assert history.hears() == []

    history.hub.exchange.before("TransactWriteItems", other)
    assert history.hears() == []
    rollout = history.on_record()
    assert (rollout.status, len(rollout.verdicts)) == ("Failed", 1)


def test_the_digest_is_woken_when_there_is_something_to_send(history: History) -> None:
    member_table().latch(make_verdict())
    failed_deployment(history)
    history.hears()
    assert history.functions.woken == [DIGEST]
    history.hears()
    assert history.functions.woken == [DIGEST]


def test_a_digest_that_cannot_be_woken_fails_nothing(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    member_table().latch(make_verdict())
    failed_deployment(history)
    history.hub.exchange.refuse("Invoke", "AccessDeniedException", "no")
    assert history.hears() == []
    assert "digest not woken" in caplog.messages


def test_successes_are_on_record_too(history: History) -> None:
    member_table().latch(make_verdict(status=Status.SUCCEEDED, phase=Phase.POST))
    history.codedeploy.add(
        Deployed(FAILED, "Succeeded", completed_at=NOW + timedelta(minutes=9), shifting=True)
    )
    history.hears()
    rollout = history.on_record()
    assert rollout.shift_started_at == NOW + timedelta(minutes=1)
    assert rollout.shift_ended_at == NOW + timedelta(minutes=4)
    assert caught_by(rollout) is CaughtBy.NOBODY


def test_the_policy_in_the_ledger_says_who_falls_back(history: History) -> None:
    member_table()
    history.functions.tags = {}
    history.hub.put_in_force(make_policy(owners={"fallback": "other@example.com"}), "ba9876543210")
    failed_deployment(history)
    history.hears()
    assert history.on_record().owners == ("other@example.com",)
