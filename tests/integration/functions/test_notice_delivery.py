"""The real handler on moto, fed with the committed events of SES."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.notice_delivery import app
from steward.domain.deliveries import DeliveryStatus
from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice
from steward.settings import BadEnvironment
from steward.workflows.delivering import NotHeeded
from tests.factories import make_event, make_lease, make_notice
from tests.integration.functions.hub import SKEW, Function, Hub
from tests.integration.functions.samples import sample

SENT_AT = datetime(2026, 11, 23, 9, 0, 4, 812_000, tzinfo=UTC)
DEV, BOB, FALLBACK = "dev@example.com", "bob@example.com", "platform@example.com"
WEEK, DAY = timedelta(days=7), timedelta(days=1)
MAIL = sample("ses_bounce")["detail"]["mail"]["messageId"]
DIGEST = "notice_digest"


@pytest.fixture
def delivery(hub: Hub) -> Function:
    hub.clock = SENT_AT + timedelta(minutes=1)
    return hub.function(app)


def told(hub: Hub, name: str = "feat-cart", *, bob: bool = False) -> Lease:
    """A marked lease whose first notice was mailed in the sample's mail, and to Bob in another."""
    lease = make_lease(
        name, state=LeaseState.MARKED, marked_at=SENT_AT, notices=(LeaseNotice(WEEK, SENT_AT),)
    )
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    taken = {DEV: MAIL} | ({BOB: "m-bob"} if bob else {})
    hub.ledger.record_delivery(notice, SENT_AT, taken, DIGEST, FALLBACK)
    return hub.lease(lease.stack_id)


def receipt(hub: Hub) -> Notice:
    lease = make_lease("feat-gone", state=LeaseState.REAPED)
    news = event_notice(lease, NoticeKind.DELETED, "deleted by Steward", SENT_AT)
    hub.ledger.save(None, lease, make_event(lease), [news])
    hub.ledger.record_delivery(news, SENT_AT, {DEV: MAIL}, DIGEST, FALLBACK)
    return news


def status_of(hub: Hub, lease: Lease, address: str = DEV) -> DeliveryStatus:
    (notice,) = hub.notices(lease.stack_id)
    (status,) = [each.status for each in notice.deliveries if each.address == address]
    return status


def metrics_of(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (emitted,) = [line for line in lines if "_aws" in line]
    return {name: sum(emitted[name]) for name in ("OwnersUnreachable", "NoticesWithdrawn")}


@pytest.mark.parametrize("name", ["ses_bounce", "ses_suppressed", "ses_reject"])
def test_a_failed_mail_takes_the_notice_back(
    hub: Hub, delivery: Function, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    lease = told(hub)
    answer = delivery(sample(name))
    after = hub.lease(lease.stack_id)
    assert (after.generation, after.notices, after.state) == (2, (), LeaseState.MARKED)
    assert status_of(hub, lease).failed
    assert hub.history(lease.stack_id) == ["marked", "delivered", "bounced"]
    assert set(hub.ledger.unreachable(hub.clock)) == {DEV}
    assert hub.ledger.unreachable(hub.clock + 14 * DAY) == {}
    assert answer == {"message_id": MAIL, str(status_of(hub, lease)): 1}
    assert metrics_of(capsys) == {"OwnersUnreachable": 1, "NoticesWithdrawn": 1}


def test_a_bounce_that_may_pass_keeps_the_address_out_for_a_day(
    hub: Hub, delivery: Function
) -> None:
    lease = told(hub)
    event = sample("ses_transient_bounce")
    hub.clock = bounced_at = datetime.fromisoformat(event["time"])
    delivery(event)
    assert hub.lease(lease.stack_id).generation == 2
    assert set(hub.ledger.unreachable(bounced_at)) == {DEV}
    assert hub.ledger.unreachable(bounced_at + DAY + timedelta(seconds=1)) == {}


def test_a_complaint_counts_as_told_and_stops_further_mails(hub: Hub, delivery: Function) -> None:
    lease = told(hub)
    hub.clock += timedelta(hours=6)
    delivery(sample("ses_complaint"))
    assert hub.lease(lease.stack_id) == lease
    assert status_of(hub, lease) is DeliveryStatus.COMPLAINED
    assert set(hub.ledger.unreachable(hub.clock)) == {DEV}
    assert hub.history(lease.stack_id)[-1] == "complained"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ses_delivery", DeliveryStatus.DELIVERED),
        ("ses_delivery_delay", DeliveryStatus.DELAYED),
    ],
)
def test_a_mail_on_its_way_is_on_record(
    hub: Hub,
    delivery: Function,
    capsys: pytest.CaptureFixture[str],
    name: str,
    status: DeliveryStatus,
) -> None:
    lease = told(hub)
    delivery(sample(name))
    assert hub.lease(lease.stack_id) == lease
    assert status_of(hub, lease) is status
    assert hub.history(lease.stack_id) == ["marked", "delivered"]
    assert metrics_of(capsys) == {"OwnersUnreachable": 0, "NoticesWithdrawn": 0}


def test_a_mail_that_arrives_clears_its_address(hub: Hub, delivery: Function) -> None:
    told(hub)
    delivery(sample("ses_bounce"))
    again = sample("ses_delivery") | {"time": "2026-11-23T09:00:31Z"}
    again["detail"]["mail"] |= {"messageId": "later", "timestamp": "2026-11-23T09:00:30Z"}
    lease = make_lease("feat-later", marked_at=SENT_AT, notices=(LeaseNotice(WEEK, SENT_AT),))
    hub.ledger.save(None, lease, make_event(lease), [make_notice(lease)])
    hub.ledger.record_delivery(make_notice(lease), SENT_AT, {DEV: "later"}, DIGEST, FALLBACK)
    delivery(again)
    assert hub.ledger.unreachable(hub.clock) == {}


def test_the_delivery_of_the_mail_that_then_bounced_clears_nothing(
    hub: Hub, delivery: Function
) -> None:
    told(hub)
    delivery(sample("ses_bounce"))
    delivery(sample("ses_delivery"))
    assert set(hub.ledger.unreachable(hub.clock)) == {DEV}


def test_every_stack_of_a_digest_that_bounced_is_told_anew(
    hub: Hub, delivery: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    leases = [told(hub, name) for name in ("feat-a", "feat-b", "feat-c")]
    delivery(sample("ses_bounce"))
    assert {hub.lease(each.stack_id).generation for each in leases} == {2}
    assert metrics_of(capsys) == {"OwnersUnreachable": 1, "NoticesWithdrawn": 3}


def test_who_else_got_the_notice_keeps_it_counting(hub: Hub, delivery: Function) -> None:
    lease = told(hub, bob=True)
    delivery(sample("ses_bounce"))
    assert hub.lease(lease.stack_id) == lease
    assert status_of(hub, lease, BOB) is DeliveryStatus.ACCEPTED


def test_a_receipt_that_bounced_goes_to_the_policys_fallback(hub: Hub, delivery: Function) -> None:
    news = receipt(hub)
    delivery(sample("ses_bounce"))
    (opened,) = hub.ledger.open_notices()
    assert (opened.stack_id, opened.state) == (news.stack_id, NoticeState.PENDING)
    assert opened.owners == ()
    assert FALLBACK not in {each.address for each in opened.deliveries}


def test_without_any_policy_a_receipt_still_goes_to_whoever_becomes_the_fallback(
    hub: Hub, delivery: Function
) -> None:
    receipt(hub)
    hub.forget_policies()
    delivery(sample("ses_bounce"))
    assert len(list(hub.ledger.open_notices())) == 1


@pytest.mark.parametrize(("state", "marked"), [(LeaseState.GONE, True), (None, False)])
def test_what_nothing_rests_on_any_more_only_goes_on_record(
    hub: Hub, delivery: Function, state: LeaseState | None, marked: bool
) -> None:
    lease = told(hub)
    moved = replace(lease, state=state or LeaseState.ACTIVE)
    moved = hub.ledger.save(
        lease, moved if marked else replace(moved, marked_at=None), make_event(lease)
    )
    delivery(sample("ses_bounce"))
    now = hub.ended(lease.stack_id) if state is LeaseState.GONE else hub.lease(lease.stack_id)
    assert now == moved
    assert status_of(hub, lease) is DeliveryStatus.BOUNCED


def test_of_a_mail_that_told_of_nothing_only_the_outcome_is_kept(
    hub: Hub, delivery: Function
) -> None:
    lease = told(hub)
    event = sample("ses_bounce")
    event["detail"]["mail"]["messageId"] = "of-somebody-else"
    assert delivery(event) == {"message_id": "of-somebody-else", "bounced": 0}
    assert hub.lease(lease.stack_id) == lease
    assert hub.ledger.unreachable(hub.clock) == {}
    assert hub.ledger.outcome_of("of-somebody-else") is not None


def test_a_mail_is_found_however_the_event_spells_its_recipient(
    hub: Hub, delivery: Function
) -> None:
    lease = told(hub)
    event = sample("ses_bounce")
    event["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] = "DEV@Example.COM"
    delivery(event)
    assert hub.lease(lease.stack_id).generation == 2
    assert set(hub.ledger.unreachable(hub.clock)) == {DEV}


def test_an_event_that_comes_again_changes_nothing(
    hub: Hub, delivery: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    lease = told(hub)
    delivery(sample("ses_bounce"))
    once, trail = hub.lease(lease.stack_id), hub.history(lease.stack_id)
    capsys.readouterr()
    hub.clock += timedelta(minutes=5)
    delivery(sample("ses_bounce"))
    assert (hub.lease(lease.stack_id), hub.history(lease.stack_id)) == (once, trail)
    assert metrics_of(capsys) == {"OwnersUnreachable": 0, "NoticesWithdrawn": 0}


@pytest.mark.parametrize(
    ("off", "dated"),
    [
        pytest.param(SKEW, "event", id="as-far-off-as-allowed"),
        pytest.param(SKEW + timedelta(seconds=1), "wall", id="an-old-event"),
        pytest.param(-SKEW, "event", id="from-the-near-future"),
        pytest.param(-SKEW - timedelta(seconds=1), "wall", id="from-the-future"),
    ],
)
def test_the_trail_is_dated_by_the_event_when_it_is_near_the_wall_clock(
    hub: Hub, delivery: Function, off: timedelta, dated: str
) -> None:
    lease = told(hub)
    event = sample("ses_bounce")
    at = datetime.fromisoformat(event["time"])
    hub.clock = at + off
    delivery(event)
    expected = at if dated == "event" else hub.clock
    assert hub.audit(lease.stack_id)[-1].at == expected


def test_one_notice_that_cannot_be_read_stops_no_other_and_the_event_is_handed_in_again(
    hub: Hub, delivery: Function
) -> None:
    broken, fine = told(hub, "feat-a"), told(hub, "feat-b")
    unit = f"UNIT#{broken.unit.account_id}#{broken.unit.region}"
    key: Any = {"pk": {"S": unit}, "sk": {"S": f"LEASE#{broken.stack_id}"}}
    hub.ledger.client.update_item(
        TableName=hub.ledger.name,
        Key=key,
        UpdateExpression="SET surprise = :s",
        ExpressionAttributeValues={":s": {"S": "from a newer version"}},
    )
    with pytest.raises(NotHeeded, match="for 1 of its notices"):
        delivery(sample("ses_bounce"))
    assert hub.lease(fine.stack_id).generation == 2
    hub.ledger.client.update_item(
        TableName=hub.ledger.name, Key=key, UpdateExpression="REMOVE surprise"
    )
    delivery(sample("ses_bounce"))
    assert hub.lease(broken.stack_id).generation == 2


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({}, id="empty"),
        pytest.param(sample("schedule"), id="a-schedule"),
        pytest.param(sample("ses_bounce") | {"source": "my.app"}, id="of-another-source"),
        pytest.param([], id="no-event-at-all"),
    ],
)
def test_what_is_no_mail_event_fails_loudly_and_touches_nothing(
    hub: Hub, delivery: Function, event: Any
) -> None:
    lease = told(hub)
    with pytest.raises(Exception, match="validation error"):
        delivery(event)
    assert hub.lease(lease.stack_id) == lease


def test_a_table_that_does_not_answer_leaves_the_event_to_be_handed_in_again(
    hub: Hub, delivery: Function
) -> None:
    lease = told(hub)
    hub.exchange.refuse("TransactWriteItems", "InternalServerError")
    with pytest.raises(Exception, match="InternalServerError"):
        delivery(sample("ses_bounce"))
    delivery.restart()
    delivery(sample("ses_bounce"))
    assert hub.lease(lease.stack_id).generation == 2


def test_a_missing_variable_is_named(delivery: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEDGER_TABLE")
    with pytest.raises(BadEnvironment, match="LEDGER_TABLE"):
        delivery(sample("ses_bounce"))
