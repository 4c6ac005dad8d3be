"""A unit's own table: one verdict a phase counts, whoever comes second."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.results import (
    Cause,
    CheckMode,
    CheckResult,
    Outcome,
    Phase,
    Status,
    Verdict,
)
from steward.ledger.unit_records import MOST_BYTES, UnitRecords
from tests.integration.functions.hook_unit import TABLE, create_rollouts_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ID = "d-A1B2C3D4E"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RESULT = CheckResult(
    name="errors",
    type="compare",
    mode=CheckMode.OBSERVE,
    outcome=Outcome.FAIL,
    reason="5 of 50 against 5 of 450",
    evidence={"p": 0.0014, "arms": [{"invocations": 50}], "none": None},
    started_at=NOW,
    took=timedelta(seconds=1, milliseconds=250),
    fails=True,
)
GOOD = Verdict(
    deployment_id=ID,
    phase=Phase.PRE,
    status=Status.SUCCEEDED,
    cause=Cause.CHECKS,
    reason="all 2 checks passed",
    decided_at=NOW,
    results=(RESULT,),
    configuration=("parameter /steward/rollout/shop version 3",),
    notes=("odd",),
    mode=CheckMode.OBSERVE,
    owner=("ada@example.com",),
    notify=("failed",),
)
BAD = replace(GOOD, status=Status.FAILED, cause=Cause.WATCHDOG, reason="nobody answered")
ATTEMPT = Attempt(ID, Phase.PRE, "e-1", NOW, NOW + timedelta(seconds=120), "r-1")


@pytest.fixture
def dynamodb() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        create_rollouts_table(client)
        yield client


@pytest.fixture
def records(dynamodb: "DynamoDBClient") -> UnitRecords:
    return UnitRecords(dynamodb, TABLE, timedelta(days=90))


def test_a_verdict_comes_back_as_it_was(records: UnitRecords) -> None:
    assert records.latch(GOOD, "e-1") == GOOD
    assert records.verdict(ID, Phase.PRE) == GOOD
    assert records.verdicts(ID) == (GOOD,)


@pytest.mark.parametrize("execution_id", ["e-1", ""], ids=["its-own-second", "the-guard"])
def test_the_first_verdict_counts(records: UnitRecords, execution_id: str) -> None:
    records.latch(GOOD, "e-1")
    assert records.latch(BAD, execution_id) == GOOD
    assert records.verdict(ID, Phase.PRE) == GOOD


def test_a_verdict_of_nobodys_execution_counts_for_any(records: UnitRecords) -> None:
    """The guard's, which came before the hook's."""
    records.latch(BAD)
    assert records.latch(GOOD, "e-1") == BAD


def test_a_verdict_of_another_execution_counts_for_itself_alone(records: UnitRecords) -> None:
    records.latch(GOOD, "e-1")
    assert records.latch(BAD, "e-2") == BAD
    assert records.verdict(ID, Phase.PRE) == GOOD


def test_two_that_decide_at_once_agree(
    records: UnitRecords, dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's is written while this one is on its way."""
    put = dynamodb.put_item
    written: list[UnitRecords] = []

    def late(**request: object) -> object:
        if not written:
            written.append(UnitRecords(dynamodb, TABLE, timedelta(days=90)))
            written[0].latch(BAD, "e-1")
        return put(**request)  # type: ignore[arg-type]

    monkeypatch.setattr(dynamodb, "put_item", late)
    assert records.latch(GOOD, "e-1") == BAD


def test_phases_have_verdicts_of_their_own(records: UnitRecords) -> None:
    post = replace(BAD, phase=Phase.POST, decided_at=NOW + timedelta(minutes=12))
    records.latch(post)
    records.latch(GOOD)
    records.latch(replace(GOOD, deployment_id="d-OTHER"))
    assert records.verdicts(ID) == (GOOD, post)


def test_what_codedeploy_accepted_takes_the_place_of_any_verdict(records: UnitRecords) -> None:
    records.latch(GOOD, "e-1")
    records.overrule(BAD)
    assert records.verdict(ID, Phase.PRE) == BAD


def test_the_first_attempt_has_no_verdict(records: UnitRecords) -> None:
    assert records.begin(ATTEMPT) is None
    assert records.attempts(ID) == (ATTEMPT,)


def test_the_same_event_again_has_the_verdict_of_the_first(records: UnitRecords) -> None:
    records.begin(ATTEMPT)
    records.latch(GOOD, "e-1")
    assert records.begin(replace(ATTEMPT, request_id="r-2")) == GOOD


def test_the_same_event_while_the_first_still_runs_has_none(records: UnitRecords) -> None:
    records.begin(ATTEMPT)
    again = replace(ATTEMPT, request_id="r-2", started_at=NOW + timedelta(seconds=3))
    assert records.begin(again) is None
    assert records.attempts(ID) == (again,)


def test_another_execution_has_no_verdict_yet(records: UnitRecords) -> None:
    records.begin(ATTEMPT)
    records.latch(GOOD, "e-1")
    assert records.begin(replace(ATTEMPT, execution_id="e-2")) is None


def test_a_verdict_without_an_attempt_is_not_this_executions(records: UnitRecords) -> None:
    records.latch(BAD)
    assert records.begin(ATTEMPT) is None


def test_an_attempt_may_get_another_deadline(records: UnitRecords) -> None:
    records.begin(ATTEMPT)
    later = replace(ATTEMPT, deadline=NOW + timedelta(seconds=600))
    records.revise(later)
    assert records.attempts(ID) == (later,)


def test_items_go_when_their_time_is_over(records: UnitRecords, dynamodb: "DynamoDBClient") -> None:
    records.begin(ATTEMPT)
    records.latch(GOOD)
    until = str(int((NOW + timedelta(days=90)).timestamp()))
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert [item["ttl"] for item in items] == [{"N": until}] * 2


def test_a_verdict_too_long_for_an_item_is_kept_without_its_evidence(
    records: UnitRecords, dynamodb: "DynamoDBClient"
) -> None:
    """DynamoDB takes 400 KB an item; a refusal would leave no verdict at all."""
    long = replace(RESULT, name="body", evidence={"body": "é" * 400_000})
    verdict = replace(GOOD, results=(RESULT, long))
    assert records.latch(verdict) == verdict
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    assert len(item["document"]["S"].encode()) <= MOST_BYTES
    kept = records.verdict(ID, Phase.PRE)
    assert kept is not None
    assert kept.results[0] == RESULT
    assert (kept.results[1].outcome, kept.results[1].reason) == (long.outcome, long.reason)
    assert kept.notes[-1].startswith("the evidence of body is too long")
