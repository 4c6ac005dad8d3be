"""What `steward inbox` foretells is what notice_digest then sends, mail by mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.modes import MODE_TAG
from steward.domain.outbox import Notice, NoticeKind, event_notice
from steward.domain.runtimes.records import RuntimeNotice
from steward.domain.stacks import Unit
from steward.ledger.keys import notice_key
from steward.workflows.digest import send_digests
from steward_cli.dry_ledger import DryLedger
from steward_cli.outgoing import Outgoing, outgoing
from steward_cli.rehearsal import Rehearsal
from tests.factories import NOW, make_account, make_event, make_lease, make_notice, make_policy
from tests.integration.digest_hub import RETENTION, TABLE, DigestHub, make_hub
from tests.rollout_records import make_rollback, make_rollout, make_rollout_notice
from tests.runtime_records import make_runtime_notice

WEEK = timedelta(days=7)
ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"
POLICY = make_policy()
QUIET = Unit("333333333333", "eu-west-1")


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        hub = make_hub()
        quiet = make_account(QUIET.account_id, tags={MODE_TAG: "observe"})
        hub.ledger.save_accounts([make_account(), quiet])
        yield hub


def mark(hub: DigestHub, name: str, *owners: str, **overrides: Any) -> Notice:
    """A marked lease whose first notice is open."""
    unit = overrides.pop("unit", make_lease().unit)
    told = (LeaseNotice(WEEK, NOW),)
    lease = make_lease(name, unit, state=LeaseState.MARKED, marked_at=NOW, notices=told)
    lease = replace(lease, owners=owners, **overrides)
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def block(hub: DigestHub, name: str, *owners: str) -> Notice:
    lease = make_lease(name, state=LeaseState.BLOCKED, owners=owners, version=1)
    notice = event_notice(lease, NoticeKind.BLOCKED, "its bucket is not empty", NOW)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def lose(hub: DigestHub, address: str) -> None:
    until = NOW + timedelta(days=14)
    lost = Unreachable(address, DeliveryStatus.BOUNCED, "no such user", NOW, until)
    assert hub.ledger.note_unreachable(lost, "m-0")


def foretold(hub: DigestHub) -> tuple[Outgoing, Rehearsal]:
    rehearsal = Rehearsal.over(DryLedger(hub.dynamodb, TABLE, RETENTION))
    return outgoing(rehearsal, POLICY, NOW, ""), rehearsal


def lease_of(hub: DigestHub, notice: Notice) -> Lease:
    lease = hub.ledger.lease(notice.unit, notice.stack_id)
    assert lease is not None
    return lease


def test_the_mails_foretold_are_the_mails_sent(hub: DigestHub) -> None:
    mark(hub, "feat-shared", ADA, BOB)
    mark(hub, "feat-own", "Ada@example.com")
    mark(hub, "feat-lost", EVE, BOB)
    mark(hub, "feat-quiet", ADA, unit=QUIET)
    block(hub, "feat-net", EVE)
    lose(hub, EVE)
    _of_runtimes(hub, "orders", ADA)
    _of_runtimes(hub, "carts", EVE)
    _of_runtimes(hub, "reports", "dan@example.com")
    _of_runtimes(hub, "quiet", ADA, units=(str(QUIET),))
    for rollout in (make_rollout(owners=(ADA, EVE)), make_rollback(owners=(ADA,))):
        assert hub.ledger.queue_news(make_rollout_notice(rollout))
    overtaken = mark(hub, "feat-renewed", ADA)
    before = lease_of(hub, overtaken)
    hub.ledger.save(before, replace(before, generation=2, notices=()), make_event(before))

    found, rehearsal = foretold(hub)
    told = {digest.owner: (mail.subject, mail.text) for digest, mail in found.mails}
    report = send_digests(hub.ledger, hub.mailer, hub.publisher, POLICY, NOW)

    assert told == {
        address: (_subject(mail), _text(mail)) for address, mail in _by_address(hub).items()
    }
    dan = "dan@example.com"
    assert {address.casefold() for address in told} == {ADA, BOB, dan, POLICY.owners.fallback}
    assert [notice.place for notice, _ in found.runtimes_held] == ["quiet"]
    assert len(found.held) + 1 == report.held + report.unreachable == 2
    assert len(rehearsal.cancelled) == report.cancelled == 1


def _of_runtimes(hub: DigestHub, place: str, owner: str, **facts: Any) -> RuntimeNotice:
    group = f"{owner}|application|{place}"
    notice = make_runtime_notice(group=group, place=place, owners=(owner,), **facts)
    assert hub.ledger.queue_news(notice)
    return notice


def test_a_notice_of_runtimes_that_another_run_is_sending_waits(hub: DigestHub) -> None:
    notice = _of_runtimes(hub, "orders", ADA)
    hub.ledger.claim_news(notice, NOW, timedelta(minutes=15))
    found, _ = foretold(hub)
    assert found.mails == ()
    assert [why for _, why in found.runtimes_held] == ["a run is sending it at this moment"]


def test_a_claim_of_a_run_that_died_is_foretold_as_sent(hub: DigestHub) -> None:
    notice = _of_runtimes(hub, "orders", ADA)
    hub.ledger.claim_news(notice, NOW - timedelta(hours=1), timedelta(minutes=15))
    found, _ = foretold(hub)
    assert [digest.owner for digest, _mail in found.mails] == [ADA]


def test_a_notice_of_a_rollout_that_another_run_is_sending_waits(hub: DigestHub) -> None:
    notice = make_rollout_notice()
    hub.ledger.queue_news(notice)
    hub.ledger.claim_news(notice, NOW, timedelta(minutes=15))
    found, _ = foretold(hub)
    assert found.mails == ()
    assert [why for _, why in found.rollouts_held] == ["a run is sending it at this moment"]


def _by_address(hub: DigestHub) -> dict[str, dict[str, Any]]:
    return {mail["Destination"]["ToAddresses"][0]: mail for mail in hub.post.mails}


def _subject(mail: dict[str, Any]) -> str:
    return str(mail["Content"]["Simple"]["Subject"]["Data"])


def _text(mail: dict[str, Any]) -> str:
    return str(mail["Content"]["Simple"]["Body"]["Text"]["Data"])


def test_an_owner_out_of_reach_is_held_with_what_the_mail_system_said(hub: DigestHub) -> None:
    mark(hub, "feat-lost", EVE)
    lose(hub, EVE)
    found, _ = foretold(hub)
    ((notice, why),) = found.held
    assert (notice.stack_name, found.mails) == ("feat-lost", ())
    assert "no such user" in why


def test_a_notice_that_another_run_is_sending_waits(hub: DigestHub) -> None:
    notice = mark(hub, "feat-cart", ADA)
    hub.ledger.claim(notice, NOW, timedelta(minutes=15))
    found, _ = foretold(hub)
    assert found.mails == ()
    assert [why for _, why in found.held] == ["a run is sending it at this moment"]


def test_a_lease_that_cannot_be_read_is_counted_and_the_others_are_foretold(
    hub: DigestHub, caplog: pytest.LogCaptureFixture
) -> None:
    mark(hub, "feat-fine", ADA)
    notice = mark(hub, "feat-broken", ADA)
    lease = lease_of(hub, notice)
    key = {"pk": {"S": f"UNIT#{lease.unit.account_id}#{lease.unit.region}"}}
    sort = {"sk": {"S": f"LEASE#{lease.stack_id}"}}
    hub.dynamodb.update_item(
        TableName=TABLE,
        Key=key | sort,
        UpdateExpression="SET novelty = :new",
        ExpressionAttributeValues={":new": {"S": "of a later release"}},
    )
    found, _ = foretold(hub)
    assert found.unreadable == 1
    assert [len(digest.rows) for digest, _ in found.mails] == [1]
    assert caplog.records == []


def test_links_lead_to_the_hubs_page_and_none_of_them_works(hub: DigestHub) -> None:
    mark(hub, "feat-cart", ADA)
    rehearsal = Rehearsal.over(DryLedger(hub.dynamodb, TABLE, RETENTION))
    ((_, mail),) = outgoing(rehearsal, POLICY, NOW, "https://extend.example.com/").mails
    assert "https://extend.example.com/?t=(signed when it is sent)" in mail.text
    assert "v1." not in mail.text


def test_nothing_is_claimed(hub: DigestHub) -> None:
    notice = mark(hub, "feat-cart", ADA)
    foretold(hub)
    item = hub.dynamodb.get_item(TableName=TABLE, Key=notice_key(notice))["Item"]
    assert "claimed_at" not in item
