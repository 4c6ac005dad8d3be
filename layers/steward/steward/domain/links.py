"""Signed links: what a mail's Extend and Keep links ask for, and whether Steward wrote them.

A token is `v1.<key id>.<payload>.<mac>`. The mac is over all that comes before it as it is written,
so that one link has exactly one spelling: no other text that decodes to the same is accepted.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

_VERSION = "v1"
# A stack's name has at most 128 characters, so that no token of ours comes near it.
_LONGEST_TOKEN = 2048


class LinkAction(StrEnum):
    """EXTEND: by days. KEEP: for as long as the policy allows."""

    EXTEND = "extend"
    KEEP = "keep"


class RejectedBecause(StrEnum):
    """INVALID: nothing that Steward wrote, or signed by a key that is no longer accepted."""

    INVALID = "invalid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Link:
    """What its holder may do: extend this generation of this lease, until `longest` at most.

    `recipient` is the hash of the address it was sent to (`recipient_hash`). Tokens keep the two
    dates in whole seconds, rounded down.
    """

    stack_id: str
    generation: int
    action: LinkAction
    longest: datetime
    recipient: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`key_id` (8 hex digits) travels in the token; `secret` never leaves Steward."""

    key_id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    why: RejectedBecause


@dataclass(frozen=True, slots=True)
class _Parts:
    key_id: str
    payload: str
    signed: bytes
    mac: bytes


# Stands in where there is no key or no readable token; what it signs is never accepted.
_NO_KEY = SigningKey("", b"no key")


def sign(link: Link, key: SigningKey) -> str:
    """The token of `link`: always the same for the same link and key, fit for a URL as it is."""
    payload = {
        "a": link.action,
        "g": link.generation,
        "l": int(link.longest.timestamp()),
        "r": link.recipient,
        "s": link.stack_id,
        "x": int(link.expires_at.timestamp()),
    }
    written = json.dumps(payload, separators=(",", ":"), sort_keys=True)
    signed = f"{_VERSION}.{key.key_id}.{_encoded(written.encode())}"
    return f"{signed}.{_mac(signed.encode(), key).decode()}"


def read_link(token: str, keys: Sequence[SigningKey], now: datetime) -> Link | Rejected:
    """The link that `token` stands for, if one of `keys` signed it and it has not expired.

    Every token costs one mac and one comparison, so that the time taken says nothing about why.
    """
    parts = _parts(token)
    key = next((key for key in keys if key.key_id == parts.key_id), None)
    genuine = hmac.compare_digest(_mac(parts.signed, key or _NO_KEY), parts.mac)
    link = _link(parts.payload) if genuine and key is not None else None
    if link is None:
        return Rejected(RejectedBecause.INVALID)
    return link if now < link.expires_at else Rejected(RejectedBecause.EXPIRED)


def key_id_of(token: str) -> str:
    """The id of the key that `token` claims to be signed with; empty when it is no token."""
    return _parts(token).key_id


def link_id(token: str) -> str:
    """The name under which the ledger remembers that this link was used."""
    return hashlib.sha256(_bytes(token)).hexdigest()[:32]


def recipient_hash(address: str) -> str:
    """Tells recipients apart without naming them: 16 hex digits."""
    return hashlib.sha256(_bytes(address.casefold())).hexdigest()[:16]


def _parts(token: str) -> _Parts:
    head, _, mac = token[:_LONGEST_TOKEN].rpartition(".")
    version, _, rest = head.partition(".")
    key_id, _, payload = rest.partition(".")
    readable = len(token) <= _LONGEST_TOKEN and version == _VERSION and len(key_id) == 8
    return _Parts(key_id if readable else "", payload, _bytes(head), _bytes(mac))


def _link(payload: str) -> Link | None:
    """None for what a genuine key signed for something else than a link."""
    try:
        written = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return Link(
            stack_id=str(written["s"]),
            generation=int(written["g"]),
            action=LinkAction(written["a"]),
            longest=datetime.fromtimestamp(written["l"], UTC),
            recipient=str(written["r"]),
            expires_at=datetime.fromtimestamp(written["x"], UTC),
        )
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


def _mac(signed: bytes, key: SigningKey) -> bytes:
    return _encoded(hmac.digest(key.secret, signed, "sha256")).encode()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
