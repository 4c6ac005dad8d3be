"""Records of runtimes and notices of rollouts are read back exactly as written, or refused."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given

from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.records import (
    Acknowledgement,
    DateOnRecord,
    FindingOnRecord,
    RuntimeNotice,
    Snapshot,
)
from steward.ledger.acknowledgements import acknowledgement_from, acknowledgement_item
from steward.ledger.attributes import UnreadableItem, instant
from steward.ledger.finding_items import finding_from, finding_item
from steward.ledger.news_items import news_from, news_item
from steward.ledger.runtime_dates import date_from, date_item
from steward.ledger.runtime_exceptions import exception_from, exception_item
from steward.ledger.snapshots import snapshot_from, snapshot_item
from tests.factories import NOW
from tests.rollout_records import make_rollout_notice
from tests.runtime_records import (
    make_acknowledgement,
    make_date,
    make_exception,
    make_finding,
    make_runtime_notice,
    make_snapshot,
)
from tests.unit.ledger.runtime_strategies import (
    ACKNOWLEDGEMENTS,
    DATES,
    FINDINGS,
    ROLLOUT_NOTICES,
    RUNTIME_NOTICES,
    SNAPSHOTS,
    exceptions,
)


@given(FINDINGS)
def test_a_finding_is_read_back_as_it_was_written(finding: FindingOnRecord) -> None:
    assert finding_from(finding_item(finding)) == finding


@given(exceptions())
def test_an_exception_is_read_back_as_it_was_written(exception: GrantedException) -> None:
    assert exception_from(exception_item(exception)) == exception


@given(ACKNOWLEDGEMENTS)
def test_an_acknowledgement_is_read_back_as_it_was_written(known: Acknowledgement) -> None:
    assert acknowledgement_from(acknowledgement_item(known)) == known


@given(SNAPSHOTS)
def test_a_snapshot_is_read_back_as_it_was_written(snapshot: Snapshot) -> None:
    assert snapshot_from(snapshot_item(snapshot)) == snapshot


@given(DATES)
def test_a_date_is_read_back_as_it_was_written(on_record: DateOnRecord) -> None:
    assert date_from(date_item(on_record)) == on_record


@given(RUNTIME_NOTICES)
def test_a_notice_of_runtimes_is_read_back_as_it_was_written(notice: RuntimeNotice) -> None:
    assert news_from(news_item(notice)) == notice


@given(ROLLOUT_NOTICES)
def test_a_notice_of_a_rollout_is_read_back_as_it_was_written(notice: RolloutNotice) -> None:
    assert news_from(news_item(notice)) == notice


type Read = Callable[[dict[str, Any]], object]
KINDS: dict[str, tuple[Callable[[], dict[str, Any]], Read]] = {
    "finding": (lambda: finding_item(make_finding()), finding_from),
    "exception": (lambda: exception_item(make_exception()), exception_from),
    "acknowledgement": (lambda: acknowledgement_item(make_acknowledgement()), acknowledgement_from),
    "snapshot": (lambda: snapshot_item(make_snapshot()), snapshot_from),
    "date": (lambda: date_item(make_date()), date_from),
    "notice": (lambda: news_item(make_runtime_notice(sent_at=NOW)), news_from),
    "rollout": (lambda: news_item(make_rollout_notice(sent_at=NOW)), news_from),
}
OPTIONAL = {
    ("acknowledgement", "milestone"),
    ("acknowledgement", "day"),
    ("date", "day"),
    ("notice", "milestone"),
    ("notice", "day"),
    ("notice", "sent_at"),
    ("rollout", "sent_at"),
}
_STORAGE = {"pk", "sk", "gsi1pk", "gsi1sk"}
ATTRIBUTES = [
    pytest.param(kind, name, id=f"{kind}-{name}")
    for kind, (make, _) in KINDS.items()
    for name in make()
    if name not in _STORAGE
]


@pytest.mark.parametrize(("kind", "name"), ATTRIBUTES)
def test_an_attribute_of_another_type_is_refused(kind: str, name: str) -> None:
    make, read = KINDS[kind]
    with pytest.raises(UnreadableItem, match=f"{name} is of type NULL, not [A-Z]"):
        read(make() | {name: {"NULL": True}})


@pytest.mark.parametrize(
    ("kind", "name"), [each for each in ATTRIBUTES if tuple(each.values) not in OPTIONAL]
)
def test_an_attribute_that_is_missing_is_refused(kind: str, name: str) -> None:
    make, read = KINDS[kind]
    item = make()
    del item[name]
    with pytest.raises(UnreadableItem, match=f"{name} is missing"):
        read(item)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_attribute_is_refused(kind: str) -> None:
    make, read = KINDS[kind]
    with pytest.raises(UnreadableItem, match="unknown attribute colour; run the version"):
        read(make() | {"colour": {"S": "red"}})


@pytest.mark.parametrize(
    ("kind", "name", "broken", "what"),
    [
        pytest.param("finding", "level", {"S": "DIRE"}, "'DIRE', none of NONE", id="level"),
        pytest.param("date", "day", {"S": "soon"}, "'soon', not an ISO 8601 date", id="day"),
        pytest.param(
            "snapshot",
            "owners",
            {"M": {"dev": {"N": "1.5"}}},
            "owners.dev is '1.5', not a whole number",
            id="count",
        ),
        pytest.param(
            "exception",
            "expires",
            {"S": "2026-11-01"},
            "is no exception.* write a later",
            id="ends",
        ),
        pytest.param(
            "notice",
            "settles",
            {"L": [{"M": {"group": {"S": "g"}}}]},
            r"settles\[0\].runtime_id is missing",
            id="stage",
        ),
    ],
)
def test_a_broken_value_is_refused_with_its_place(
    kind: str, name: str, broken: dict[str, Any], what: str
) -> None:
    make, read = KINDS[kind]
    with pytest.raises(UnreadableItem, match=f"(?s){what}") as caught:
        read(make() | {name: broken})
    assert f"pk={make()['pk']['S']} sk={make()['sk']['S']}: " in str(caught.value)


@pytest.mark.parametrize(
    ("story", "what"),
    [
        pytest.param("{}", "is no story of a rollout: deployment_id: Field required", id="empty"),
        pytest.param("no", "is no story of a rollout: it: Invalid JSON", id="no-json"),
    ],
)
def test_a_story_of_another_shape_is_refused_with_its_place(story: str, what: str) -> None:
    item = news_item(make_rollout_notice()) | {"story": {"S": story}}
    with pytest.raises(UnreadableItem, match=what):
        news_from(item)


def test_dealings_with_a_notice_are_no_part_of_it() -> None:
    notice = make_runtime_notice()
    dealt: dict[str, Any] = news_item(notice) | {
        "claimed_at": {"S": instant(NOW)},
        "failed_at": {"S": instant(NOW)},
        "settled_at": {"S": instant(NOW)},
        "message_ids": {"M": {}},
        "cancelled_because": {"S": "it is gone"},
    }
    assert news_from(dealt) == notice


def test_no_field_of_a_notice_is_left_out_by_these_examples() -> None:
    notice = make_runtime_notice(sent_at=NOW)
    empty = {each.name for each in fields(notice) if getattr(notice, each.name) in (None, ())}
    assert empty == set()
