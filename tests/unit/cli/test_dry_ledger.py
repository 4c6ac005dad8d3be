"""A ledger that is only looked at: nothing is written, and what is read is what is there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from steward.domain.leases import LeaseState
from steward.ledger.ledger import Ledger
from steward_cli.dry_ledger import DryLedger, NoLedger
from tests.factories import NOW, UNIT, make_account, make_event, make_lease

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = make_lease()


@pytest.fixture
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("pk", "sk", "gsi1pk", "gsi1sk")
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-state",
                    "KeySchema": [
                        {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                        {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        yield client


@pytest.fixture
def ledger(client: "DynamoDBClient") -> Ledger:
    return Ledger(client, "ledger", timedelta(days=400))


@pytest.fixture
def dry(client: "DynamoDBClient") -> DryLedger:
    return DryLedger(client, "ledger", timedelta(days=400))


def items(client: "DynamoDBClient") -> list[Any]:
    return client.scan(TableName="ledger")["Items"]


def test_what_is_saved_is_answered_and_not_written(
    client: "DynamoDBClient", dry: DryLedger
) -> None:
    saved = dry.save(None, LEASE, make_event(LEASE))
    assert saved.version == 1
    assert dry.save_policy("0123456789ab", "{}", NOW)
    assert dry.scope_since("0123456789ab", NOW) == NOW
    dry.save_accounts([make_account()])
    assert items(client) == []


def test_an_update_is_refused_because_nobody_who_looks_needs_one(dry: DryLedger) -> None:
    with pytest.raises(AssertionError, match="nobody who only looks"):
        dry.trip("sweep", "why", NOW)


def test_what_was_written_is_read(ledger: Ledger, dry: DryLedger) -> None:
    stored = ledger.save(None, LEASE, make_event(LEASE))
    assert dry.lease(UNIT, LEASE.stack_id) == stored
    assert dry.census().live == 1


def test_ended_leases_are_found_beside_the_live_ones(ledger: Ledger, dry: DryLedger) -> None:
    kept = ledger.save(None, make_lease("feat-other"), make_event(make_lease("feat-other")))
    ended = make_lease(state=LeaseState.REAPED)
    stored = ledger.save(None, LEASE, make_event(LEASE))
    ended = ledger.save(stored, ended, make_event(ended))
    assert list(dry.leases_of(UNIT)) == [kept]
    assert list(dry.ended_leases_of(UNIT)) == [ended]


def test_without_a_ledger_nothing_is_known_and_nothing_is_asked() -> None:
    nothing = NoLedger(boto3.client("dynamodb", endpoint_url="http://127.0.0.1:9"), "", timedelta())
    assert nothing.lease(UNIT, LEASE.stack_id) is None
    assert list(nothing.leases_of(UNIT)) == []
    assert nothing.census().live == 0
    assert nothing.scope_since("0123456789ab", NOW) == NOW
    assert nothing.save(None, LEASE, make_event(LEASE)).version == 1
