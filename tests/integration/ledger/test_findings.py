"""Findings on moto: only changes are written, each with its event, or neither."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.runtimes.records import FindingChange, FindingOnRecord
from steward.domain.runtimes.severity import Level
from steward.domain.stacks import Unit
from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger
from tests.factories import NOW, UNIT
from tests.integration.ledger.conftest import RETENTION, TABLE, TableReader
from tests.integration.ledger.wire import Wire
from tests.runtime_records import make_finding

ACTOR = "runtime_worker"
DAY = timedelta(days=1)
ARN = "arn:aws:lambda:eu-west-1:222222222222:function:orders-api"


def opened(ledger: Ledger, finding: FindingOnRecord) -> FindingOnRecord:
    assert ledger.record_finding(FindingChange(None, finding, "it is on python3.9"), NOW, ACTOR)
    return next(each for each in ledger.findings_of(finding.unit) if each.name == finding.name)


def graver(finding: FindingOnRecord) -> FindingOnRecord:
    return replace(finding, level=Level.BREACH, story="blocked", changed_at=NOW + DAY)


def what_happened(ledger: Ledger, version: str = "$LATEST") -> list[str]:
    return [event.what for event in ledger.finding_history(UNIT, "orders-api", version)]


def test_an_opened_finding_is_on_record_with_its_event(ledger: Ledger) -> None:
    finding = make_finding()
    assert opened(ledger, finding) == finding
    (event,) = ledger.finding_history(UNIT, "orders-api", "$LATEST")
    assert (event.what, event.actor, event.version) == ("opened", ACTOR, 1)
    assert event.stack_id == f"{ARN}:$LATEST"
    assert event.evidence["runtime_id"] == "python3.9"
    assert event.evidence["level"] == "CRITICAL"


def test_a_finding_changes_and_closes_step_by_step(ledger: Ledger) -> None:
    first = opened(ledger, make_finding())
    assert ledger.record_finding(FindingChange(first, graver(first), "blocked"), NOW + DAY, ACTOR)
    (second,) = ledger.findings_of(UNIT)
    assert second == replace(graver(first), revision=2)
    assert ledger.record_finding(FindingChange(second, None, "fixed"), NOW + 2 * DAY, ACTOR)
    assert ledger.findings_of(UNIT) == []
    assert what_happened(ledger) == ["opened", "changed", "closed"]
    versions = [each.version for each in ledger.finding_history(UNIT, "orders-api", "$LATEST")]
    assert versions == [1, 2, 3]


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_finding_that_somebody_else_wrote_is_left_alone(ledger: Ledger, is_gone: bool) -> None:
    read = opened(ledger, make_finding())
    theirs = None if is_gone else graver(read)
    assert ledger.record_finding(FindingChange(read, theirs, "theirs"), NOW + DAY, "another")
    on_record = ledger.findings_of(UNIT)
    for mine in (replace(read, story="mine"), None):
        assert not ledger.record_finding(FindingChange(read, mine, "mine"), NOW + DAY, ACTOR)
    assert ledger.findings_of(UNIT) == on_record
    assert len(what_happened(ledger)) == 2


def test_a_call_that_comes_twice_writes_once(ledger: Ledger) -> None:
    change = FindingChange(None, make_finding(), "it is on python3.9")
    assert ledger.record_finding(change, NOW, ACTOR)
    assert not ledger.record_finding(change, NOW + DAY, ACTOR)
    assert what_happened(ledger) == ["opened"]


def test_one_that_was_opened_again_is_not_the_one_that_was_read(ledger: Ledger) -> None:
    read = opened(ledger, make_finding())
    assert ledger.record_finding(FindingChange(read, None, "deleted"), NOW + DAY, ACTOR)
    again = opened(ledger, make_finding(opened_at=NOW + 2 * DAY))
    assert again.revision == read.revision
    assert not ledger.record_finding(FindingChange(read, None, "late"), NOW + 3 * DAY, ACTOR)
    assert ledger.findings_of(UNIT) == [again]


@pytest.mark.parametrize("at", [NOW, NOW + DAY], ids=["at-once", "a-day-later"])
def test_a_finding_opens_again_after_it_closed(ledger: Ledger, at: Any) -> None:
    read = opened(ledger, make_finding())
    assert ledger.record_finding(FindingChange(read, None, "deleted"), at, ACTOR)
    assert ledger.record_finding(FindingChange(None, make_finding(), "back"), at, ACTOR)
    assert len(ledger.findings_of(UNIT)) == 1


def test_what_did_not_change_is_not_written(ledger: Ledger, wire: Wire) -> None:
    read = opened(ledger, make_finding())
    wire.clear()
    same = replace(read, changed_at=NOW + DAY)
    assert ledger.record_finding(FindingChange(read, same, "nothing new"), NOW + DAY, ACTOR)
    assert wire.writes == 0


def test_a_repeated_request_is_known_by_its_token(ledger: Ledger, wire: Wire) -> None:
    sent = wire.lose_answer()
    # moto does not know the token, so it refuses its own write.
    ledger.record_finding(FindingChange(None, make_finding(), "why"), NOW, ACTOR)
    first, second = sent
    assert first["ClientRequestToken"] == second["ClientRequestToken"]


def test_a_finding_never_becomes_one_of_another_function(ledger: Ledger) -> None:
    read = opened(ledger, make_finding())
    other = replace(read, name="orders-worker")
    with pytest.raises(ValueError, match="close the one and open the other"):
        ledger.record_finding(FindingChange(read, other, "moved"), NOW, ACTOR)


def test_versions_have_histories_of_their_own(ledger: Ledger) -> None:
    for version in ("$LATEST", "1", "12"):
        opened(ledger, make_finding(version=version))
    assert [what_happened(ledger, each) for each in ("1", "12", "2")] == [
        ["opened"],
        ["opened"],
        [],
    ]


def test_findings_are_kept_by_unit_however_many_there_are(ledger: Ledger) -> None:
    story = "x" * 20_000
    for index in range(60):
        opened(ledger, make_finding(f"orders-{index:02d}", story=story))
    opened(ledger, make_finding(unit=Unit("222222222222", "us-east-1")))
    names = [each.name for each in ledger.findings_of(UNIT)]
    assert names == [f"orders-{index:02d}" for index in range(60)]


def test_events_are_forgotten_with_the_audit_and_open_findings_never(
    ledger: Ledger, items: TableReader
) -> None:
    opened(ledger, make_finding())
    kept = {item["pk"]["S"]: item.get("expires_epoch_seconds") for item in items.all()}
    assert kept == {
        "RUNTIMES#222222222222#eu-west-1": None,
        f"RUNTIMEAUDIT#{ARN}": {"N": str(int((NOW + RETENTION).timestamp()))},
    }


def test_an_unreadable_finding_is_named(ledger: Ledger, client: Any) -> None:
    opened(ledger, make_finding())
    client.update_item(
        TableName=TABLE,
        Key={
            "pk": {"S": "RUNTIMES#222222222222#eu-west-1"},
            "sk": {"S": "orders-api#$LATEST"},
        },
        UpdateExpression="SET colour = :red",
        ExpressionAttributeValues={":red": {"S": "red"}},
    )
    with pytest.raises(UnreadableItem, match="unknown attribute colour"):
        ledger.findings_of(UNIT)
