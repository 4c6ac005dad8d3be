"""A rehearsed sweep: what it would write is read back, and the table stays as it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from moto import mock_aws

from steward.domain.leases import Lease, LeaseState
from steward.domain.outbox import Notice, NoticeState
from steward_cli.dry_ledger import DryLedger
from steward_cli.rehearsal import Rehearsal, notice_id
from tests.factories import NOW, UNIT, make_account, make_event, make_lease, make_notice
from tests.integration.digest_hub import RETENTION, TABLE, DigestHub, make_hub

CLAIM = timedelta(minutes=15)
LEASE = make_lease(state=LeaseState.MARKED, marked_at=NOW)
NOTICE = make_notice(LEASE)


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        yield make_hub()


@pytest.fixture
def rehearsal(hub: DigestHub) -> Rehearsal:
    return Rehearsal.over(DryLedger(hub.dynamodb, TABLE, RETENTION))


def swept(rehearsal: Rehearsal, before: Lease | None, after: Lease, *notices: Notice) -> Lease:
    return rehearsal.save(before, after, make_event(after), notices)


def test_what_the_sweep_would_write_is_read_back_and_not_written(
    hub: DigestHub, rehearsal: Rehearsal
) -> None:
    stored = swept(rehearsal, None, LEASE, NOTICE)
    rehearsal.save_accounts([make_account()])
    assert rehearsal.lease(UNIT, LEASE.stack_id) == stored
    assert list(rehearsal.open_notices()) == [NOTICE]
    assert rehearsal.account(UNIT.account_id) == make_account()
    assert hub.dynamodb.scan(TableName=TABLE)["Items"] == []


def test_a_lease_that_the_sweep_would_end_is_over(hub: DigestHub, rehearsal: Rehearsal) -> None:
    stored = hub.ledger.save(None, LEASE, make_event(LEASE))
    swept(rehearsal, stored, replace(stored, state=LeaseState.GONE))
    assert rehearsal.lease(UNIT, LEASE.stack_id) is None


def test_a_lease_that_the_sweep_leaves_alone_is_as_it_was(
    hub: DigestHub, rehearsal: Rehearsal
) -> None:
    stored = hub.ledger.save(None, LEASE, make_event(LEASE))
    assert rehearsal.lease(UNIT, LEASE.stack_id) == stored


def test_notices_that_wait_come_before_those_of_the_sweep(
    hub: DigestHub, rehearsal: Rehearsal
) -> None:
    stored = hub.ledger.save(None, LEASE, make_event(LEASE), [NOTICE])
    final = make_notice(LEASE, timedelta(days=1))
    swept(rehearsal, stored, stored, final)
    assert list(rehearsal.open_notices()) == [NOTICE, final]


@pytest.mark.parametrize("is_sent", [False, True], ids=["waiting", "sent"])
def test_a_notice_that_exists_is_not_queued_again(
    hub: DigestHub, rehearsal: Rehearsal, is_sent: bool
) -> None:
    stored = hub.ledger.save(None, LEASE, make_event(LEASE), [NOTICE])
    if is_sent:
        hub.ledger.record_delivery(NOTICE, NOW, {"dev@example.com": "m-1"}, "a test")
    swept(rehearsal, stored, stored, NOTICE)
    assert len(list(rehearsal.open_notices())) == (0 if is_sent else 1)


@pytest.mark.parametrize(
    ("later", "may_be_claimed"),
    [
        pytest.param(CLAIM, False, id="exactly-as-old-as-a-claim-lasts"),
        pytest.param(CLAIM + timedelta(seconds=1), True, id="a-second-older"),
    ],
)
def test_another_runs_claim_is_respected_while_it_lasts(
    hub: DigestHub, rehearsal: Rehearsal, later: timedelta, may_be_claimed: bool
) -> None:
    hub.ledger.save(None, LEASE, make_event(LEASE), [NOTICE])
    hub.ledger.claim(NOTICE, NOW, CLAIM)
    (claimed,) = rehearsal.open_notices()
    assert claimed.state is NoticeState.CLAIMED
    assert rehearsal.claim(claimed, NOW + later, CLAIM) is may_be_claimed
    assert hub.ledger.claim(claimed, NOW + later, CLAIM) is may_be_claimed


def test_an_open_notice_can_be_claimed_without_a_write(
    hub: DigestHub, rehearsal: Rehearsal
) -> None:
    hub.ledger.save(None, LEASE, make_event(LEASE), [NOTICE])
    assert rehearsal.claim(NOTICE, NOW, CLAIM)
    assert hub.stored(NOTICE).state is NoticeState.PENDING


def test_a_cancelled_notice_is_remembered_with_the_reason(
    hub: DigestHub, rehearsal: Rehearsal
) -> None:
    hub.ledger.save(None, LEASE, make_event(LEASE), [NOTICE])
    rehearsal.cancel(NOTICE, "its lease has ended", NOW)
    assert rehearsal.cancelled == {notice_id(NOTICE): (NOTICE, "its lease has ended")}
    assert hub.stored(NOTICE).state is NoticeState.PENDING
