"""What is written is read back exactly; what cannot be read exactly is refused."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from steward.domain.audit import AuditEvent
from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import Attempt, Creator, Extension, Lease, LeaseNotice, Step
from steward.domain.outbox import Notice
from steward.ledger.attributes import UnreadableItem, instant
from steward.ledger.audit_items import audit_event_from, audit_item
from steward.ledger.lease_items import lease_from, lease_item
from steward.ledger.notice_items import notice_from, notice_item
from tests.factories import NOW, make_event, make_lease, make_notice
from tests.unit.ledger.strategies import EVENTS, LEASES, MOMENTS, NOTICES

RETENTION = timedelta(days=400)
MAILED = (Delivery("dev@example.com", "m-1", DeliveryStatus.BOUNCED, NOW, "user unknown"),)
FULL = make_lease(
    notices=(LeaseNotice(timedelta(hours=36), NOW, NOW),),
    marked_at=NOW,
    delete_after=NOW,
    retry_at=NOW,
    attempt=Attempt(1, Step.FORCE, "token", NOW, NOW, "why", Step.PLAIN, NOW, ("Bucket",)),
    tried=(Step.PLAIN,),
    extension=Extension(NOW, "alice@example.com", NOW, "a demo on Friday"),
    creator=Creator("alice@example.com", "CloudTrail CreateStack"),
)


@given(LEASES)
def test_a_lease_is_read_back_as_it_was_written(lease: Lease) -> None:
    assert lease_from(lease_item(lease, NOW)) == lease


@given(NOTICES)
def test_a_notice_is_read_back_as_it_was_written(notice: Notice) -> None:
    assert notice_from(notice_item(notice)) == notice


@given(EVENTS)
def test_an_event_is_read_back_as_it_was_written(event: AuditEvent) -> None:
    assert audit_event_from(audit_item(event, RETENTION)) == event


@given(MOMENTS, MOMENTS)
def test_moments_sort_as_texts(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) is (one < other)


def test_a_value_read_back_is_in_utc() -> None:
    berlin = datetime.fromisoformat("2026-11-23T10:00:00.000001+01:00")
    read = lease_from(lease_item(make_lease(expires_at=berlin), NOW)).expires_at
    assert (read, read.tzinfo) == (berlin, UTC)


def test_no_field_of_a_lease_is_left_out_by_these_examples() -> None:
    default = {each.name: getattr(make_lease(), each.name) for each in fields(Lease)}
    unset = {name for name, value in default.items() if value in (None, ())}
    assert {name for name in unset if getattr(FULL, name) == default[name]} == set()


def paths(item: dict[str, Any]) -> list[tuple[str, ...]]:
    """The place of every attribute in `item`, those of nested maps and lists too."""
    found: list[tuple[str, ...]] = []
    for name, attribute in item.items():
        if name in {"pk", "sk", "gsi1pk", "gsi1sk", "expires_epoch_seconds"}:
            continue
        found.append((name,))
        nested = attribute.get("M") or {}
        for index, entry in enumerate(attribute.get("L", [])):
            nested |= {str(index): entry} if "M" in entry else {}
        found += [(name, *rest) for rest in paths(nested)]
    return found


def place(item: dict[str, Any], path: tuple[str, ...]) -> tuple[dict[Any, Any], Any]:
    """The container and the key or index of the attribute at `path`."""
    *outer, last = path
    container: Any = item
    for name in outer:
        attribute = container[int(name) if isinstance(container, list) else name]
        container = attribute["M"] if "M" in attribute else attribute["L"]
    return container, int(last) if isinstance(container, list) else last


KINDS: dict[str, tuple[Callable[[], dict[str, Any]], Callable[[dict[str, Any]], object]]] = {
    "lease": (lambda: lease_item(FULL, NOW), lease_from),
    "notice": (lambda: notice_item(make_notice(FULL, deliveries=MAILED)), notice_from),
    "event": (lambda: audit_item(make_event(FULL), RETENTION), audit_event_from),
}
ATTRIBUTES = [
    pytest.param(kind, path, id=f"{kind}-{'.'.join(path)}")
    for kind, (make, _) in KINDS.items()
    for path in paths(make())
]
OPTIONAL = {
    ("lease", path)
    for path in (
        ("marked_at",),
        ("delete_after",),
        ("retry_at",),
        ("extension",),
        ("creator",),
        ("attempt",),
        ("attempt", "accepted_at"),
        ("attempt", "retry_step"),
        ("attempt", "retry_at"),
        ("notices", "0", "delivered_at"),
    )
} | {
    ("lease", ("notices", "0")),
    ("notice", ("delete_after",)),
    ("notice", ("deliveries",)),
    ("notice", ("deliveries", "0")),
    ("event", ("evidence", "status")),
}


@pytest.mark.parametrize(("kind", "path"), ATTRIBUTES)
def test_an_attribute_of_another_type_is_refused(kind: str, path: tuple[str, ...]) -> None:
    make, read = KINDS[kind]
    item = make()
    container, last = place(item, path)
    container[last] = {"BOOL": True}
    with pytest.raises(UnreadableItem, match=f"{path[0]}.* is of type BOOL, not [A-Z]"):
        read(item)


@pytest.mark.parametrize(
    ("kind", "path"),
    [each for each in ATTRIBUTES if (each.values[0], each.values[1]) not in OPTIONAL],
)
def test_an_attribute_that_is_missing_is_refused(kind: str, path: tuple[str, ...]) -> None:
    make, read = KINDS[kind]
    item = make()
    container, last = place(item, path)
    del container[last]
    with pytest.raises(UnreadableItem, match=f"{path[-1]} is missing"):
        read(item)


@pytest.mark.parametrize("inner", ["", "tag", "attempt"])
def test_an_unknown_attribute_is_refused(inner: str) -> None:
    item: dict[str, Any] = lease_item(FULL, NOW)
    (item[inner]["M"] if inner else item)["colour"] = {"S": "red"}
    named = f"{inner}.colour" if inner else "colour"
    with pytest.raises(UnreadableItem, match=f"unknown attribute {named}; run the version"):
        lease_from(item)


@pytest.mark.parametrize(
    ("name", "broken", "what"),
    [
        pytest.param("state", {"S": "asleep"}, "'asleep', none of active, marked", id="state"),
        pytest.param("expires_at", {"S": "soon"}, "'soon', not an ISO 8601", id="moment"),
        pytest.param("expires_at", {"S": "2026-11-23T09:00:00"}, "without its offset", id="naive"),
        pytest.param("version", {"N": "1.5"}, "'1.5', not a whole number", id="number"),
        pytest.param("tried", {"L": [{"S": "beg"}]}, "'beg', none of plain", id="step"),
        pytest.param(
            "notices",
            {"L": [{"M": {"stage": {"S": "7"}, "queued_at": {"S": instant(NOW)}}}]},
            r"notices\[0\].stage '7' is not a duration",
            id="stage",
        ),
        pytest.param("region", {"S": "us-east-1"}, "holds a lease of another unit", id="unit"),
    ],
)
def test_a_broken_value_is_refused_with_its_place(
    name: str, broken: dict[str, Any], what: str
) -> None:
    item: dict[str, Any] = lease_item(FULL, NOW) | {name: broken}
    with pytest.raises(UnreadableItem, match=what) as caught:
        lease_from(item)
    assert f"pk=UNIT#222222222222#eu-west-1 sk=LEASE#{FULL.stack_id}: " in str(caught.value)


def test_an_item_without_its_keys_is_still_named() -> None:
    with pytest.raises(UnreadableItem, match=r"pk=\? sk=\?: attribute account_id is missing"):
        lease_from({})


def test_dealings_with_a_notice_are_no_part_of_it() -> None:
    notice = make_notice(FULL)
    dealt: dict[str, Any] = notice_item(notice) | {
        "claimed_at": {"S": instant(NOW)},
        "failed_at": {"S": instant(NOW)},
        "settled_at": {"S": instant(NOW)},
    }
    assert notice_from(dealt) == notice
    with pytest.raises(UnreadableItem, match="unknown attribute colour"):
        notice_from(dealt | {"colour": {"S": "red"}})


def test_two_versions_of_a_lease_differ_in_the_item() -> None:
    one, other = (lease_item(replace(FULL, version=version), NOW) for version in (1, 2))
    assert {name for name in one if one[name] != other[name]} == {"version"}
