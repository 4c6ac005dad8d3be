"""Secrets Manager on loopback, for what talks plain HTTP to it; it shares moto's state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

FIRST_VALUE = "the first value of the secret, long enough"


@dataclass(frozen=True)
class StoredSecret:
    """Made inside mock_aws."""

    client: "SecretsManagerClient"
    arn: str

    def put(self, value: str) -> str:
        """Rotate; return the new version's id."""
        return self.client.put_secret_value(SecretId=self.arn, SecretString=value)["VersionId"]


def store_secret(value: str = FIRST_VALUE) -> StoredSecret:
    client = boto3.client("secretsmanager")
    return StoredSecret(client, client.create_secret(Name="LinkKey", SecretString=value)["ARN"])


@contextmanager
def serve_secrets() -> Iterator[str]:
    """The endpoint's URL."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
