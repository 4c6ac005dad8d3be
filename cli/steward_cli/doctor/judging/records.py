"""What must outlast a bad day: the ledger, the logs, and the key of the links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward_cli.counting import number
from steward_cli.doctor.findings import Evidence, Finding, fail, ok, some, together, warn

_REDEPLOY = "deploy the hub again; its template sets this"
_OLD_KEY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """`recovery` and `expiry`: the status of point-in-time recovery and of TTL."""

    name: str
    status: str
    recovery: str
    expiry: str
    ttl_attribute: str


def judge_ledger(table: LedgerTable) -> Finding:
    """Notices already sent are known from the ledger alone: without backups a loss starts over."""
    problems = []
    if table.status not in ("ACTIVE", "UPDATING"):
        seen = Evidence("dynamodb:DescribeTable", "TableStatus", table.status)
        why = f"the ledger {table.name} is {table.status}"
        problems.append(fail(why, "wait, or restore it: docs/guide/operations.md", seen))
    if table.recovery != "ENABLED":
        field = "PointInTimeRecoveryStatus"
        seen = Evidence("dynamodb:DescribeContinuousBackups", field, table.recovery)
        todo = (
            f"aws dynamodb update-continuous-backups --table-name {table.name} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
        )
        problems.append(warn("the ledger has no point-in-time recovery", todo, seen))
    if table.expiry not in ("ENABLED", "ENABLING") or table.ttl_attribute != "ttl":
        said = f"{table.expiry} {table.ttl_attribute}".strip()
        seen = Evidence("dynamodb:DescribeTimeToLive", "TimeToLiveStatus", said)
        problems.append(warn("the ledger keeps what has expired, and grows", _REDEPLOY, seen))
    return together(problems, ok(f"{table.name} is {table.status}, with backups and expiry"))


def judge_logs(retention: Mapping[str, int | None], wanted: Iterable[str]) -> Finding:
    """`retention`: days by log group; None keeps for ever. `wanted`: the stack's log groups."""
    every = tuple(wanted)
    missing = [name for name in every if name not in retention]
    endless = [name for name in every if name in retention and retention[name] is None]
    problems = []
    if missing:
        seen = Evidence("logs:DescribeLogGroups", "logGroupName", f"without {some(missing)}")
        problems.append(fail(f"log groups are gone: {some(missing)}", _REDEPLOY, seen))
    if endless:
        seen = Evidence("logs:DescribeLogGroups", f"{endless[0]} retentionInDays", "none")
        problems.append(warn(f"logs are kept for ever in {some(endless)}", _REDEPLOY, seen))
    days = sorted({days for name in every if (days := retention.get(name))})
    kept = " or ".join(str(each) for each in days)
    return together(problems, ok(f"{number(len(every), 'log group')}, kept for {kept} days"))


@dataclass(frozen=True, slots=True)
class LinkKey:
    """The secret that signs the links of the mails. `deleted`: it is scheduled to go."""

    changed_at: datetime | None
    deleted: bool


def judge_link_key(key: LinkKey | None, now: datetime) -> Finding:
    """Without the key mails go out without links; they still count."""
    call = "secretsmanager:DescribeSecret"
    if key is None or key.deleted:
        field = "DeletedDate" if key else "ARN"
        todo = "aws secretsmanager restore-secret, or deploy the hub again"
        seen = Evidence(call, field, "is set" if key else "no such secret")
        return fail("the key of the links is gone: mails carry no links", todo, seen)
    if key.changed_at and now - key.changed_at > _OLD_KEY:
        seen = Evidence(call, "LastChangedDate", f"{key.changed_at:%Y-%m-%d}")
        todo = "rotate it: docs/guide/notices.md"
        return warn(f"the key of the links is {(now - key.changed_at).days} days old", todo, seen)
    changed = f"{key.changed_at:%Y-%m-%d}" if key.changed_at else "never"
    return ok("the key of the links is there", Evidence(call, "LastChangedDate", changed))
