"""The ledger on moto, in a table made from template.yaml so that the two cannot drift apart."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from steward.ledger.ledger import Ledger
from tests.integration.ledger.wire import Wire
from tests.template import documents

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "ledger"
RETENTION = timedelta(days=400)
_OF_THE_TABLE_ITSELF = (
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
)


@pytest.fixture(scope="session")
def table_properties() -> dict[str, Any]:
    template = documents.load("template.yaml")
    properties: dict[str, Any] = template["Resources"]["Ledger"]["Properties"]
    return properties


@pytest.fixture
def client(table_properties: dict[str, Any]) -> "Iterator[DynamoDBClient]":
    with mock_aws():
        client = boto3.client("dynamodb")
        wanted = {name: table_properties[name] for name in _OF_THE_TABLE_ITSELF}
        client.create_table(TableName=TABLE, **wanted)
        yield client


@pytest.fixture
def wire(client: "DynamoDBClient") -> Wire:
    return Wire(client)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def ledger(client: "DynamoDBClient", pauses: list[float]) -> Ledger:
    return Ledger(client, TABLE, RETENTION, pauses.append)


@pytest.fixture
def items(client: "DynamoDBClient") -> "TableReader":
    return TableReader(client)


class TableReader:
    """Looks at the raw items, past the ledger."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def all(self) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(TableName=TABLE)
        return [item for page in pages for item in page["Items"]]

    def one(self, pk: str, sk: str) -> dict[str, Any]:
        (item,) = [each for each in self.all() if (each["pk"]["S"], each["sk"]["S"]) == (pk, sk)]
        return item

    def keys(self) -> set[tuple[str, str]]:
        return {(item["pk"]["S"], item["sk"]["S"]) for item in self.all()}
