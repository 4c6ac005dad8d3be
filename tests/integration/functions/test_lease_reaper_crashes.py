"""A reaper that dies, is asked twice or is handed a broken message: one delete, and none lost."""

import pytest

from functions.lease_worker import app as worker_app
from steward.domain.leases import LeaseState
from tests.factories import UNIT
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.leased import due
from tests.integration.functions.samples import failed, queued, reap_work, sample

CHECKOUT = reap_work().stack_id
# What a delete that goes well takes, in this order.
CALLS = (
    "StartConfigurationSession",
    "GetLatestConfiguration",
    "GetItem",  # the last good policy
    "TransactWriteItems",  # the newer one
    "GetItem",  # the lease
    "AssumeRole",
    "DescribeStacks",
    "GetParameter",  # the kill switch
    "UpdateItem",  # the permit
    "TransactWriteItems",  # REAPING
    "AssumeRole",  # for this stack alone
    "DeleteStack",
    "TransactWriteItems",  # accepted
)


def die() -> None:
    raise Crash


def finish(hub: Hub, stack_id: str) -> None:
    """CloudFormation ends the delete, and the next sweep looks."""
    hub.members.happened(stack_id, "DELETE_COMPLETE")
    worker = hub.function(worker_app)
    assert failed(worker(sample("sqs_unit"))) == []


def test_a_delete_takes_these_calls(hub: Hub, reaper: Function, checkout: str) -> None:
    reaper(sample("sqs_reap"))
    assert tuple(call.operation for call in hub.exchange.calls) == CALLS
    assert hub.lease(checkout).state is LeaseState.REAPING


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda number: CALLS[number])
def test_a_crash_after_any_call_is_made_good_by_the_repeat(
    hub: Hub, reaper: Function, checkout: str, number: int
) -> None:
    hub.exchange.after("", die, skip=number)
    with pytest.raises(Crash):
        reaper(sample("sqs_reap"))
    reaper.restart()
    assert failed(reaper(sample("sqs_reap"))) == []
    assert [delete["StackName"] for delete in hub.members.deletes] == [checkout]
    assert hub.lease(checkout).state is LeaseState.REAPING
    finish(hub, checkout)
    assert hub.ended(checkout).state is LeaseState.REAPED
    assert [notice.kind for notice in hub.notices(checkout)] == ["deleted"]


def test_a_delete_that_is_not_shown_yet_is_accepted_by_the_repeat(
    hub: Hub, reaper: Function, checkout: str
) -> None:
    hub.members.shows_deletes = False
    hub.exchange.after("DeleteStack", die)
    with pytest.raises(Crash):
        reaper(sample("sqs_reap"))
    begun = hub.lease(checkout).attempt
    reaper.restart()
    assert failed(reaper(sample("sqs_reap"))) == []
    accepted = hub.lease(checkout).attempt
    assert begun is not None
    assert accepted is not None
    assert (begun.accepted_at, accepted.accepted_at) == (None, hub.clock)
    assert (begun.number, begun.token) == (accepted.number, accepted.token)
    assert len(hub.members.deletes) == 1


def test_a_message_that_comes_twice_deletes_once(
    hub: Hub, reaper: Function, checkout: str, caplog: pytest.LogCaptureFixture
) -> None:
    hub.members.shows_deletes = False
    with caplog.at_level("INFO"):
        for _ in range(2):
            assert failed(reaper(sample("sqs_reap"))) == []
    assert len(hub.exchange.sent("DeleteStack")) == 1
    assert caplog.messages[-1] == "nothing to do: its delete is under way"
    assert hub.history(checkout) == ["marked", "reap", "delete accepted"]


def test_two_reapers_at_once_delete_once(hub: Hub, reaper: Function, checkout: str) -> None:
    """The other one is done while this one is about to write down that it begins."""

    def other() -> None:
        assert failed(reaper(sample("sqs_reap"))) == []

    hub.exchange.before("UpdateItem", other)
    with pytest.raises(Exception, match="was changed since it was read"):
        reaper(sample("sqs_reap"))
    assert len(hub.exchange.sent("DeleteStack")) == 1
    assert failed(reaper(sample("sqs_reap"))) == []
    assert len(hub.exchange.sent("DeleteStack")) == 1
    assert hub.lease(checkout).state is LeaseState.REAPING


def test_what_follows_a_failed_message_waits_for_it(
    hub: Hub, reaper: Function, checkout: str
) -> None:
    """In an account one delete comes after the other, so none overtakes one that failed."""
    later = due(hub, "feat-later")
    event = queued("sqs_reap", reap_work(), "no message of ours", reap_work(stack_id=later))
    assert failed(reaper(event)) == ["1", "2"]
    assert [delete["StackName"] for delete in hub.members.deletes] == [checkout]


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param("{", id="not-json"),
        pytest.param(reap_work().model_dump_json().replace(":1}", ":0}"), id="no-generation"),
        pytest.param(
            reap_work().model_dump_json().replace(CHECKOUT, "feat-checkout"), id="a-name-as-id"
        ),
        pytest.param(
            reap_work().model_dump_json().replace('"region"', '"force":true,"region"'),
            id="unknown-field",
        ),
    ],
)
def test_a_poisoned_message_fails_loudly_and_touches_nothing(
    hub: Hub, reaper: Function, poison: str
) -> None:
    due(hub, StackId=CHECKOUT)
    assert poison != reap_work().model_dump_json()
    with pytest.raises(Exception, match="validation error"):
        reaper(queued("sqs_reap", poison))
    assert hub.exchange.calls == []
    assert hub.lease(CHECKOUT, UNIT).state is LeaseState.MARKED
