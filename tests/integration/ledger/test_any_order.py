"""Mails may be recorded and reported in any order and any number of times."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeKind, event_notice
from steward.domain.outcomes import Outcome
from steward.ledger.ledger import Ledger
from steward.workflows.delivering import take_in
from steward.workflows.reachability import learn
from tests.factories import NOW, make_event, make_lease, make_notice
from tests.integration.digest_hub import RETENTION, TABLE, aws, table_properties

ADA, BOB, FALLBACK = "ada@example.com", "bob@example.com", "platform@example.com"
WEEK = timedelta(days=7)
HEARD_AT = NOW + WEEK
MAILS = {"one": ADA, "two": BOB}
LASTS = {DeliveryStatus.BOUNCED: WEEK, DeliveryStatus.COMPLAINED: 2 * WEEK}
ENDS = [*LASTS, DeliveryStatus.SUPPRESSED, DeliveryStatus.REJECTED, None]

type Step = Callable[[Ledger], object]


@contextmanager
def fresh_ledger() -> Iterator[Ledger]:
    with mock_aws():
        client = aws().client("dynamodb")
        client.create_table(TableName=TABLE, **table_properties())
        yield Ledger(client, TABLE, RETENTION)


def _told() -> list[tuple[Notice, dict[str, str]]]:
    """One mail to each owner told of three notices: of a deletion to both of them and to one
    alone, and of a blocked delete."""
    lease = make_lease(marked_at=NOW, state=LeaseState.MARKED, notices=(LeaseNotice(WEEK, NOW),))
    other = make_lease(
        "feat-b", marked_at=NOW, state=LeaseState.MARKED, notices=(LeaseNotice(WEEK, NOW),)
    )
    news = event_notice(replace(other, owners=(BOB,)), NoticeKind.BLOCKED, "why", NOW)
    return [
        (make_notice(replace(lease, owners=(ADA, BOB))), {ADA: "one", BOB: "two"}),
        (make_notice(replace(other, owners=(ADA,))), {ADA: "one"}),
        (news, {BOB: "two"}),
    ]


TOLD = _told()


def record(number: int) -> Step:
    notice, mails = TOLD[number]

    def step(ledger: Ledger) -> None:
        for outcome in ledger.record_delivery(notice, NOW, mails, "notice_digest", FALLBACK):
            learn(ledger, outcome, MAILS[outcome.message_id], NOW)

    return step


def report(message_id: str, status: DeliveryStatus, at: datetime) -> Step:
    until = (
        at + LASTS.get(status, WEEK)
        if status.failed or status is DeliveryStatus.COMPLAINED
        else None
    )
    outcome = Outcome(message_id, MAILS[message_id], status, at, "said", until)
    return lambda ledger: take_in(ledger, outcome, NOW, FALLBACK, HEARD_AT)


@st.composite
def lives(draw: Any) -> tuple[Sequence[Step], Sequence[Step]]:
    """The same steps twice: records first and each report once, and as they may come."""
    reports: list[Step] = []
    for message_id in MAILS:
        minutes = iter(range(1, 9))
        seen = draw(st.lists(st.sampled_from(["delayed", "delivered"]), max_size=3))
        end = draw(st.sampled_from(ENDS))
        for status in [*map(DeliveryStatus, seen), *([end] if end else [])]:
            reports.append(report(message_id, status, NOW + timedelta(minutes=next(minutes))))
    records = [record(number) for number in range(len(TOLD))]
    repeated = draw(st.lists(st.sampled_from(reports), max_size=4)) if reports else []
    return [*records, *reports], draw(st.permutations([*records, *reports, *repeated]))


def outcome_of(steps: Sequence[Step]) -> tuple[Any, dict[str, Unreachable]]:
    with fresh_ledger() as ledger:
        for notice, _ in TOLD[:2]:
            lease = make_lease(
                notice.stack_name,
                marked_at=NOW,
                state=LeaseState.MARKED,
                notices=(LeaseNotice(WEEK, NOW),),
            )
            news = [each for each, _ in TOLD if each.stack_id == notice.stack_id]
            ledger.save(None, lease, make_event(lease), news)
        for step in steps:
            step(ledger)
        found = []
        for notice, _ in TOLD:
            lease_now = ledger.lease(notice.unit, notice.stack_id)
            assert lease_now is not None
            found.append((lease_now.generation, lease_now.notices, lease_now.delete_after))
        notices = [
            (each.stage, each.state, each.owners, each.deliveries)
            for notice, _ in TOLD[:2]
            for each in ledger.notices_of(notice.stack_id)
        ]
        return (found, notices), ledger.unreachable(NOW)


@settings(max_examples=8, deadline=None)
@given(lives())
def test_neither_order_nor_repeats_of_reports_change_the_outcome(
    life: tuple[Sequence[Step], Sequence[Step]],
) -> None:
    in_order, as_they_came = life
    assert outcome_of(as_they_came) == outcome_of(in_order)
