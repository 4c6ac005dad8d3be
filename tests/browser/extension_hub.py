"""The part of the hub account that the extension page needs, on moto's server: ledger and key."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
from moto.server import ThreadedMotoServer

from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.links import Link, LinkAction, SigningKey, recipient_hash, sign
from steward.domain.outbox import stage_notice
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger
from tests.factories import FINGERPRINT, NOW, make_account, make_event, make_lease, make_policy
from tests.integration.digest_hub import RETENTION, TABLE, table_properties

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

DAY = timedelta(days=1)
OWNER = "dev@example.com"
ANY_SKEW_MINUTES = str(100 * 365 * 24 * 60)
POLICY = make_policy()


@dataclass
class ExtensionHub:
    """`secret_arn` names the key that signs the links of this hub."""

    endpoint: str
    dynamodb: "DynamoDBClient"
    secrets: "SecretsManagerClient"
    secret_arn: str
    ledger: Ledger

    @property
    def environment(self) -> dict[str, str]:
        """That of the function which serves the page."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "LEDGER_TABLE": TABLE,
            "AUDIT_RETENTION_DAYS": str(RETENTION.days),
            "MAX_CLOCK_SKEW_MINUTES": ANY_SKEW_MINUTES,
            "LINK_KEY_SECRET": self.secret_arn,
        }

    def start_anew(self) -> None:
        for item in self._items():
            self.dynamodb.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
        self.put_in_force(POLICY)
        self.ledger.save_accounts([make_account()])

    def put_in_force(self, policy: Policy) -> None:
        self.ledger.save_policy(FINGERPRINT, policy.model_dump_json(), NOW - 100 * DAY)

    def marked(self, name: str, **overrides: Any) -> Lease:
        """A lease whose owners were told a day ago, and whose stack goes in six days."""
        facts: dict[str, Any] = {
            "state": LeaseState.MARKED,
            "created_at": NOW - 8 * DAY,
            "deployed_at": NOW - 8 * DAY,
            "seen_update": NOW - 8 * DAY,
            "expires_at": NOW + 6 * DAY,
            "marked_at": NOW - DAY,
            "delete_after": NOW + 6 * DAY,
            "notices": (LeaseNotice(7 * DAY, NOW - DAY),),
            "owners": (OWNER, "colleague@example.com"),
        }
        lease = make_lease(name, **(facts | overrides))
        notice = stage_notice(lease, 7 * DAY, NOW - DAY)
        self.ledger.save(None, lease, make_event(lease, at=NOW - DAY), [notice])
        mails = {address: f"mail to {address}" for address in lease.owners}
        self.ledger.record_delivery(notice, NOW - DAY, mails, "notice_digest")
        return self.read(lease)

    def changed(self, before: Lease, after: Lease) -> Lease:
        return self.ledger.save(before, after, make_event(after, at=NOW))

    def read(self, lease: Lease) -> Lease:
        unit, stack_id = lease.unit, lease.stack_id
        found = self.ledger.lease(unit, stack_id) or self.ledger.ended_lease(unit, stack_id)
        assert found is not None, f"no lease of {stack_id}"
        return found

    def token(self, lease: Lease, action: LinkAction = LinkAction.EXTEND, **changes: Any) -> str:
        """A link of `lease` as its owner has it in a mail; `changes` are those of its fields."""
        facts: dict[str, Any] = {
            "stack_id": lease.stack_id,
            "generation": lease.generation,
            "action": action,
            "longest": lease.created_at + POLICY.lease.max_lifetime,
            "recipient": recipient_hash(OWNER),
            "expires_at": NOW + 36 * DAY,
        }
        return sign(Link(**(facts | changes)), self.signing_key())

    def signing_key(self) -> SigningKey:
        value = self.secrets.get_secret_value(SecretId=self.secret_arn)
        return SigningKey(value["VersionId"][:8], value["SecretString"].encode())

    def everything(self) -> list[str]:
        """Every item of the ledger as text, in a fixed order."""
        return sorted(json.dumps(item, sort_keys=True, default=repr) for item in self._items())

    def _items(self) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        return [dict(item) for page in pages for item in page["Items"]]


@contextmanager
def extension_hub() -> Iterator[ExtensionHub]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        yield _make(boto3.Session(), endpoint)
    finally:
        server.stop()


def _make(session: boto3.Session, endpoint: str) -> ExtensionHub:
    dynamodb = session.client("dynamodb", endpoint_url=endpoint)
    dynamodb.create_table(TableName=TABLE, **table_properties())
    secrets = session.client("secretsmanager", endpoint_url=endpoint)
    key = secrets.create_secret(Name="LinkKey", SecretString="not-a-secret-of-anybody" * 2)
    ledger = Ledger(dynamodb, TABLE, RETENTION)
    return ExtensionHub(endpoint, dynamodb, secrets, key["ARN"], ledger)
