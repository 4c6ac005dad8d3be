"""For whom a page is written: their time, and whose addresses they may see."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.notify.harmless import harmless

_ADDRESS = re.compile(r"""[^\s@<>(),;:"']+@[^\s@<>(),;:"']+""")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which time zone.

    `addresses`: what is shown in full, which is where the link was sent and whom to ask. All others
    are cut to `b…@example.com`: links are forwarded and found in logs, and whoever holds one learns
    no colleague's address by it.
    """

    zone: ZoneInfo
    addresses: frozenset[str]

    def spoken(self, moment: datetime) -> str:
        return spoken(moment, self.zone)

    def plain(self, text: str) -> str:
        """`text` on one line, without characters that could disguise it, and addresses cut."""
        return _ADDRESS.sub(self._shown, harmless(text))

    def _shown(self, match: re.Match[str]) -> str:
        address = match.group()
        name, _, domain = address.partition("@")
        known = address.casefold().rstrip(".") in self.addresses
        return address if known else f"{name[0]}…@{domain}"
