"""Where each kind of item lies in the table, and in its index `by-state`."""

import hashlib
import json
from datetime import UTC, date, datetime

from steward.domain.news import News
from steward.domain.outbox import Notice
from steward.domain.rollouts.records import Rollout
from steward.domain.runtimes.exceptions import ScopeKind
from steward.domain.runtimes.records import DateOnRecord, RuntimeNotice
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, instant, text

INDEX = "by-state"
LIVE = "LEASE#LIVE"
OPEN = "NOTICE#OPEN"
LEASE_PREFIX = "LEASE#"
ACCOUNTS = "ACCOUNTS"
GAPS = "GAPS"
SWEEPS = "SWEEPS"
PLAN_PREFIX = "PLAN#"
DONE_PREFIX = "DONE#"
POLICY = "POLICY"
LAST_GOOD = "LAST_GOOD"
UNREACHABLE = "UNREACHABLE"
MAILED_PREFIX = "NOTICE#"
RUNTIME_NOTICES = "RUNTIMENOTICE"
ROLLOUT_NOTICES = "ROLLOUTNOTICE"
RUNTIME_EXCEPTIONS = "RUNTIMEEXCEPTION"
RUNTIME_ACKNOWLEDGEMENTS = "RUNTIMEACKNOWLEDGEMENT"
RUNTIME_SNAPSHOTS = "RUNTIMESNAPSHOT"
RUNTIME_DATES = "RUNTIMEDATE"


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


def sweep_partition(sweep_id: str) -> str:
    return f"SWEEP#{sweep_id}"


def permits_key(sweep_id: str) -> Item:
    return key(sweep_partition(sweep_id), "PERMITS")


def sweep_key(sweep_id: str, swept_at: datetime) -> Item:
    """Sweeps are listed by time, so that the last ones are found without a scan."""
    return key(SWEEPS, f"{instant(swept_at)}#{sweep_id}")


def swept_of(sort: str) -> tuple[str, datetime]:
    """The sweep and its time, of the sort key that `sweep_key` made; long ago for another key."""
    written, _, sweep_id = sort.partition("#")
    try:
        return sweep_id, datetime.fromisoformat(written)
    except ValueError:
        return sort, datetime.min.replace(tzinfo=UTC)


def plan_key(sweep_id: str, place: int) -> Item:
    return key(sweep_partition(sweep_id), f"{PLAN_PREFIX}{place:04d}")


def done_key(sweep_id: str, invocation: str) -> Item:
    return key(sweep_partition(sweep_id), f"{DONE_PREFIX}{invocation}")


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


def findings_partition(unit: Unit) -> str:
    return f"RUNTIMES#{unit.account_id}#{unit.region}"


def finding_key(unit: Unit, name: str, version: str) -> Item:
    return key(findings_partition(unit), f"{name}#{version}")


def runtime_audit_partition(subject: str) -> str:
    return f"RUNTIMEAUDIT#{subject}"


def exception_id(kind: ScopeKind, scope: str, runtime: str) -> str:
    return _identity(kind, scope, runtime)


def exception_key(kind: ScopeKind, scope: str, runtime: str) -> Item:
    return key(RUNTIME_EXCEPTIONS, exception_id(kind, scope, runtime))


def acknowledgement_key(group: str) -> Item:
    return key(RUNTIME_ACKNOWLEDGEMENTS, _identity(group))


def snapshot_key(day: date) -> Item:
    return key(RUNTIME_SNAPSHOTS, day.isoformat())


def runtime_date_key(on_record: DateOnRecord) -> Item:
    sort = f"{on_record.runtime_id}#{on_record.milestone}#{on_record.region}"
    return key(RUNTIME_DATES, sort)


def heard_key(communication: str, account_id: str) -> Item:
    return key(f"RUNTIMEHEARD#{_identity(communication)}", account_id or "-")


def rollout_notices_prefix(deployment_id: str) -> str:
    return f"{deployment_id}#"


def news_partition(notice: News) -> str:
    return RUNTIME_NOTICES if isinstance(notice, RuntimeNotice) else ROLLOUT_NOTICES


def news_id(notice: News) -> str:
    if isinstance(notice, RuntimeNotice):
        return _identity(notice.group, notice.key)
    told = notice.story
    prefix = rollout_notices_prefix(told.deployment_id)
    return f"{prefix}{told.account_id}#{told.region}#{notice.event}"


def news_key(notice: News) -> Item:
    return key(news_partition(notice), news_id(notice))


def open_news(partition: str) -> str:
    """Where the index lists those notices of a partition that wait."""
    return f"{partition}#OPEN"


def open_news_index(notice: News) -> Item:
    """Open notices are listed longest waiting first."""
    sort = f"{instant(notice.queued_at)}#{news_id(notice)}"
    return _index(open_news(news_partition(notice)), sort)


def mailed_news_prefix(partition: str) -> str:
    return f"{partition}#"


def mailed_news_key(message_id: str, notice: News) -> Item:
    """Says that a mail told of a notice."""
    sort = f"{mailed_news_prefix(news_partition(notice))}{news_id(notice)}"
    return key(mail_partition(message_id), sort)


def rollouts_partition(rollout: Rollout) -> str:
    """All deployments of one alias; of one deployment group where no function is known, which
    cannot be mistaken for one: names of functions have no @."""
    named = f"{rollout.function}#{rollout.alias}"
    whose = named if rollout.function else f"@{rollout.application}#{rollout.group}"
    return f"ROLLOUTS#{rollout.account_id}#{rollout.region}#{whose}"


def rollout_sort(created_at: datetime, deployment_id: str) -> str:
    return f"{instant(created_at)}#{deployment_id}"


def rollout_key(rollout: Rollout) -> Item:
    return key(rollouts_partition(rollout), rollout_sort(rollout.created_at, rollout.deployment_id))


def rollouts_of_month(month: datetime) -> str:
    return f"ROLLOUTS#{month.astimezone(UTC):%Y-%m}"


def rollouts_index(rollout: Rollout) -> Item:
    """Deployments of the whole organization are listed by month, in the order they began."""
    sort = rollout_sort(rollout.created_at, rollout.deployment_id)
    return _index(rollouts_of_month(rollout.created_at), sort)


def rollout_places(deployment_id: str) -> str:
    """Where deployments of this id are on record: CodeDeploy numbers them by account and region."""
    return f"ROLLOUT#{deployment_id}"


def rollout_place_key(unit: Unit, deployment_id: str) -> Item:
    return key(rollout_places(deployment_id), f"{unit.account_id}#{unit.region}")


def _identity(*parts: str) -> str:
    """Names what people wrote: a key has room for 1,024 bytes ("Constraints in Amazon DynamoDB")
    and they may write more."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _index(pk: str, sk: str) -> Item:
    return {"gsi1pk": text(pk), "gsi1sk": text(sk)}
