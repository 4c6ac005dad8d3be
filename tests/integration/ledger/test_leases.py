from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.domain.leases import Attempt, LeaseNotice, LeaseState, Step, TagMirror, TagStatus
from steward.domain.stacks import Unit
from steward.ledger.attributes import UnreadableItem
from steward.ledger.lease_items import lease_item
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from tests.factories import NOW, UNIT, make_event, make_lease, make_notice
from tests.integration.ledger.conftest import RETENTION, TABLE, TableReader
from tests.integration.ledger.wire import Wire

MARKED = make_lease(
    state=LeaseState.MARKED,
    notices=(LeaseNotice(timedelta(days=7), NOW, NOW + timedelta(hours=1)),),
    marked_at=NOW,
    delete_after=NOW + timedelta(days=7),
    tag=TagMirror(TagStatus.SKIPPED, "2026-11-30T09:00:00Z", "the stack cannot be updated"),
    attempt=Attempt(1, Step.PLAIN, "rpr-1", NOW, failure="busy", failed_resources=("Bucket",)),
    tried=(Step.PLAIN,),
    selected_by="abcdefabcdef",
)


def test_a_saved_lease_is_read_back_as_its_first_version(ledger: Ledger) -> None:
    stored = ledger.save(None, MARKED, make_event(MARKED))
    assert stored == replace(MARKED, version=1)
    assert ledger.lease(UNIT, MARKED.stack_id) == stored
    assert list(ledger.leases_of(UNIT)) == [stored]


def test_every_change_is_the_next_version_and_one_event(ledger: Ledger) -> None:
    first = ledger.save(None, make_lease(), make_event(make_lease(), what="register"))
    late = make_event(first, what="mark", at=NOW + timedelta(days=3))
    second = ledger.save(first, replace(first, state=LeaseState.MARKED), late)
    assert second.version == 2
    trail = ledger.audit_trail(first.stack_id)
    assert [(event.version, event.what) for event in trail] == [(1, "register"), (2, "mark")]
    assert trail[1] == replace(late, version=2)


def test_the_trail_is_in_order_of_versions_beyond_nine(ledger: Ledger) -> None:
    lease = None
    for step in range(12):
        after = make_lease(reason=f"step {step}")
        lease = ledger.save(lease, after, make_event(after))
    versions = [event.version for event in ledger.audit_trail(make_lease().stack_id)]
    assert versions == list(range(1, 13))


def test_of_two_writers_from_one_version_the_second_is_told_so(ledger: Ledger) -> None:
    read = ledger.save(None, make_lease(), make_event(make_lease()))
    ledger.save(read, replace(read, reason="first writer"), make_event(read))
    second = make_event(read, at=NOW + timedelta(seconds=1))
    with pytest.raises(LeaseChanged, match="read it again") as caught:
        ledger.save(read, replace(read, reason="second writer"), second)
    assert caught.value.stack_id == read.stack_id
    (only,) = ledger.leases_of(UNIT)
    assert (only.reason, only.version) == ("first writer", 2)
    assert len(ledger.audit_trail(read.stack_id)) == 2


def test_of_two_that_register_one_stack_the_second_is_told_so(ledger: Ledger) -> None:
    lease = make_lease()
    ledger.save(None, lease, make_event(lease))
    with pytest.raises(LeaseChanged):
        ledger.save(None, lease, make_event(lease, at=NOW + timedelta(seconds=1)))


@pytest.mark.parametrize("state", [LeaseState.REAPED, LeaseState.GONE])
def test_an_ended_lease_is_kept_apart_until_the_audit_ends(
    ledger: Ledger, items: TableReader, state: LeaseState
) -> None:
    live = ledger.save(None, make_lease(), make_event(make_lease()))
    ended = ledger.save(live, replace(live, state=state), make_event(live))
    assert list(ledger.leases_of(UNIT)) == []
    assert ledger.lease(UNIT, live.stack_id) is None
    assert ledger.ended_lease(UNIT, live.stack_id) == ended
    item = items.one("UNIT#222222222222#eu-west-1", f"ENDED#{live.stack_id}")
    assert item["expires_epoch_seconds"] == {"N": str(int((NOW + RETENTION).timestamp()))}
    assert "gsi1pk" not in item


def test_a_stack_id_never_lives_twice(ledger: Ledger) -> None:
    live = ledger.save(None, make_lease(), make_event(make_lease()))
    ledger.save(live, replace(live, state=LeaseState.GONE), make_event(live))
    with pytest.raises(LeaseChanged):
        ledger.save(None, make_lease(), make_event(make_lease(), at=NOW + timedelta(days=1)))
    assert ledger.lease(UNIT, live.stack_id) is None


def test_a_lease_ended_by_one_is_not_ended_again_by_another(ledger: Ledger) -> None:
    live = ledger.save(None, make_lease(), make_event(make_lease()))
    ledger.save(live, replace(live, state=LeaseState.REAPED), make_event(live))
    with pytest.raises(LeaseChanged):
        ledger.save(live, replace(live, state=LeaseState.GONE), make_event(live))
    ended = ledger.ended_lease(UNIT, live.stack_id)
    assert ended is not None
    assert ended.state is LeaseState.REAPED


def test_a_live_lease_has_no_date_to_be_forgotten(ledger: Ledger, items: TableReader) -> None:
    ledger.save(None, make_lease(), make_event(make_lease()))
    item = items.one("UNIT#222222222222#eu-west-1", f"LEASE#{make_lease().stack_id}")
    assert "expires_epoch_seconds" not in item


def test_an_event_is_forgotten_after_the_retention(ledger: Ledger, items: TableReader) -> None:
    lease = make_lease()
    ledger.save(None, lease, make_event(lease))
    item = items.one(f"AUDIT#{lease.stack_id}", "0000000001#2026-11-23T09:00:00.000000+00:00")
    assert item["expires_epoch_seconds"] == {"N": str(int((NOW + RETENTION).timestamp()))}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(make_lease("feat-search"), id="another-stack"),
        pytest.param(replace(make_lease(), unit=Unit("333333333333", "eu-west-1")), id="unit"),
    ],
)
def test_a_lease_never_becomes_that_of_another_stack(ledger: Ledger, other: Any) -> None:
    live = ledger.save(None, make_lease(), make_event(make_lease()))
    with pytest.raises(ValueError, match="never changes its stack"):
        ledger.save(live, other, make_event(live))


def test_a_notice_that_exists_stays_as_it_is(ledger: Ledger) -> None:
    lease = make_lease()
    told = make_notice(lease, detail="the first text")
    first = ledger.save(None, lease, make_event(lease), [told])
    ledger.record_delivery(told, NOW, {"dev@example.com": "m-1"}, "notice_digest")
    again = make_notice(lease, detail="another text")
    new = make_notice(lease, timedelta(days=3))
    second = ledger.save(first, lease, make_event(lease), [again, new])
    assert second.version == 2
    stages = {notice.stage: notice for notice in ledger.notices_of(lease.stack_id)}
    assert (stages["7d"].detail, stages["7d"].state) == ("the first text", "sent")
    assert stages["3d"] == new
    assert [notice.stage for notice in ledger.open_notices()] == ["3d"]


def test_with_its_notices_a_stale_save_writes_nothing_at_all(
    ledger: Ledger, items: TableReader
) -> None:
    read = ledger.save(None, make_lease(), make_event(make_lease()))
    ledger.save(read, replace(read, reason="changed"), make_event(read))
    before = items.all()
    with pytest.raises(LeaseChanged):
        ledger.save(read, read, make_event(read, at=NOW + timedelta(days=1)), [make_notice(read)])
    assert items.all() == before


def test_an_event_once_written_is_never_overwritten(
    ledger: Ledger, client: Any, items: TableReader
) -> None:
    lease = make_lease()
    sort = "0000000001#2026-11-23T09:00:00.000000+00:00"
    there = {"pk": {"S": f"AUDIT#{lease.stack_id}"}, "sk": {"S": sort}}
    client.put_item(TableName=TABLE, Item=there)
    with pytest.raises(LeaseChanged):
        ledger.save(None, lease, make_event(lease), [make_notice(lease)])
    assert items.all() == [there]


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_an_unknown_error_flies_and_nothing_is_written(
    ledger: Ledger, wire: Wire, items: TableReader, code: str
) -> None:
    wire.refuse("TransactWriteItems", code)
    with pytest.raises(ClientError, match=code):
        ledger.save(None, make_lease(), make_event(make_lease()), [make_notice(make_lease())])
    assert items.all() == []


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
def test_a_passing_conflict_is_tried_again(
    ledger: Ledger, wire: Wire, pauses: list[float], reason: str
) -> None:
    for _ in range(2):
        wire.refuse("TransactWriteItems", "TransactionCanceledException", ["None", reason, "None"])
    ledger.save(None, make_lease(), make_event(make_lease()))
    assert wire.sent["TransactWriteItems"] == 3
    assert pauses == sorted(pauses)
    assert len(pauses) == 2
    assert len(list(ledger.leases_of(UNIT))) == 1


def test_a_conflict_that_does_not_pass_is_raised_as_it_is(
    ledger: Ledger, wire: Wire, pauses: list[float]
) -> None:
    for _ in range(9):
        wire.refuse("TransactWriteItems", "TransactionCanceledException", ["TransactionConflict"])
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        ledger.save(None, make_lease(), make_event(make_lease()))
    assert wire.sent["TransactWriteItems"] == len(pauses) + 1 == 5


def test_a_stale_version_beside_a_conflict_is_not_tried_again(ledger: Ledger, wire: Wire) -> None:
    reasons = ["ConditionalCheckFailed", "TransactionConflict", "None"]
    wire.refuse("TransactWriteItems", "TransactionCanceledException", reasons)
    with pytest.raises(LeaseChanged):
        ledger.save(None, make_lease(), make_event(make_lease()))
    assert wire.sent["TransactWriteItems"] == 1


def test_a_cancellation_for_another_reason_is_no_changed_lease(ledger: Ledger, wire: Wire) -> None:
    wire.refuse("TransactWriteItems", "TransactionCanceledException", ["ValidationError", "None"])
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        ledger.save(None, make_lease(), make_event(make_lease()))


def test_a_write_whose_answer_was_lost_is_repeated_under_its_token(
    ledger: Ledger, wire: Wire
) -> None:
    sent = wire.lose_answer()
    with suppress(LeaseChanged):  # moto does not know the token, so it refuses its own write.
        ledger.save(None, make_lease(), make_event(make_lease()))
    first, second = sent
    assert first["ClientRequestToken"] == second["ClientRequestToken"]


def test_saving_costs_one_call(ledger: Ledger, wire: Wire) -> None:
    lease = make_lease()
    ledger.save(None, lease, make_event(lease), [make_notice(lease)])
    assert wire.sent == {"TransactWriteItems": 1}


def test_leases_of_other_units_and_ended_ones_are_not_read(ledger: Ledger, wire: Wire) -> None:
    here = ledger.save(None, make_lease(), make_event(make_lease()))
    for unit in (Unit("222222222222", "eu-west-2"), Unit("222222222222", "eu-west-10")):
        other = make_lease(unit=unit)
        ledger.save(None, other, make_event(other))
    ended = ledger.save(None, make_lease("feat-old"), make_event(make_lease("feat-old")))
    ledger.save(ended, replace(ended, state=LeaseState.GONE), make_event(ended))
    wire.clear()
    assert list(ledger.leases_of(UNIT)) == [here]
    assert wire.sent == {"Query": 1}


def test_many_leases_are_read_page_by_page(ledger: Ledger, client: Any, wire: Wire) -> None:
    names = [f"feat-{number:04d}" for number in range(120)]
    padding = "x" * 20_000
    for name in names:
        client.put_item(TableName=TABLE, Item=lease_item(make_lease(name, reason=padding), NOW))
    wire.clear()
    stream = ledger.leases_of(UNIT)
    next(stream)
    assert wire.sent["Query"] == 1
    assert 1 + sum(1 for _ in stream) == len(names)
    assert wire.sent["Query"] == 3


def test_a_read_sees_the_write_before_it(ledger: Ledger, wire: Wire) -> None:
    list(ledger.leases_of(UNIT))
    ledger.lease(UNIT, make_lease().stack_id)
    ledger.audit_trail(make_lease().stack_id)
    assert [body["ConsistentRead"] for body in wire.bodies] == [True, True, True]


def test_an_item_written_by_hand_is_refused_by_its_key(ledger: Ledger, client: Any) -> None:
    lease = ledger.save(None, make_lease(), make_event(make_lease()))
    client.update_item(
        TableName=TABLE,
        Key={
            "pk": {"S": "UNIT#222222222222#eu-west-1"},
            "sk": {"S": f"LEASE#{lease.stack_id}"},
        },
        UpdateExpression="SET renewed_by = :somebody",
        ExpressionAttributeValues={":somebody": {"S": "dev"}},
    )
    with pytest.raises(UnreadableItem, match="unknown attribute renewed_by") as caught:
        ledger.lease(UNIT, lease.stack_id)
    assert caught.value.sk == f"LEASE#{lease.stack_id}"
