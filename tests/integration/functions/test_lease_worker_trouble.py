"""What a worker does with broken messages, closed doors and a world that changes meanwhile."""

import json
from datetime import timedelta

import pytest

from functions.lease_worker import app
from steward.domain.leases import LeaseState
from steward.domain.stacks import Unit
from tests.factories import UNIT, make_event
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY, due, known, reaping, told
from tests.integration.functions.samples import failed, queued, sample, unit_work

VIRGINIA = Unit(UNIT.account_id, "us-east-1")
SECOND = timedelta(seconds=1)


def body_with(**more: object) -> str:
    return json.dumps(json.loads(unit_work().model_dump_json()) | more)


@pytest.mark.parametrize(
    ("poison", "says"),
    [
        pytest.param("{", "Invalid JSON", id="not-json"),
        pytest.param("", "Invalid JSON", id="empty"),
        pytest.param("[" * 100_000, "Invalid JSON", id="nested-without-end"),
        pytest.param(body_with(generation=1), "generation", id="unknown-field"),
        pytest.param(body_with(sweep=None), "sweep", id="field-of-another-kind"),
        pytest.param(body_with(region="everywhere"), "region", id="no-region"),
        pytest.param(body_with(scope_since="2026-11-01T08:00:00"), "scope_since", id="naive-time"),
        pytest.param('{"version": 2, "unit": "222222222222"}', "version", id="of-a-later-version"),
    ],
)
def test_only_a_poisoned_message_comes_back(
    hub: Hub, worker: Function, poison: str, says: str
) -> None:
    near, far = hub.members.add("feat-near"), hub.members.add("feat-far", VIRGINIA)
    event = queued("sqs_unit", unit_work(), poison, unit_work(region=VIRGINIA.region))
    assert failed(worker(event)) == ["1"]
    assert hub.lease(near).state is LeaseState.ACTIVE
    assert hub.lease(far, VIRGINIA).state is LeaseState.ACTIVE
    assert says in str(app.processor.exceptions)


def test_a_message_from_the_future_is_refused_and_nothing_is_read(
    hub: Hub, worker: Function
) -> None:
    hub.members.add("feat-cart")
    hub.clock = SWEPT_AT - SKEW
    assert failed(worker(sample("sqs_unit"))) == []
    hub.exchange.calls.clear()
    hub.clock -= SECOND
    assert failed(worker(sample("sqs_unit"))) == ["059f36b4-87a3-44ab-83d2-661975830a7d"]
    assert hub.exchange.calls == []


def test_a_message_that_waited_long_is_judged_by_its_own_clock(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart")
    hub.clock = SWEPT_AT + 3 * DAY
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.lease(cart).registered_at == SWEPT_AT


def test_a_message_of_an_unknown_policy_comes_back(hub: Hub, worker: Function) -> None:
    hub.members.add("feat-cart")
    event = queued("sqs_unit", unit_work(policy="ffffffffffff"))
    assert failed(worker(event)) == ["0"]
    assert "policy ffffffffffff is not in the ledger" in str(app.processor.exceptions)
    assert hub.exchange.writes == ["PutItem"]


def test_one_failing_stack_leaves_the_others_judged(hub: Hub, worker: Function) -> None:
    first, second, third = (hub.members.add(f"feat-{name}") for name in "abc")
    hub.exchange.refuse("TransactWriteItems", "InternalServerError", skip=1)
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert hub.lease(first).state is LeaseState.ACTIVE
    assert hub.lease(third).state is LeaseState.ACTIVE
    assert second in str(app.processor.exceptions)
    assert failed(worker(queued("sqs_unit", unit_work()))) == []
    assert hub.history(second) == ["register"]
    assert hub.history(first) == ["register"]


@pytest.mark.parametrize(
    "gap",
    [
        pytest.param("steward-read", id="no-read-role"),
        pytest.param("OptInRequired", id="region-not-enabled"),
        pytest.param("InvalidClientTokenId", id="token-not-valid-there"),
        pytest.param("AccessDenied", id="denied-by-the-organization"),
    ],
)
def test_a_unit_that_is_closed_is_on_record_as_not_covered(
    hub: Hub, worker: Function, capsys: pytest.CaptureFixture[str], gap: str
) -> None:
    leased = due(hub)
    if gap == "steward-read":
        hub.exchange.refuse_role(gap)
    else:
        hub.exchange.refuse("DescribeStacks", gap, "no")
    open_unit = unit_work().account.model_copy(update={"account_id": "333333333333"})
    works = [unit_work()]
    if gap != "steward-read":
        works.append(unit_work().model_copy(update={"account": open_unit}))
    assert failed(worker(queued("sqs_unit", *works))) == []
    found = hub.ledger.gaps()
    assert list(found) == [UNIT]
    assert UNIT.account_id in found[UNIT].reason
    assert found[UNIT].since == SWEPT_AT
    assert hub.lease(leased).state is LeaseState.MARKED
    assert hub.queued(hub.reaps_url) == []
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["UnitsNotCovered"] for line in counted if "_aws" in line] == [[1.0]]


def test_a_gap_is_written_once_and_closed_by_the_next_good_scan(hub: Hub, worker: Function) -> None:
    hub.exchange.refuse_role("steward-read")
    for _ in range(2):
        assert failed(worker(sample("sqs_unit"))) == []
    assert hub.exchange.writes == ["TransactWriteItems", "PutItem", "PutItem"]
    hub.exchange.heal()
    assert failed(worker(queued("sqs_unit", unit_work(was_uncovered=True)))) == []
    assert hub.ledger.gaps() == {}


def test_a_scan_that_failed_closes_no_gap(hub: Hub, worker: Function) -> None:
    hub.ledger.note_gap(UNIT, "closed", SWEPT_AT - DAY)
    hub.exchange.refuse("DescribeStacks", "Throttling")
    assert failed(worker(queued("sqs_unit", unit_work(was_uncovered=True)))) == ["0"]
    assert hub.ledger.gaps()[UNIT].since == SWEPT_AT - DAY


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("Throttling", "Rate exceeded", id="throttled"),
        pytest.param("ValidationError", "Invalid NextToken: expired", id="page-token-expired"),
        pytest.param("ExpiredToken", "the security token is expired", id="credentials-expired"),
        pytest.param("InternalFailure", "", id="broken"),
    ],
)
def test_a_scan_that_breaks_off_ends_no_lease(
    hub: Hub, worker: Function, code: str, message: str
) -> None:
    hub.members.page_size = 2
    first = [hub.members.add(f"feat-{number}") for number in range(2)]
    vanished = hub.members.add("feat-vanished")
    hub.save(known(hub, vanished))
    hub.members.add("feat-last")
    hub.members.happened(vanished, "DELETE_COMPLETE")
    hub.exchange.refuse("DescribeStacks", code, message, skip=1)
    hub.members.add("feat-later")
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert hub.lease(vanished).state is LeaseState.ACTIVE
    assert [hub.lease(stack_id).state for stack_id in first] == [LeaseState.ACTIVE] * 2
    assert hub.ledger.gaps() == {}
    assert failed(worker(queued("sqs_unit", unit_work()))) == []
    assert hub.ended(vanished).state is LeaseState.GONE


def test_a_lease_whose_stack_was_not_listed_is_asked_after(hub: Hub, worker: Function) -> None:
    """A list that is read while stacks come and go may miss one that is there."""
    cart = hub.members.add("feat-cart")
    hub.save(known(hub, cart))

    def listed() -> None:
        hub.members.stacks[cart]["StackStatus"] = "CREATE_COMPLETE"

    hub.members.stacks[cart]["StackStatus"] = "DELETE_COMPLETE"
    hub.exchange.before("DescribeStacks", listed, skip=1)
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.lease(cart).state is LeaseState.ACTIVE


def test_a_stack_that_cannot_be_asked_after_is_not_gone(hub: Hub, worker: Function) -> None:
    cart = hub.members.add("feat-cart")
    hub.save(known(hub, cart))
    hub.members.happened(cart, "DELETE_COMPLETE")
    hub.exchange.refuse("DescribeStacks", "Throttling", skip=1)
    assert failed(worker(queued("sqs_unit", unit_work()))) == ["0"]
    assert hub.lease(cart).state is LeaseState.ACTIVE


@pytest.mark.parametrize("is_remembered", [True, False], ids=["deleted", "forgotten"])
def test_a_stack_gone_between_the_list_and_the_named_read_ends(
    hub: Hub, worker: Function, is_remembered: bool
) -> None:
    hub.members.lists_protection = False
    checkout = due(hub)

    def vanish() -> None:
        if is_remembered:
            hub.members.happened(checkout, "DELETE_COMPLETE")
        else:
            del hub.members.stacks[checkout]

    hub.exchange.before("DescribeStacks", vanish, skip=1)
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.ended(checkout).state is LeaseState.GONE
    assert hub.queued(hub.reaps_url) == []


def test_our_delete_that_ends_between_the_list_and_the_named_read_is_receipted(
    hub: Hub, worker: Function
) -> None:
    hub.members.lists_protection = False
    cart = hub.members.add("feat-cart", age=40 * DAY)
    hub.save(reaping(hub, cart, accepted_at=None))

    def vanish() -> None:
        hub.members.happened(cart, "DELETE_COMPLETE")

    hub.exchange.before("DescribeStacks", vanish, skip=1)
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.ended(cart).state is LeaseState.REAPED
    assert [notice.kind for notice in hub.notices(cart)] == ["deleted"]


@pytest.mark.parametrize(
    ("is_protected", "state"), [(True, LeaseState.EXEMPT), (False, LeaseState.MARKED)]
)
def test_protection_that_the_list_leaves_out_is_read_before_acting(
    hub: Hub, worker: Function, is_protected: bool, state: LeaseState
) -> None:
    hub.members.lists_protection = False
    checkout = due(hub, EnableTerminationProtection=is_protected)
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.lease(checkout).state is state
    assert len(hub.queued(hub.reaps_url)) == (0 if is_protected else 1)
    named = [params for params in hub.exchange.sent("DescribeStacks") if params.get("StackName")]
    assert named == [{"StackName": checkout}] * len(named)
    assert named != []


def test_protection_is_read_again_only_where_something_is_done(hub: Hub, worker: Function) -> None:
    hub.members.lists_protection = False
    for number in range(5):
        hub.members.add(f"feat-{number}")
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.exchange.sent("DescribeStacks") == [{}]


def test_a_lease_that_changed_meanwhile_is_left_to_the_next_sweep(
    hub: Hub, worker: Function
) -> None:
    stale = hub.members.add("feat-stale", age=8 * DAY)
    before = hub.save(known(hub, stale))
    shop = hub.members.add("feat-shop")

    def extend() -> None:
        hub.ledger.save(before, before, make_event(before, what="extended elsewhere"))

    hub.exchange.before("TransactWriteItems", extend)
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.history(stale) == ["active", "extended elsewhere"]
    assert hub.notices(stale) == []
    assert hub.exchange.sent("CreateChangeSet") == []
    assert hub.lease(shop).state is LeaseState.ACTIVE


@pytest.mark.parametrize("call", range(9))
def test_a_worker_that_dies_is_followed_by_one_that_ends_the_work(
    hub: Hub, worker: Function, call: int
) -> None:
    """The calls: policy, role, list, leases, who is unreachable, mark, tagging role, read; then the
    change set."""
    stale = hub.members.add("feat-stale", age=8 * DAY)
    hub.save(known(hub, stale))

    def die() -> None:
        raise Crash

    hub.exchange.before("", die, skip=call)
    with pytest.raises(Crash):
        worker(sample("sqs_unit"))
    worker.restart()
    assert failed(worker(sample("sqs_unit"))) == []
    assert hub.lease(stale).state is LeaseState.MARKED
    assert hub.lease(stale).tag.status == "written"
    assert len(hub.notices(stale)) == 1
    assert len(hub.exchange.sent("ExecuteChangeSet")) == 1


def test_a_stack_that_may_not_be_tagged_is_reaped_all_the_same(hub: Hub, worker: Function) -> None:
    checkout = hub.members.add("feat-checkout", age=40 * DAY)
    lease = told(known(hub, checkout))
    hub.save(lease)
    hub.exchange.refuse_role("steward-tag")
    assert failed(worker(sample("sqs_unit"))) == []
    assert len(hub.queued(hub.reaps_url)) == 1
