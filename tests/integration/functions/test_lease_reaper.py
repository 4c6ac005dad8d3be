"""One delete as its message asks for it: what is asked of CloudFormation, and how much of it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.leases import LeaseState, Step
from steward.domain.stacks import Unit
from steward.domain.tagging import delete_token
from steward.domain.windows import is_open
from tests.factories import UNIT, make_event, make_policy
from tests.integration.functions.asking import ask
from tests.integration.functions.exchange import Role
from tests.integration.functions.hub import SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.leased import due, half_deleted
from tests.integration.functions.samples import failed, queued, reap_work, sample

SECOND = timedelta(seconds=1)
CHECKOUT = reap_work().stack_id
OWN_ROLE = f"arn:aws:iam::{UNIT.account_id}:role/steward-cloudformation"


def test_the_sample_message_deletes_that_one_stack(
    hub: Hub, reaper: Function, checkout: str
) -> None:
    due(hub, "feat-other")
    token = delete_token(hub.lease(checkout), 1)
    assert failed(reaper(sample("sqs_reap"))) == []
    assert hub.members.deletes == [
        {"StackName": checkout, "ClientRequestToken": token, "RoleARN": OWN_ROLE}
    ]
    lease = hub.lease(checkout)
    assert lease.attempt is not None
    assert (lease.state, lease.attempt.token) == (LeaseState.REAPING, token)
    assert lease.attempt.accepted_at == hub.clock
    assert hub.history(checkout) == ["marked", "reap", "delete accepted"]
    assert hub.audit(checkout)[-1].evidence["sweep"] == "2026-11-23T08:00:00Z"


def test_the_delete_is_asked_for_with_rights_to_that_stack_alone(
    hub: Hub, reaper: Function, checkout: str
) -> None:
    reaper(sample("sqs_reap"))
    (delete,) = [call for call in hub.exchange.calls if call.operation == "DeleteStack"]
    assert isinstance(delete.role, Role)
    assert (delete.role.account_id, delete.role.name) == (UNIT.account_id, "steward-reap")
    rights = {
        action: statement["Resource"]
        for statement in json.loads(delete.role.policy)["Statement"]
        for action in [statement["Action"]]
        for action in ([action] if isinstance(action, str) else action)
    }
    assert rights["cloudformation:DeleteStack"] == checkout
    assert rights["iam:PassRole"] == OWN_ROLE
    assert {action for action, resource in rights.items() if resource == "*"} == {
        "cloudformation:ListImports"
    }


def test_a_stack_with_a_service_role_is_deleted_by_it(hub: Hub, reaper: Function) -> None:
    due(hub, StackId=CHECKOUT, RoleARN="arn:aws:iam::222222222222:role/deploy")
    reaper(sample("sqs_reap"))
    (delete,) = hub.members.deletes
    assert "RoleARN" not in delete


@pytest.mark.parametrize("moved", [SKEW, -SKEW], ids=["late", "early"])
@pytest.mark.usefixtures("checkout")
def test_a_request_at_the_edge_of_the_skew_is_still_good(
    hub: Hub, reaper: Function, moved: timedelta
) -> None:
    hub.clock = SWEPT_AT + moved
    ask(reaper)
    assert len(hub.members.deletes) == 1


def test_the_later_clock_counts(hub: Hub, reaper: Function) -> None:
    """A window that closed since the sweep is closed, and the sweep's clock opens none early."""
    closes = SWEPT_AT + timedelta(hours=7)
    assert is_open(make_policy().windows, closes - SECOND)
    due(hub, StackId=CHECKOUT)
    hub.clock = closes
    ask(reaper, swept_at=(closes - timedelta(minutes=5)).isoformat())
    assert hub.members.deletes == []
    hub.clock = closes - SECOND
    ask(reaper, swept_at=(closes - timedelta(minutes=5)).isoformat())
    assert len(hub.members.deletes) == 1


def test_the_kill_switch_is_read_for_every_delete(hub: Hub, reaper: Function) -> None:
    due(hub, StackId=CHECKOUT)
    second = due(hub, "feat-second")

    def pull() -> None:
        hub.turn_kill_switch("on")

    hub.exchange.after("DeleteStack", pull)
    event = queued("sqs_reap", reap_work(), reap_work(stack_id=second))
    assert failed(reaper(event)) == []
    assert [delete["StackName"] for delete in hub.members.deletes] == [CHECKOUT]


def breakers(capsys: pytest.CaptureFixture[str]) -> list[list[float]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line["BreakerTripped"] for line in lines if "BreakerTripped" in line]


def test_beyond_the_cap_the_sweep_stops_and_that_is_counted(
    hub: Hub, reaper: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    stacks = [due(hub, f"feat-{number}") for number in range(4)]
    for stack_id in stacks[:2]:
        ask(reaper, stack_id=stack_id, most_reaps=2)
    assert breakers(capsys) == []
    for stack_id in stacks[2:]:
        ask(reaper, stack_id=stack_id, most_reaps=2)
    assert breakers(capsys) == [[1.0], [1.0]]
    assert [delete["StackName"] for delete in hub.members.deletes] == stacks[:2]
    assert [hub.lease(stack_id).state for stack_id in stacks[2:]] == [LeaseState.MARKED] * 2
    ask(reaper, stack_id=stacks[2], most_reaps=2, sweep_id="the-next-sweep")
    assert len(hub.members.deletes) == 3


def test_an_accounts_cap_stops_that_account_only_and_no_alarm_goes_off(
    hub: Hub, reaper: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = due(hub, "feat-1"), due(hub, "feat-2")
    elsewhere = Unit("333333333333", "eu-west-1")
    third = due(hub, "feat-3", unit=elsewhere)
    for stack_id in (first, second):
        ask(reaper, stack_id=stack_id, most_reaps_per_account=1)
    other = {"account_id": "333333333333"}
    ask(reaper, stack_id=third, account=other, most_reaps_per_account=1)
    assert [delete["StackName"] for delete in hub.members.deletes] == [first, third]
    assert breakers(capsys) == []


def test_a_service_role_that_is_gone_is_replaced_by_our_own(hub: Hub, reaper: Function) -> None:
    theirs = "arn:aws:iam::222222222222:role/deploy"
    due(hub, StackId=CHECKOUT, RoleARN=theirs)
    gone = f"Role {theirs} is invalid or cannot be assumed"
    hub.exchange.refuse("DeleteStack", "ValidationError", gone)
    ask(reaper)
    assert hub.lease(CHECKOUT).state is LeaseState.REAPING
    assert hub.notices(CHECKOUT) == []
    ask(reaper)
    (delete,) = hub.members.deletes
    assert delete["RoleARN"] == OWN_ROLE


@pytest.mark.parametrize("code", ["Throttling", "InternalFailure", "ExpiredToken"])
def test_a_passing_failure_is_tried_again_under_the_same_token(
    hub: Hub, reaper: Function, checkout: str, code: str
) -> None:
    hub.exchange.refuse("DeleteStack", code)
    good = reap_work(stack_id=due(hub, "feat-good"))
    event = queued("sqs_reap", reap_work(), good)
    with pytest.raises(Exception, match=code):
        reaper(event)
    assert hub.members.deletes == []
    assert failed(reaper(event)) == []
    tokens = [params["ClientRequestToken"] for params in hub.exchange.sent("DeleteStack")]
    assert tokens[0] == tokens[1]
    assert [delete["StackName"] for delete in hub.members.deletes] == [checkout, good.stack_id]


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        pytest.param(Step.PLAIN, {}, id="again"),
        pytest.param(Step.OWN_ROLE, {"RoleARN": OWN_ROLE}, id="with-our-own-role"),
        pytest.param(Step.RETAIN_FAILED, {"RetainResources": ["Stuck"]}, id="leaving-what-failed"),
        pytest.param(Step.FORCE, {"DeletionMode": "FORCE_DELETE_STACK"}, id="by-force"),
    ],
)
def test_the_next_rung_of_the_ladder(
    hub: Hub, reaper: Function, step: Step, asked: dict[str, Any]
) -> None:
    stack_id = half_deleted(hub, step)
    hub.members.stacks[stack_id]["RoleARN"] = "arn:aws:iam::222222222222:role/deploy"
    hub.members.resources[stack_id] = [
        {
            "LogicalResourceId": "Stuck",
            "ResourceType": "Custom::Thing",
            "ResourceStatus": "DELETE_FAILED",
            "LastUpdatedTimestamp": SWEPT_AT,
        }
    ]
    ask(reaper)
    (delete,) = hub.members.deletes
    token = delete_token(hub.lease(stack_id), 2)
    assert delete == {"StackName": stack_id, "ClientRequestToken": token, **asked}


@pytest.mark.parametrize(
    ("retry_in", "deletes"), [(timedelta(0), 1), (SECOND, 0)], ids=["due", "one-second-early"]
)
def test_a_failed_delete_is_tried_again_no_sooner_than_its_date(
    hub: Hub, reaper: Function, retry_in: timedelta, deletes: int
) -> None:
    stack_id = half_deleted(hub, Step.PLAIN)
    before = hub.lease(stack_id)
    assert before.attempt is not None
    later = replace(before, attempt=replace(before.attempt, retry_at=hub.clock + retry_in))
    hub.ledger.save(before, later, make_event(later))
    ask(reaper)
    assert len(hub.members.deletes) == deletes
