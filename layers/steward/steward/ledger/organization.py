"""What the last sweeps knew of the organization: its accounts, and the units they did not cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from steward.domain.stacks import Account, Unit
from steward.ledger.attributes import Item, ItemReader, moment, text, text_map, texts
from steward.ledger.keys import ACCOUNTS, GAPS, account_key, gap_key
from steward.ledger.table import Table

# "TransactWriteItems", Amazon DynamoDB API Reference: up to 100 action requests.
_MOST_WRITES = 100


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a unit is not covered, and since when; its leases are neither judged nor ended."""

    reason: str
    since: datetime


class Organization(Table):
    """Reads first: what has not changed costs no write."""

    def save_accounts(self, accounts: Iterable[Account]) -> None:
        """Remember what was read of each account; one that is not among them stays on record."""
        on_record = {item["sk"]["S"]: item for item in self.query(ACCOUNTS)}
        items = map(_account_item, accounts)
        changed = (item for item in items if on_record.get(item["sk"]["S"]) != item)
        for some in batched(changed, _MOST_WRITES, strict=False):
            self.write_together([self.put(item) for item in some])

    def account(self, account_id: str) -> Account | None:
        item = self.read(account_key(account_id))
        return _account_from(item) if item else None

    def account_names(self) -> dict[str, str]:
        """The name of every account that was ever seen, as last read."""
        known = map(_account_from, self.query(ACCOUNTS))
        return {account.account_id: account.name for account in known}

    def gaps(self) -> dict[Unit, Gap]:
        """Every unit whose last scan failed."""
        return dict(_gap_from(item) for item in self.query(GAPS))

    def note_gap(self, unit: Unit, reason: str, at: datetime) -> None:
        """Record that the unit was not covered; the same reason again writes nothing."""
        item = self.read(gap_key(unit))
        known = _gap_from(item)[1] if item else Gap("", at)
        if known.reason == reason:
            return
        since = moment(known.since)
        self.write_together([self.put(_gap_item(unit) | {"reason": text(reason), "since": since})])

    def close_gap(self, unit: Unit) -> None:
        self.close_gaps([unit])

    def close_gaps(self, units: Iterable[Unit]) -> None:
        """Forget that these units were not covered; none of them costs no write."""
        for some in batched(units, _MOST_WRITES, strict=False):
            keys = map(gap_key, some)
            self.write_together([{"Delete": {"TableName": self.name, "Key": key}} for key in keys])


def _account_item(account: Account) -> Item:
    return account_key(account.account_id) | {
        "account_id": text(account.account_id),
        "name": text(account.name),
        "ou_path": texts(account.ou_path),
        "tags": text_map(account.tags),
        "is_management": {"BOOL": account.is_management},
    }


def _account_from(item: Item) -> Account:
    read = ItemReader(item)
    return read.whole(
        Account(
            account_id=read.text("account_id"),
            name=read.text("name"),
            ou_path=read.texts("ou_path"),
            tags=read.text_map("tags"),
            is_management=read.truth("is_management"),
        )
    )


def _gap_item(unit: Unit) -> Item:
    whose = {"account_id": text(unit.account_id), "region": text(unit.region)}
    return gap_key(unit) | whose


def _gap_from(item: Item) -> tuple[Unit, Gap]:
    read = ItemReader(item)
    unit = Unit(read.text("account_id"), read.text("region"))
    return unit, read.whole(Gap(read.text("reason"), read.moment("since")))
