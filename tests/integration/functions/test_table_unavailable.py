"""The ledger's table is away: whatever was asked for is asked again, and nothing is done meanwhile.

The errors are those botocore gives up on. Every call of the table that a run makes fails once.
"""

import pytest

from functions.lease_events import app as events_app
from functions.lease_planner import app as planner_app
from functions.lease_reaper import app as reaper_app
from functions.lease_worker import app as worker_app
from steward.domain.leases import LeaseState
from tests.factories import UNIT, make_policy
from tests.integration.functions.exchange import Exchange, Refused
from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY, due, known
from tests.integration.functions.samples import failed, queued, reap_work, sample, unit_work

CODES = [
    pytest.param("ResourceNotFoundException", id="no-table"),
    pytest.param("InternalServerError", id="broken"),
    pytest.param("ProvisionedThroughputExceededException", id="throttled"),
    pytest.param("AccessDeniedException", id="closed"),
]
NEW_POLICY = make_policy(scope={"name_patterns": ["pr-*"], "regions": ["eu-west-1", "us-east-1"]})
ITS_ANSWERS, CLOSING_EARLIER_BOOKS = 1, 3
OPERATIONS = ("GetItem", "PutItem", "Query", "UpdateItem", "TransactWriteItems")


@pytest.fixture
def checkout(hub: Hub) -> str:
    hub.appconfig.deploy(make_policy())
    return due(hub, StackId=reap_work().stack_id)


def take_away(exchange: Exchange, code: str) -> None:
    for operation in OPERATIONS:
        exchange.refuse(operation, code, times=1_000)


def break_call_of_table(hub: Hub, number: int) -> None:
    """Let only the table call `number` of a run fail."""
    seen = iter(range(1_000))

    def act() -> None:
        if next(seen) == number:
            raise Refused("InternalServerError")

    for operation in OPERATIONS:
        hub.exchange.before(operation, act, times=1_000)


def table_calls(hub: Hub) -> int:
    return sum(call.service == "dynamodb" for call in hub.exchange.calls)


@pytest.mark.parametrize("code", CODES)
def test_a_sweep_is_not_planned(hub: Hub, code: str) -> None:
    hub.monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    hub.appconfig.deploy(make_policy())
    planner = hub.function(planner_app)
    take_away(hub.exchange, code)
    with pytest.raises(Exception, match=code):
        planner(sample("schedule"))
    assert hub.queued(hub.units_url) == []
    hub.exchange.heal()
    assert planner(sample("schedule"))["units"] == 2


@pytest.mark.parametrize("number", range(10))
def test_a_plan_is_queued_only_when_all_of_it_is_on_record(hub: Hub, number: int) -> None:
    hub.monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    hub.appconfig.deploy(NEW_POLICY)
    planner = hub.function(planner_app)
    break_call_of_table(hub, number)
    with pytest.raises(Exception, match="InternalServerError"):
        planner(sample("schedule"))
    assert hub.queued(hub.units_url) == []
    hub.exchange.heal()
    planner.restart()
    hub.exchange.calls.clear()
    assert planner(sample("schedule"))["units"] == 2
    assert len(hub.queued(hub.units_url)) == 2


@pytest.mark.parametrize("code", CODES)
def test_a_unit_comes_back(hub: Hub, checkout: str, code: str) -> None:
    hub.members.add("feat-new")
    worker = hub.function(worker_app)
    take_away(hub.exchange, code)
    with pytest.raises(Exception, match=code):
        worker(queued("sqs_unit", unit_work(), unit_work()))
    assert hub.queued(hub.reaps_url) == []
    assert hub.exchange.sent("CreateChangeSet") == []
    assert hub.lease(checkout).state is LeaseState.MARKED
    hub.exchange.heal()
    assert failed(worker(sample("sqs_unit"))) == []
    assert len(hub.queued(hub.reaps_url)) == 1


@pytest.mark.parametrize("number", range(5))
def test_a_unit_whose_ledger_fails_once_loses_nothing(hub: Hub, number: int) -> None:
    """Policy, leases and who is unreachable are read, the mark is written, then how the tagging
    went."""
    stale = hub.members.add("feat-stale", age=8 * DAY)
    hub.save(known(hub, stale))
    worker = hub.function(worker_app)
    break_call_of_table(hub, number)
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert len(hub.exchange.sent("ExecuteChangeSet")) == (1 if number == 4 else 0)
    hub.exchange.heal()
    # What was tagged but not recorded is an update of ours that has to be looked at first.
    for _ in range(2):
        assert failed(worker(queued("sqs_unit", unit_work()))) == []
    lease = hub.lease(stale)
    assert (lease.state, lease.generation) == (LeaseState.MARKED, 1)
    assert lease.tag.status == "written"
    assert len(hub.notices(stale)) == 1
    assert len(hub.exchange.sent("ExecuteChangeSet")) == 1


def test_a_batch_whose_answers_are_not_on_record_comes_again(hub: Hub) -> None:
    stale = hub.members.add("feat-stale", age=8 * DAY)
    hub.save(known(hub, stale))
    worker = hub.function(worker_app)
    break_call_of_table(hub, 5)
    with pytest.raises(Exception, match="InternalServerError"):
        worker(queued("sqs_unit", unit_work()))
    hub.exchange.heal()
    assert failed(worker(queued("sqs_unit", unit_work()))) == []
    assert hub.lease(stale).state is LeaseState.MARKED
    assert len(hub.notices(stale)) == 1


def test_a_sweep_is_on_its_way_before_earlier_books_are_closed(hub: Hub) -> None:
    hub.monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    hub.appconfig.deploy(NEW_POLICY)
    planner = hub.function(planner_app)
    break_call_of_table(hub, 10)
    with pytest.raises(Exception, match="InternalServerError"):
        planner(sample("schedule"))
    assert len(hub.queued(hub.units_url)) == 2


@pytest.mark.parametrize("code", CODES)
def test_a_delete_is_not_asked_for(hub: Hub, checkout: str, code: str) -> None:
    reaper = hub.function(reaper_app)
    take_away(hub.exchange, code)
    with pytest.raises(Exception, match=code):
        reaper(sample("sqs_reap"))
    assert hub.exchange.sent("DeleteStack") == []
    hub.exchange.heal()
    assert failed(reaper(sample("sqs_reap"))) == []
    assert [delete["StackName"] for delete in hub.members.deletes] == [checkout]


@pytest.mark.parametrize("number", range(6))
def test_a_delete_whose_ledger_fails_once_happens_once(
    hub: Hub, checkout: str, number: int
) -> None:
    reaper = hub.function(reaper_app)
    break_call_of_table(hub, number)
    with pytest.raises(Exception, match="InternalServerError"):
        reaper(sample("sqs_reap"))
    # Only after the last, "accepted", has the delete been asked for.
    assert len(hub.members.deletes) == (1 if number == 5 else 0)
    hub.exchange.heal()
    assert failed(reaper(sample("sqs_reap"))) == []
    assert [delete["StackName"] for delete in hub.members.deletes] == [checkout]
    assert hub.lease(checkout).state is LeaseState.REAPING


@pytest.mark.parametrize("code", CODES)
def test_an_event_comes_back(hub: Hub, checkout: str, code: str) -> None:
    events = hub.function(events_app)
    hub.members.happened(checkout, "DELETE_COMPLETE")
    hub.clock = SWEPT_AT
    take_away(hub.exchange, code)
    with pytest.raises(Exception, match=code):
        events(sample("stack_status_change"))
    assert hub.ledger.lease(UNIT, checkout) is not None
    hub.exchange.heal()
    events(sample("stack_status_change"))
    assert hub.ended(checkout).state is LeaseState.GONE


def test_the_counts_above_are_all_the_calls_there_are(hub: Hub, checkout: str) -> None:
    assert failed(hub.function(reaper_app)(sample("sqs_reap"))) == []
    assert table_calls(hub) == 6
    assert hub.lease(checkout).state is LeaseState.REAPING
    stale = hub.members.add("feat-stale", age=8 * DAY)
    hub.save(known(hub, stale))
    hub.exchange.calls.clear()
    worker: Function = hub.function(worker_app)
    assert failed(worker(queued("sqs_unit", unit_work()))) == []
    assert table_calls(hub) == 5 + ITS_ANSWERS
    hub.monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    hub.appconfig.deploy(NEW_POLICY)
    hub.exchange.calls.clear()
    hub.function(planner_app)(sample("schedule"))
    assert table_calls(hub) == 10 + CLOSING_EARLIER_BOOKS
