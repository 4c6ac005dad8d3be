"""The keys of the mails' links: the current and the previous value of one secret.

Putting a new value rotates the key; links that were signed with the value before stay good.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from steward.aws.secret_values import Secret, SecretUnavailable, SecretVersion
from steward.domain.links import SigningKey

# How long a value that was put, or taken back, may go unnoticed.
FRESH_FOR = timedelta(minutes=5)
# Anybody may send tokens that name a key we do not know, and every look-up costs a call.
ASK_AGAIN_AFTER = timedelta(minutes=1)
SHORTEST_SECRET = 32
_KEY_ID_DIGITS = 8


class SigningKeys:
    """Keeps what it read for a while; `clock` counts seconds, as time.monotonic does.

    Raise SecretUnavailable when the keys cannot be read.
    """

    def __init__(self, secret: Secret | str, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret = Secret(secret) if isinstance(secret, str) else secret
        self._clock = clock
        self._keys: tuple[SigningKey, ...] = ()
        self._asked_at: float | None = None

    def current(self) -> SigningKey:
        """The key to sign with."""
        return self._fresh()[0]

    def known(self, key_id: str) -> tuple[SigningKey, ...]:
        """All keys whose links are good; asked for anew, when it is time to, to find `key_id`."""
        keys = self._fresh()
        if all(key.key_id != key_id for key in keys) and self._is_older_than(ASK_AGAIN_AFTER):
            keys = self._ask()
        return keys

    def _fresh(self) -> tuple[SigningKey, ...]:
        if not self._keys or self._is_older_than(FRESH_FOR):
            return self._ask()
        return self._keys

    def _is_older_than(self, most: timedelta) -> bool:
        return self._asked_at is None or self._clock() - self._asked_at >= most.total_seconds()

    def _ask(self) -> tuple[SigningKey, ...]:
        self._asked_at = self._clock()
        current = self._secret.version("AWSCURRENT")
        if current is None:
            raise SecretUnavailable(
                f"{self._secret.arn} is not there or has no value; put one (aws secretsmanager "
                "put-secret-value), or deploy the hub's stack again"
            )
        previous = self._secret.version("AWSPREVIOUS")
        versions = (current, previous) if previous else (current,)
        self._keys = tuple(self._key(version) for version in versions)
        return self._keys

    def _key(self, version: SecretVersion) -> SigningKey:
        if len(version.text) < SHORTEST_SECRET:
            raise SecretUnavailable(
                f"{self._secret.arn} holds a text of {len(version.text)} characters; put a random "
                f"one of at least {SHORTEST_SECRET} (aws secretsmanager get-random-password)"
            )
        return SigningKey(version.version_id[:_KEY_ID_DIGITS], version.text.encode())
