"""Whom a text names: e-mail addresses and names of the policy's contacts, as people write them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.one_line import one_line
from steward.domain.policy_owners import Owners

MOST_OWNERS = 10
_LONGEST_WORD = 80
_BETWEEN_ENTRIES = re.compile(r"[,;\r\n]+")
_MAILBOX = re.compile(r"[^<>@]*<([^<>\s]+)>")
_BECAUSE = {
    DeliveryStatus.BOUNCED: "bounced",
    DeliveryStatus.SUPPRESSED: "was found on the suppression list",
    DeliveryStatus.COMPLAINED: "marked a mail as spam",
    DeliveryStatus.REJECTED: "was refused by Amazon SES",
}


@dataclass(frozen=True, slots=True)
class Named:
    """`passed_over` says of each other word why nobody is told by it."""

    addresses: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Reads names; `unreachable` is keyed by the casefolded address."""

    owners: Owners
    unreachable: Mapping[str, Unreachable]

    def named_by(self, written: str) -> Named:
        """Everybody whom `written`, such as the value of a tag, names; each once."""
        whole = written.strip()
        words = [whole] if whole in self.owners.contacts else _words(written)
        found: dict[str, str] = {}
        passed_over: dict[str, None] = {}
        for word in words:
            address, why_not = self._person(word)
            if address:
                found.setdefault(address.casefold(), address)
            else:
                passed_over[why_not] = None
        return _at_most(list(found.values()), list(passed_over))

    def mailbox(self, written: str) -> Named:
        """The one address that `written` is; names of contacts do not count."""
        address = _address(written.strip())
        if not address:
            return Named((), (f"{_shown(written)} is no e-mail address",))
        why_not = self.why_not(address)
        return Named((), (why_not,)) if why_not else Named((address,))

    def why_not(self, address: str) -> str:
        """Why no mail is sent to `address`; empty when it may be."""
        if not self.owners.permits(address):
            return f"{_shown(address)} is outside email_domains"
        known = self.unreachable.get(address.casefold())
        if known is None:
            return ""
        because = _BECAUSE.get(known.status, "was unreachable")
        return f"{_shown(address)} {because} on {known.since.astimezone(UTC):%Y-%m-%d}"

    def _person(self, word: str) -> tuple[str, str]:
        """The address of one word, or why there is none."""
        address = self.owners.contacts.get(word) or _address(word)
        if not address:
            return "", f"{_shown(word)} is neither an e-mail address nor a contact of the policy"
        why_not = self.why_not(address)
        return ("", why_not) if why_not else (address, "")


def _words(written: str) -> Iterator[str]:
    """What stands between blanks, commas and semicolons; of `Name <address>` the address."""
    for entry in _BETWEEN_ENTRIES.split(written):
        mailbox = _MAILBOX.fullmatch(entry.strip())
        yield from [mailbox[1]] if mailbox else entry.replace("<", " ").replace(">", " ").split()


def _address(word: str) -> str:
    """`word` as Amazon SES takes it, or nothing: its local part has to be ASCII, its domain is
    written in Punycode ("Destination", Amazon SES API v2 Reference)."""
    # Not at the top: it takes as long as all of pydantic, and most imports of this never read one.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(word, check_deliverability=False).ascii_email or ""
    except EmailNotValidError:
        return ""


def _at_most(found: list[str], passed_over: list[str]) -> Named:
    more = len(found) - MOST_OWNERS
    left_out = [f"{more} more, as at most {MOST_OWNERS} are told"] if more > 0 else []
    return Named(tuple(found[:MOST_OWNERS]), (*left_out, *passed_over))


def _shown(word: str) -> str:
    return one_line(word, _LONGEST_WORD)
