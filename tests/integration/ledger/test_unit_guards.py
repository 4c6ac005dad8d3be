"""Each look at a deployment counts once, whoever else looks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from steward.domain.rollouts.guarding import GuardRecord
from steward.ledger.unit_guards import UnitGuards

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TABLE = "steward-rollouts"
RETENTION = timedelta(days=90)
BEGUN = GuardRecord("d-ABC123", since=NOW, beat_at=NOW)


@pytest.fixture
def guards() -> Iterator[UnitGuards]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        yield UnitGuards(client, TABLE, RETENTION)


def test_what_is_saved_is_read_back(guards: UnitGuards) -> None:
    full = replace(
        BEGUN,
        looks=7,
        enforced=1,
        observed=2,
        warned_at=NOW,
        stopped_at=NOW + MINUTE,
        ended_at=NOW + 2 * MINUTE,
        note="the deployment has ended: Stopped",
    )
    assert guards.save(full, None)
    assert guards.read("d-ABC123") == full


def test_nothing_is_known_of_a_deployment_that_nobody_looked_at(guards: UnitGuards) -> None:
    assert guards.read("d-ABC123") is None


def test_the_first_of_two_beginnings_counts(guards: UnitGuards) -> None:
    assert guards.save(BEGUN, None)
    assert not guards.save(replace(BEGUN, note="second"), None)
    assert guards.read("d-ABC123") == BEGUN


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(BEGUN, looks=1), id="looked"),
        pytest.param(replace(BEGUN, beat_at=NOW + MINUTE), id="beat"),
    ],
)
def test_the_faster_of_two_looks_counts(guards: UnitGuards, other: GuardRecord) -> None:
    guards.save(BEGUN, None)
    assert guards.save(other, BEGUN)
    assert not guards.save(replace(BEGUN, looks=1, enforced=1), BEGUN)
    assert guards.read("d-ABC123") == other


def test_a_record_goes_after_its_retention(guards: UnitGuards) -> None:
    guards.save(BEGUN, None)
    client = boto3.client("dynamodb", region_name="eu-west-1")
    item = client.get_item(TableName=TABLE, Key={"pk": {"S": "d-ABC123"}, "sk": {"S": "guard"}})
    assert int(item["Item"]["ttl"]["N"]) == (NOW + RETENTION).timestamp()
