"""One delete as its message asks for it: what is asked of CloudFormation, and what is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.lease_reaper import app
from steward.domain.leases import Lease, LeaseState, Step
from steward.domain.stacks import Unit
from steward.domain.tagging import delete_token
from steward.domain.windows import is_open
from tests.factories import UNIT, make_event, make_policy
from tests.integration.functions.exchange import Role
from tests.integration.functions.hub import KILL_SWITCH, SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY, due, known, reaping
from tests.integration.functions.samples import failed, queued, reap_work, sample

SECOND = timedelta(seconds=1)
CHECKOUT = reap_work().stack_id
OWN_ROLE = f"arn:aws:iam::{UNIT.account_id}:role/steward-cloudformation"


@pytest.fixture
def reaper(hub: Hub) -> Function:
    hub.appconfig.deploy(make_policy())
    return hub.function(app)


@pytest.fixture
def checkout(hub: Hub) -> str:
    """The stack that the sample message asks to delete; everything about it is in order."""
    return due(hub, "feat-checkout", StackId=CHECKOUT)


def ask(reaper: Function, **changes: Any) -> None:
    assert failed(reaper(queued("sqs_reap", reap_work(**changes)))) == []


def ask_on_day(hub: Hub, reaper: Function, day: int) -> None:
    """The same request from a sweep `day` days later, and a minute later each day."""
    hub.clock = SWEPT_AT + day * (DAY + timedelta(minutes=1))
    ask(reaper, swept_at=hub.clock.isoformat(), sweep_id=f"day-{day}")


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


def kill_switch(position: str) -> Callable[[Hub], None]:
    return lambda hub: hub.turn_kill_switch(position)


def no_kill_switch(hub: Hub) -> None:
    hub.ssm.delete_parameter(Name=KILL_SWITCH)


def refuse(operation: str, code: str) -> Callable[[Hub], None]:
    return lambda hub: hub.exchange.refuse(operation, code, times=9)


def policy(**changes: Any) -> Callable[[Hub], None]:
    return lambda hub: hub.appconfig.deploy(make_policy(**changes))


def document(text: str | None) -> Callable[[Hub], None]:
    def change(hub: Hub) -> None:
        hub.appconfig.document = text

    return change


def no_policy_ever(hub: Hub) -> None:
    hub.forget_policies()
    hub.appconfig.document = None


def stack(**fields: Any) -> Callable[[Hub], None]:
    return lambda hub: hub.members.stacks[CHECKOUT].update(fields)


def tags(**values: str) -> Callable[[Hub], None]:
    named = {name.replace("__", ":").replace("_", "-"): value for name, value in values.items()}
    return lambda hub: hub.members.retag(CHECKOUT, named)


def lease(change: Callable[[Lease], Lease]) -> Callable[[Hub], None]:
    def apply(hub: Hub) -> None:
        before = hub.lease(CHECKOUT)
        hub.ledger.save(before, change(before), make_event(before, at=SWEPT_AT))

    return apply


def updated(hub: Hub) -> None:
    hub.members.updated(CHECKOUT)


def deleted(hub: Hub) -> None:
    hub.members.happened(CHECKOUT, "DELETE_COMPLETE")


def forgotten(hub: Hub) -> None:
    del hub.members.stacks[CHECKOUT]


def night(hub: Hub) -> None:
    """Ten hours later, when the request has been waiting for no longer than it may."""
    hub.monkeypatch.setenv("MAX_CLOCK_SKEW_MINUTES", "600")
    hub.clock = SWEPT_AT + timedelta(hours=10)


def wall(hub: Hub, moved: timedelta) -> None:
    hub.clock = SWEPT_AT + moved


def undelivered(before: Lease) -> Lease:
    *earlier, last = before.notices
    return replace(before, notices=(*earlier, replace(last, delivered_at=None)))


def told_lately(before: Lease) -> Lease:
    *earlier, last = before.notices
    delivered = SWEPT_AT - timedelta(hours=23, minutes=59)
    return replace(before, notices=(*earlier, replace(last, delivered_at=delivered)))


REFUSALS = [
    pytest.param(kill_switch("on"), "the kill switch is on", id="kill-switch-on"),
    pytest.param(kill_switch("OFF?"), "the kill switch is unread", id="kill-switch-unclear"),
    pytest.param(no_kill_switch, "the kill switch is unread", id="kill-switch-missing"),
    pytest.param(
        refuse("GetParameter", "InternalServerError"), "the kill switch is unread", id="ssm-down"
    ),
    pytest.param(
        refuse("GetParameter", "AccessDeniedException"), "kill switch is unread", id="ssm-closed"
    ),
    pytest.param(policy(mode="notify"), "the mode here is notify", id="policy-only-notifies"),
    pytest.param(policy(mode="observe"), "the mode here is observe", id="policy-only-observes"),
    pytest.param(document(None), "the mode here is notify", id="policy-vanished"),
    pytest.param(document('{"version": 1}'), "the mode here is notify", id="policy-invalid"),
    pytest.param(document("\ufffd{"), "the mode here is notify", id="policy-garbled"),
    pytest.param(
        refuse("StartConfigurationSession", "InternalServerException"),
        "the mode here is notify",
        id="appconfig-down",
    ),
    pytest.param(no_policy_ever, "no earlier policy was ever valid", id="no-policy-ever"),
    pytest.param(
        policy(scope={"name_patterns": ["pr-*"], "regions": ["eu-west-1"]}),
        "out of scope",
        id="scope-narrowed",
    ),
    pytest.param(policy(lease={"ttl": "45d"}), "it has not expired", id="ttl-lengthened"),
    pytest.param(tags(expires_at="2027-01-31"), "it has not expired", id="extended-by-tag"),
    pytest.param(tags(steward__keep="yes"), "kept by its owner", id="kept-by-tag"),
    pytest.param(tags(stage="prod"), "out of scope", id="production-by-tag"),
    pytest.param(
        stack(EnableTerminationProtection=True), "termination protection is on", id="protected"
    ),
    pytest.param(stack(ParentId="arn:aws:x"), "a nested stack", id="nested"),
    pytest.param(stack(StackStatus="UPDATE_IN_PROGRESS"), "an operation is running", id="busy"),
    pytest.param(updated, "somebody updated the stack", id="updated-since"),
    pytest.param(deleted, "the stack is gone", id="deleted"),
    pytest.param(forgotten, "the stack is gone", id="forgotten"),
    pytest.param(
        lease(lambda before: replace(before, generation=2)), "generation 2 by now", id="extended"
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.ACTIVE)),
        "the lease is active",
        id="unmarked",
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.EXEMPT)),
        "the lease is exempt",
        id="exempt",
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.BLOCKED)), "not due", id="blocked"
    ),
    pytest.param(
        lease(lambda before: replace(before, state=LeaseState.GONE)), "no live lease", id="ended"
    ),
    pytest.param(lease(undelivered), "not delivered yet", id="notice-undelivered"),
    pytest.param(lease(told_lately), "not been told long enough", id="told-too-lately"),
    pytest.param(night, "no deletion window is open", id="window-closed"),
    pytest.param(lambda hub: wall(hub, SKEW + SECOND), "send a fresh one", id="stale-request"),
    pytest.param(lambda hub: wall(hub, -SKEW - SECOND), "correct the clock", id="from-the-future"),
]


@pytest.mark.parametrize(("change", "why"), REFUSALS)
@pytest.mark.usefixtures("checkout")
def test_nothing_is_deleted_when(
    hub: Hub,
    reaper: Function,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Hub], None],
    why: str,
) -> None:
    change(hub)
    before = hub.ledger.lease(UNIT, CHECKOUT)
    with caplog.at_level("INFO"):
        ask(reaper)
    assert hub.exchange.sent("DeleteStack") == []
    assert why in caplog.messages[-1]
    assert hub.ledger.lease(UNIT, CHECKOUT) == before
    assert hub.notices(CHECKOUT) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"held": "it newly selects 300 stacks"}, "newly selects 300", id="held"),
        pytest.param({"generation": 2}, "generation 1 by now", id="another-generation"),
        pytest.param({"most_reaps": 0}, "reached its cap of 0 deletes", id="cap-of-none"),
        pytest.param({"most_reaps_per_account": 0}, "its cap of 0", id="account-cap-of-none"),
        pytest.param({"stack_id": CHECKOUT + "x"}, "no live lease", id="another-stack"),
        pytest.param(
            {"account": {"account_id": UNIT.account_id, "tags": {"steward:mode": "notify"}}},
            "the mode here is notify",
            id="account-lowered",
        ),
        pytest.param(
            {"account": {"account_id": UNIT.account_id, "is_management": True}},
            "in the management account",
            id="management-account",
        ),
    ],
)
@pytest.mark.usefixtures("checkout")
def test_nothing_is_deleted_when_the_message_says(
    hub: Hub,
    reaper: Function,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
    why: str,
) -> None:
    with caplog.at_level("INFO"):
        ask(reaper, **changes)
    assert hub.exchange.sent("DeleteStack") == []
    assert why in caplog.messages[-1]


@pytest.mark.parametrize("moved", [SKEW, -SKEW], ids=["late", "early"])
@pytest.mark.usefixtures("checkout")
def test_a_request_at_the_edge_of_the_skew_is_still_good(
    hub: Hub, reaper: Function, moved: timedelta
) -> None:
    wall(hub, moved)
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


EXPORT = {"OutputKey": "Vpc", "OutputValue": "vpc-1", "ExportName": "vpc"}


def test_importers_block_the_delete_and_the_owner_is_told_once(hub: Hub, reaper: Function) -> None:
    due(hub, StackId=CHECKOUT, Outputs=[EXPORT])
    hub.members.imports["vpc"] = ["shop", "crm"]
    ask(reaper)
    lease = hub.lease(CHECKOUT)
    assert lease.state is LeaseState.BLOCKED
    assert lease.reason == "its exports are imported by crm, shop; those stacks go first"
    assert lease.retry_at == hub.clock + DAY
    ask_on_day(hub, reaper, 1)
    assert hub.lease(CHECKOUT).state is LeaseState.BLOCKED
    assert [notice.kind for notice in hub.notices(CHECKOUT)] == ["blocked"]
    ask_on_day(hub, reaper, 2)
    assert len(hub.notices(CHECKOUT)) == 1
    assert hub.exchange.sent("DeleteStack") == []
    del hub.members.imports["vpc"]
    ask_on_day(hub, reaper, 3)
    assert len(hub.members.deletes) == 1


def test_importers_that_are_going_too_are_waited_for(hub: Hub, reaper: Function) -> None:
    due(hub, StackId=CHECKOUT, Outputs=[EXPORT])
    due(hub, "feat-shop")
    crm = hub.members.add("feat-crm", age=40 * DAY)
    hub.save(reaping(hub, crm))
    hub.members.imports["vpc"] = ["feat-shop", "feat-crm"]
    ask(reaper)
    assert hub.lease(CHECKOUT).state is LeaseState.MARKED
    assert hub.notices(CHECKOUT) == []
    assert hub.exchange.sent("DeleteStack") == []
    hub.members.imports["vpc"].append("feat-young")
    hub.save(known(hub, hub.members.add("feat-young")))
    ask(reaper)
    assert hub.lease(CHECKOUT).state is LeaseState.BLOCKED


@pytest.mark.usefixtures("checkout")
def test_a_stack_that_cannot_be_read_now_is_tried_again(hub: Hub, reaper: Function) -> None:
    hub.members.stacks[CHECKOUT]["Outputs"] = [EXPORT]
    hub.exchange.refuse("ListImports", "Throttling")
    good = reap_work(stack_id=due(hub, "feat-good"))
    assert failed(reaper(queued("sqs_reap", good, reap_work()))) == ["1"]
    assert [delete["StackName"] for delete in hub.members.deletes] == [good.stack_id]
    assert hub.lease(CHECKOUT).state is LeaseState.MARKED


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


@pytest.mark.parametrize(
    ("close", "why"),
    [
        pytest.param(
            lambda hub: hub.exchange.refuse_role("steward-reap"),
            "role steward-reap of account 222222222222 cannot be assumed",
            id="no-reap-role",
        ),
        pytest.param(
            refuse("DescribeStacks", "AccessDenied"), "DescribeStacks is not allowed", id="unread"
        ),
        pytest.param(
            refuse("ListImports", "AccessDenied"), "ListImports is not allowed", id="imports-unread"
        ),
        pytest.param(
            refuse("DeleteStack", "AccessDenied"), "DeleteStack is not allowed", id="denied"
        ),
        pytest.param(
            lambda hub: hub.exchange.refuse("AssumeRole", "AccessDenied", skip=1, times=99),
            "role steward-reap of account 222222222222 cannot be assumed",
            id="rights-not-narrowed",
        ),
        pytest.param(
            refuse("DeleteStack", "ValidationError"), "CloudFormation refused", id="refused"
        ),
    ],
)
def test_a_closed_door_blocks_the_lease_and_is_told_once(
    hub: Hub, reaper: Function, checkout: str, close: Callable[[Hub], None], why: str
) -> None:
    hub.members.stacks[checkout]["Outputs"] = [EXPORT]
    close(hub)
    ask(reaper)
    lease = hub.lease(checkout)
    assert (lease.state, lease.retry_at) == (LeaseState.BLOCKED, hub.clock + DAY)
    assert why in lease.reason
    (notice,) = hub.notices(checkout)
    assert (notice.kind, notice.detail) == ("blocked", lease.reason)
    ask(reaper)
    for day in (1, 2):
        ask_on_day(hub, reaper, day)
        assert hub.lease(checkout).state is LeaseState.BLOCKED
    assert len(hub.notices(checkout)) == 1
    assert hub.members.deletes == []
    hub.exchange.heal()
    ask_on_day(hub, reaper, 3)
    assert len(hub.members.deletes) == 1


def test_a_closed_door_is_no_matter_of_a_lease_that_moved_on(
    hub: Hub, reaper: Function, checkout: str
) -> None:
    before = hub.lease(checkout)
    extended = replace(before, state=LeaseState.ACTIVE, generation=2, notices=())
    hub.ledger.save(before, extended, make_event(extended))
    hub.exchange.refuse_role("steward-reap")
    ask(reaper)
    assert hub.lease(checkout).state is LeaseState.ACTIVE
    assert hub.notices(checkout) == []


def test_resources_that_may_not_be_listed_block_the_lease(hub: Hub, reaper: Function) -> None:
    stack_id = rung(hub, Step.RETAIN_FAILED)
    hub.exchange.refuse("ListStackResources", "AccessDenied")
    ask(reaper)
    lease = hub.lease(stack_id)
    assert lease.state is LeaseState.BLOCKED
    assert "ListStackResources is not allowed" in lease.reason
    assert hub.members.deletes == []


def test_another_reason_is_news(hub: Hub, reaper: Function, checkout: str) -> None:
    hub.exchange.refuse("DeleteStack", "ValidationError", "an export is in use")
    ask(reaper)
    hub.exchange.refuse("DeleteStack", "ValidationError", "the role is gone")
    ask_on_day(hub, reaper, 1)
    first, second = (notice.detail for notice in hub.notices(checkout))
    assert "an export is in use" in first
    assert "the role is gone" in second


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


def rung(hub: Hub, step: Step) -> str:
    """A stack whose plain delete failed, and whose next try is `step`, now."""
    stack_id = hub.members.add("feat-checkout", age=40 * DAY, StackId=CHECKOUT)
    before = reaping(hub, stack_id, failure="it failed", retry_step=step, retry_at=SWEPT_AT)
    hub.save(replace(before, tried=(Step.PLAIN,)))
    hub.members.happened(stack_id, "DELETE_FAILED", "steward-reap-x")
    return stack_id


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
    stack_id = rung(hub, step)
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
    stack_id = rung(hub, Step.PLAIN)
    before = hub.lease(stack_id)
    assert before.attempt is not None
    later = replace(before, attempt=replace(before.attempt, retry_at=hub.clock + retry_in))
    hub.ledger.save(before, later, make_event(later))
    ask(reaper)
    assert len(hub.members.deletes) == deletes
