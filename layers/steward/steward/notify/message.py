"""What the notices topic carries: JSON messages that data/notice.schema.json describes.

A notice is published once for each owner, so that subscriptions can filter by owner, and may
arrive again, as after failed mails; its `id` stays the same.
Any change to its fields is a new `version`.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from steward.domain.leases import lease_id
from steward.domain.outbox import NoticeKind
from steward.domain.policy import Policy
from steward.messages import Message
from steward.notify.digest import Row, Section


class Severity(StrEnum):
    """info: nothing presses. warning: within 7 days, or a person is needed. critical: 24 hours."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


SEVERITIES = {
    Section.NEEDS_YOU: Severity.WARNING,
    Section.TODAY: Severity.CRITICAL,
    Section.THIS_WEEK: Severity.WARNING,
    Section.LATER: Severity.INFO,
    Section.DONE: Severity.INFO,
}


class NoticeMessage(Message):
    """One notice about one lease.

    `stage` is the time before deletion (`7d`) or names the event; `team` is the contact that the
    owner was found by, else empty. `told` took a mail; `not_told` maps addresses to the reason.
    """

    version: Literal[1] = 1
    id: str
    kind: NoticeKind
    severity: Severity
    stage: str
    stack_id: str
    stack_name: str
    account: str
    region: str
    generation: int
    owners: tuple[str, ...]
    owner_source: str
    team: str
    created_at: AwareDatetime
    deployed_at: AwareDatetime
    expires_at: AwareDatetime
    delete_not_before: AwareDatetime | None
    reason: str
    warning: str
    left_behind: tuple[str, ...]
    told: tuple[str, ...]
    not_told: dict[str, str]
    sent_at: AwareDatetime


def notice_message(
    row: Row, told: tuple[str, ...], not_told: dict[str, str], policy: Policy, now: datetime
) -> NoticeMessage:
    """The topic's message for a notice that was just mailed to `told`."""
    notice = row.notice
    return NoticeMessage(
        id=f"{lease_id(notice.stack_id)}-{notice.generation}-{notice.stage}",
        kind=notice.kind,
        severity=SEVERITIES[row.section],
        stage=notice.stage,
        stack_id=notice.stack_id,
        stack_name=notice.stack_name,
        account=notice.unit.account_id,
        region=notice.unit.region,
        generation=notice.generation,
        owners=notice.owners,
        owner_source=notice.owner_source,
        team=_team(notice.owner_source, policy),
        created_at=notice.created_at,
        deployed_at=notice.deployed_at,
        expires_at=notice.expires_at,
        delete_not_before=row.not_before,
        reason=row.reason,
        warning=notice.warning,
        left_behind=notice.left_behind,
        told=told,
        not_told=not_told,
        sent_at=now,
    )


def _team(owner_source: str, policy: Policy) -> str:
    """The name in the policy's contacts by which the owner was found; empty when by an address."""
    found_by = {
        f"tag {key}={name}": name
        for key in policy.owners.tag_keys
        for name in policy.owners.contacts
    }
    by_length = sorted(found_by, key=len, reverse=True)
    exact = (tag for tag in by_length if owner_source == tag or owner_source.startswith(f"{tag}; "))
    return found_by.get(next(exact, ""), "")


def attributes_of(message: NoticeMessage, owner: str) -> dict[str, str]:
    """What subscriptions can filter by. SNS refuses empty values, so those are left out."""
    values = {
        "kind": str(message.kind),
        "severity": str(message.severity),
        "team": message.team,
        "account": message.account,
        "owner": owner,
    }
    return {name: value for name, value in values.items() if value}


def notice_schema() -> str:
    """The JSON Schema of the message, as committed in data/notice.schema.json."""
    return json.dumps(NoticeMessage.model_json_schema(mode="serialization"), indent=2) + "\n"
