"""Every policy that was in force, which one was good last, and since when each scope is known."""

from datetime import datetime

from steward.ledger.attributes import Item, ItemReader, UnreadableItem, moment, text
from steward.ledger.keys import LAST_GOOD, POLICY, key, policy_key, scope_key
from steward.ledger.table import Table

_LAST_GOOD = key(POLICY, LAST_GOOD)


class Policies(Table):
    """Reads first: what is known already costs no write."""

    def save_policy(self, fingerprint: str, document: str, at: datetime) -> bool:
        """Make `document` the last good policy; False when it was that already.

        A policy that comes back keeps the document of its first time: audit events refer to it.
        """
        if self._last_fingerprint() == fingerprint:
            return False
        saved_at = {"saved_at": moment(at)}
        document_item = policy_key(fingerprint) | saved_at | {"document": text(document)}
        last: Item = _LAST_GOOD | saved_at | {"fingerprint": text(fingerprint)}
        pointer = self.put(last)
        if self.write_together([pointer, self.put_if_absent(document_item)]):
            self.write_together([pointer])
        return True

    def policy_document(self, fingerprint: str) -> str | None:
        item = self.read(policy_key(fingerprint))
        return ItemReader(item).text("document") if item else None

    def last_good(self) -> tuple[str, str] | None:
        """Fingerprint and document of the newest valid policy."""
        fingerprint = self._last_fingerprint()
        if fingerprint is None:
            return None
        document = self.policy_document(fingerprint)
        if document is None:
            raise UnreadableItem(POLICY, LAST_GOOD, f"names {fingerprint}, which is not there")
        return fingerprint, document

    def scope_since(self, fingerprint: str, now: datetime) -> datetime:
        """When the scope was first seen: `now` for one that is not known yet."""
        item = self.read(scope_key(fingerprint))
        if item is None:
            new = scope_key(fingerprint) | {"since": moment(now)}
            if not self.write_together([self.put_if_absent(new)]):
                return now
            item = self.read(scope_key(fingerprint)) or new
        return ItemReader(item).moment("since")

    def _last_fingerprint(self) -> str | None:
        item = self.read(_LAST_GOOD)
        return ItemReader(item).text("fingerprint") if item else None
