"""Where each kind of item lies in the table, and in its index `by-state`."""

from datetime import datetime

from steward.domain.outbox import Notice
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, instant, text

INDEX = "by-state"
LIVE = "LEASE#LIVE"
OPEN = "NOTICE#OPEN"
LEASE_PREFIX = "LEASE#"
ACCOUNTS = "ACCOUNTS"
GAPS = "GAPS"
POLICY = "POLICY"
LAST_GOOD = "LAST_GOOD"
UNREACHABLE = "UNREACHABLE"
MAILED_PREFIX = "NOTICE#"


def key(pk: str, sk: str) -> Item:
    return {"pk": text(pk), "sk": text(sk)}


def unit_partition(unit: Unit) -> str:
    return f"UNIT#{unit.account_id}#{unit.region}"


def lease_key(unit: Unit, stack_id: str) -> Item:
    return key(unit_partition(unit), f"{LEASE_PREFIX}{stack_id}")


def ended_key(unit: Unit, stack_id: str) -> Item:
    return key(unit_partition(unit), f"ENDED#{stack_id}")


def live_index(unit: Unit, stack_id: str) -> Item:
    return _index(LIVE, f"{unit.account_id}#{unit.region}#{stack_id}")


def audit_partition(stack_id: str) -> str:
    return f"AUDIT#{stack_id}"


def audit_sort(version: int, at: datetime, subject: str = "") -> str:
    """Sorts by lease version, then time. `subject` tells apart events of one version and moment."""
    return "#".join(part for part in (f"{version:010d}", instant(at), subject) if part)


def notice_partition(stack_id: str) -> str:
    return f"NOTICE#{stack_id}"


def notice_sort(generation: int, stage: str) -> str:
    return f"{generation:06d}#{stage}"


def notice_key(notice: Notice) -> Item:
    sort = notice_sort(notice.generation, notice.stage)
    return key(notice_partition(notice.stack_id), sort)


def open_index(notice: Notice) -> Item:
    """Open notices are listed longest waiting first."""
    sort = notice_sort(notice.generation, notice.stage)
    return _index(OPEN, f"{instant(notice.queued_at)}#{notice.stack_id}#{sort}")


def mail_partition(message_id: str) -> str:
    return f"MAIL#{message_id}"


def mailed_key(message_id: str, notice: Notice) -> Item:
    """Says that a mail told of a notice."""
    sort = notice_sort(notice.generation, notice.stage)
    return key(mail_partition(message_id), f"{MAILED_PREFIX}{notice.stack_id}#{sort}")


def outcome_key(message_id: str) -> Item:
    return key(mail_partition(message_id), "OUTCOME")


def unreachable_key(address: str, message_id: str) -> Item:
    return key(UNREACHABLE, f"{address.casefold()}#{message_id}")


def reached_key(address: str) -> Item:
    return key(f"ADDRESS#{address.casefold()}", "REACHED")


def permits_key(sweep_id: str) -> Item:
    return key(f"SWEEP#{sweep_id}", "PERMITS")


def policy_key(fingerprint: str) -> Item:
    return key(POLICY, fingerprint)


def account_key(account_id: str) -> Item:
    return key(ACCOUNTS, account_id)


def gap_key(unit: Unit) -> Item:
    return key(GAPS, f"{unit.account_id}#{unit.region}")


def creator_key(stack_id: str) -> Item:
    return key(f"CREATOR#{stack_id}", "CREATOR")


def contact_key(account_id: str) -> Item:
    return key("CONTACTS", account_id)


def scope_key(fingerprint: str) -> Item:
    return key("SCOPE", fingerprint)


def link_key(link_id: str) -> Item:
    return key(f"LINK#{link_id}", "USED")


def _index(pk: str, sk: str) -> Item:
    return {"gsi1pk": text(pk), "gsi1sk": text(sk)}
