"""Rows of AWS Health's organization view as sights of functions."""

from collections.abc import Iterator
from datetime import datetime

from steward.aws.function_arns import function_arn
from steward.aws.instants import instant_of
from steward.aws.paged import Answer
from steward.domain.runtimes.inventory import HealthSight, Unreadable

SOURCE = "AWS Health"
_LONGEST_TITLE = 200


def title_of(details: Answer) -> str:
    """The type of an event does not name the runtime; its metadata does, or its description."""
    named = (details.get("eventMetadata") or {}).get("deprecated_versions") or ""
    described = (details.get("eventDescription") or {}).get("latestDescription") or ""
    return str(named or described).strip().partition("\n")[0][:_LONGEST_TITLE]


def sight_of(row: Answer, title: str, event_at: datetime | None) -> HealthSight | Unreadable:
    """The function an affected entity is. `event_at`: when its event was updated."""
    value = row.get("entityValue") or ""
    arn = function_arn(value)
    if arn is None:
        return _unreadable("names an entity that is no function's ARN", row, value)
    updated_at = instant_of(row.get("lastUpdatedTime")) or event_at
    if updated_at is None:
        return _unreadable("does not say when it was updated", row, value)
    return HealthSight(
        account_id=arn.unit.account_id,
        region=arn.unit.region,
        name=arn.name,
        event_arn=row.get("eventArn") or "",
        status=row.get("statusCode") or "UNKNOWN",
        updated_at=updated_at,
        title=title,
    )


def failures_of(answer: Answer, what: str) -> Iterator[Unreadable]:
    """What Health could not say, account by account; `what` names what is lacking."""
    for failed in answer.get("failedSet", []):
        said = [failed.get("errorName"), failed.get("errorMessage")]
        why = ": ".join(each for each in said if each) or "no reason is given"
        yield _unreadable(f"gives no {what} ({why})", failed, "")


def _unreadable(reason: str, row: Answer, start: str) -> Unreadable:
    account = row.get("awsAccountId") or "no account"
    where = f"{SOURCE}, {row.get('eventArn') or 'an event without ARN'} of {account}"
    return Unreadable(source=where, reason=reason, start=start)
