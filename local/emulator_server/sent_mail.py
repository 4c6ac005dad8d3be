"""A mail that SES accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class SentMail:
    """Addresses are as the sender wrote them."""

    message_id: str
    account: str
    region: str
    sender: str
    to: Sequence[str]
    copied: Sequence[str]
    subject: str
    configuration_set: str
    at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def destination(self) -> list[str]:
        return [*self.to, *self.copied]

    @property
    def timestamp(self) -> str:
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
