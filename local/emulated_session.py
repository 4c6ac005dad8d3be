"""boto3 sessions whose clients talk to the emulator, with the types of ordinary sessions."""

import threading
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.emulator_environment import HOME_REGION

CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=32,
    proxies={},  # whatever the environment says, the emulator is on this machine
)


class EmulatedSession(boto3.Session):
    """Keeps one client per service: clients may be shared by threads, making them may not.

    `access_key` is an account's id, for its root, or a role's key together with its `token`.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        region: str = HOME_REGION,
        secret: str = "embedded",
        token: str | None = None,
    ) -> None:
        super().__init__(
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            region_name=region,
        )
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    if not TYPE_CHECKING:  # a type checker sees the overloads of boto3.Session instead

        def client(self, service_name: str) -> Any:
            with self._making:
                if service_name not in self._clients:
                    self._clients[service_name] = super().client(
                        service_name, endpoint_url=self._endpoint, config=CLIENT_CONFIG
                    )
                return self._clients[service_name]
