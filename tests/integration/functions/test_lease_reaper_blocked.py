"""A delete that a person has to make possible: the lease is blocked, and its owner is told once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from steward.domain.decisions import RECHECK
from steward.domain.leases import LeaseState, Step
from tests.factories import make_event
from tests.integration.functions.asking import ask, ask_on_day
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.leased import DAY, due, half_deleted, known, reaping
from tests.integration.functions.samples import failed, queued, reap_work

CHECKOUT = reap_work().stack_id
EXPORT = {"OutputKey": "Vpc", "OutputValue": "vpc-1", "ExportName": "vpc"}


def refuse(operation: str, code: str) -> Callable[[Hub], None]:
    return lambda hub: hub.exchange.refuse(operation, code, times=9)


def test_importers_block_the_delete_and_the_owner_is_told_once(hub: Hub, reaper: Function) -> None:
    due(hub, StackId=CHECKOUT, Outputs=[EXPORT])
    hub.members.imports["vpc"] = ["shop", "crm"]
    ask(reaper)
    lease = hub.lease(CHECKOUT)
    assert lease.state is LeaseState.BLOCKED
    assert lease.reason == "its exports are imported by crm, shop; those stacks go first"
    assert lease.retry_at == hub.clock + RECHECK
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
    assert (lease.state, lease.retry_at) == (LeaseState.BLOCKED, hub.clock + RECHECK)
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
    stack_id = half_deleted(hub, Step.RETAIN_FAILED)
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
