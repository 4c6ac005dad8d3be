"""The function dies at any moment: the event comes again and makes good what was missing."""

from datetime import timedelta

import pytest

from functions.notice_delivery import app
from steward.domain.outbox import Notice, NoticeState
from tests.factories import make_event, make_lease, make_notice
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.samples import sample
from tests.integration.functions.test_notice_delivery import (
    DEV,
    DIGEST,
    FALLBACK,
    MAIL,
    SENT_AT,
    receipt,
    told,
)

# What a bounce of a mail about one stack takes, in this order.
CALLS = (
    "GetItem",  # the last good policy
    "GetItem",  # its document
    "GetItem",  # what is known of the mail
    "TransactWriteItems",  # the outcome
    "Query",  # what the mail told of
    "GetItem",  # the notice
    "TransactWriteItems",  # the address
    "GetItem",  # the lease
    "TransactWriteItems",  # the notice, the lease and the trail
    "Query",  # what it told of runtimes
    "Query",  # what it told of rollouts
)


def die() -> None:
    raise Crash


@pytest.fixture
def delivery(hub: Hub) -> Function:
    hub.clock = SENT_AT + timedelta(minutes=1)
    return hub.function(app)


# Each further stack of the digest, and each that was dealt with before the function died.
ONE_MORE = ("GetItem", "GetItem", "TransactWriteItems")
ONE_AGAIN = ("GetItem",)


def test_a_bounce_takes_these_calls(hub: Hub, delivery: Function) -> None:
    told(hub)
    delivery(sample("ses_bounce"))
    assert tuple(call.operation for call in hub.exchange.calls) == CALLS


def test_the_bounce_of_a_long_digest_takes_few_calls_for_each_stack(
    hub: Hub, delivery: Function
) -> None:
    for number in range(20):
        told(hub, f"feat-{number}")
    delivery(sample("ses_bounce"))
    assert len(hub.exchange.calls) == len(CALLS) + 19 * len(ONE_MORE)
    hub.exchange.calls.clear()
    delivery(sample("ses_bounce"))
    assert len(hub.exchange.calls) <= len(CALLS) + 19 * len(ONE_AGAIN)


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda number: CALLS[number])
def test_a_crash_after_any_call_is_made_good_by_the_repeat(
    hub: Hub, delivery: Function, number: int
) -> None:
    lease = told(hub)
    hub.exchange.after("", die, skip=number)
    with pytest.raises(Crash):
        delivery(sample("ses_bounce"))
    delivery.restart()
    delivery(sample("ses_bounce"))
    after = hub.lease(lease.stack_id)
    assert (after.generation, after.notices) == (2, ())
    assert hub.history(lease.stack_id) == ["marked", "delivered", "bounced"]
    assert set(hub.ledger.unreachable(hub.clock)) == {DEV}


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda number: CALLS[number])
def test_a_receipt_is_opened_once_whenever_the_function_dies(
    hub: Hub, delivery: Function, number: int
) -> None:
    receipt(hub)
    hub.exchange.after("", die, skip=number)
    with pytest.raises(Crash):
        delivery(sample("ses_bounce"))
    delivery.restart()
    (opened,) = _opened(hub, delivery)
    hub.ledger.record_delivery(opened, hub.clock, {FALLBACK: "m-2"}, DIGEST, FALLBACK)
    assert _opened(hub, delivery) == []


def _opened(hub: Hub, delivery: Function) -> list[Notice]:
    delivery(sample("ses_bounce"))
    return list(hub.ledger.open_notices())


def test_a_bounce_heard_while_the_digest_records_is_never_lost(
    hub: Hub, delivery: Function
) -> None:
    """The event finds no notice yet, is done with, and never comes again."""
    lease = make_lease("feat-late", marked_at=SENT_AT)
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    delivery(sample("ses_bounce"))
    hub.ledger.record_delivery(notice, SENT_AT, {DEV: MAIL}, DIGEST, FALLBACK)
    assert hub.lease(lease.stack_id).generation == 2
    assert hub.notices(lease.stack_id)[0].state is NoticeState.SENT
