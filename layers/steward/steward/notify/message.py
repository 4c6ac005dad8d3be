"""What the notices topic carries: JSON messages that data/notice.schema.json describes.

A notice is published once for each owner, so that subscriptions can filter by owner, and may
arrive again, as after failed mails; its `id` stays the same.
Any change to its fields is a new `version`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator

from steward.domain.decisions import effective_mode
from steward.domain.leases import lease_id
from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.messages import Message
from steward.notify.attributes import team_of
from steward.notify.digest import Row
from steward.notify.keeping import KEEP_FOR_GOOD, extension
from steward.notify.severity import SEVERITIES, Severity
from steward.notify.title import title_of


def _carried(value: object) -> object:
    """Lone surrogates, which UTF-8 has no bytes for, become question marks."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_carried)]


def short_id(text: str) -> str:
    """Names what people wrote, in a form that every channel takes."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


class NoticeMessage(Message):
    """One notice about one lease. `title` says it in one line.

    `stage` is the time before deletion (`7d`) or names the event. `mode` is how far Steward goes in
    that account. `team` is the contact that the owner was found by, else empty. `told` took a mail;
    `not_told` maps addresses to the reason. Deployed with the tag `extend_tag` the stack lives
    until the end of that day, with `keep_tag` as long as the tag is there; a tag that is of no use
    is empty. `time_zone` is the policy's. `truncated` maps fields to how many of their entries, or
    of the characters of a text, did not fit into the message.
    """

    version: Literal[1] = 1
    id: str
    title: Text
    kind: NoticeKind
    severity: Severity
    stage: str
    stack_id: str
    stack_name: Text
    account: str
    account_name: Text
    region: str
    mode: Mode
    generation: int
    owners: tuple[Text, ...]
    owner_source: Text
    team: Text
    created_at: AwareDatetime
    deployed_at: AwareDatetime
    expires_at: AwareDatetime
    delete_not_before: AwareDatetime | None
    time_zone: str
    reason: Text
    blocker: Text
    warning: Text
    extend_tag: str
    keep_tag: str
    left_behind: tuple[Text, ...]
    told: tuple[Text, ...]
    not_told: dict[Text, Text]
    truncated: dict[str, int]
    sent_at: AwareDatetime

    @property
    def lease_id(self) -> str:
        return lease_id(self.stack_id)


def notice_message(
    row: Row,
    told: tuple[str, ...],
    not_told: Mapping[str, str],
    policy: Policy,
    now: datetime,
    account: Account | None = None,
) -> NoticeMessage:
    """The topic's message for a notice that was just mailed to `told`.

    `account` is the stack's, when it is on record.
    """
    notice = row.notice
    is_over = notice.kind is NoticeKind.DELETED
    mode = effective_mode(account, policy) if account else policy.mode
    return NoticeMessage(
        id=f"{lease_id(notice.stack_id)}-{notice.generation}-{notice.stage}",
        title=title_of(row, mode, policy.windows.zone),
        kind=notice.kind,
        severity=SEVERITIES[row.section],
        stage=notice.stage,
        stack_id=notice.stack_id,
        stack_name=notice.stack_name,
        account=notice.unit.account_id,
        account_name=account.name if account else "",
        region=notice.unit.region,
        mode=mode,
        generation=notice.generation,
        owners=notice.owners,
        owner_source=notice.owner_source,
        team=team_of(notice.owner_source, policy.owners),
        created_at=notice.created_at,
        deployed_at=notice.deployed_at,
        expires_at=notice.expires_at,
        delete_not_before=row.not_before,
        time_zone=policy.windows.timezone,
        reason=row.reason,
        blocker=row.blocker,
        warning=notice.warning,
        extend_tag="" if is_over else extension(notice, row.not_before, policy).tag,
        keep_tag="" if is_over else KEEP_FOR_GOOD,
        left_behind=notice.left_behind,
        told=told,
        not_told=dict(not_told),
        truncated={},
        sent_at=now,
    )


def notice_schema() -> str:
    """The JSON Schema of the message, as committed in data/notice.schema.json."""
    return json.dumps(NoticeMessage.model_json_schema(mode="serialization"), indent=2) + "\n"
