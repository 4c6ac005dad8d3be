"""What the notices topic carries of runtimes: JSON that data/runtime_notice.schema.json describes.

`kind` tells it from a notice about a lease. It is published once for each owner and may arrive
again; its `id` stays the same. Any change to its fields is a new `version`.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime

from steward.domain.policy import Policy
from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.domain.runtimes.severity import Level
from steward.messages import Message
from steward.notify.attributes import team_of_addresses
from steward.notify.harmless import header_safe
from steward.notify.message import Text, short_id
from steward.notify.runtimes.rows import OF_WORK, RuntimeRow
from steward.notify.runtimes.words import acknowledge_command, deadline_said
from steward.notify.severity import Severity
from steward.notify.title import LONGEST_TITLE

SEVERITIES = {
    Level.NONE: Severity.INFO,
    Level.INFO: Severity.INFO,
    Level.LOW: Severity.INFO,
    Level.MEDIUM: Severity.WARNING,
    Level.HIGH: Severity.WARNING,
    Level.CRITICAL: Severity.CRITICAL,
    Level.BREACH: Severity.CRITICAL,
}


class RuntimeMessage(Message):
    """One notice about the runtimes of one place. `title` says it in one line.

    `about` is why it is sent; `level` is how grave it is, and `severity` the same for filters that
    serve leases too. All notices of one owner and place are of one `group`. `day` is when
    `milestone` comes, or an exception ends: a whole day in UTC. Both are null when there is none.
    `count` is how many functions and published versions it is about; `functions` names some.
    `units` are `account/region`, and `account` is the one they all lie in, else empty. `remedy`
    says what to change, `breakers` what may break by it, `details` what else matters.
    `team` is the one contact of the policy with an owner's address, else empty. `told` took a
    mail; `not_told` maps addresses to the reason; `note` says which owners mails do not reach.
    `acknowledge` is the command that says that the owner knows. `truncated` maps fields to how
    many of their entries, or of the characters of a text, did not fit into the message.
    """

    version: Literal[1] = 1
    id: str
    title: Text
    kind: Literal["runtime"] = "runtime"
    about: RuntimeNoticeKind
    severity: Severity
    level: Level
    group: Text
    place: Text
    audience: Audience
    owners: tuple[Text, ...]
    team: Text
    account: str
    units: tuple[Text, ...]
    headline: Text
    milestone: Milestone | None
    day: date | None
    runtimes: tuple[Text, ...]
    count: int
    functions: tuple[Text, ...]
    remedy: Text
    breakers: tuple[Text, ...]
    details: tuple[Text, ...]
    acknowledge: Text
    note: Text
    told: tuple[Text, ...]
    not_told: dict[Text, Text]
    truncated: dict[str, int]
    queued_at: AwareDatetime
    sent_at: AwareDatetime

    @property
    def thread(self) -> str:
        """What all notices of one group share, as leases do their id."""
        return short_id(self.group)


def runtime_message(
    row: RuntimeRow,
    told: tuple[str, ...],
    not_told: Mapping[str, str],
    policy: Policy,
    now: datetime,
) -> RuntimeMessage:
    """The topic's message for a notice that was just mailed to `told`."""
    notice = row.notice
    return RuntimeMessage(
        id=f"{short_id(notice.group)}-{short_id(notice.key)}",
        title=_title(row),
        about=notice.kind,
        severity=SEVERITIES[notice.level],
        level=notice.level,
        group=notice.group,
        place=notice.place,
        audience=notice.audience,
        owners=notice.owners,
        team=team_of_addresses(notice.owners, policy.owners),
        account=_account(notice.units),
        units=notice.units,
        headline=notice.headline,
        milestone=notice.milestone,
        day=notice.day,
        runtimes=notice.runtimes,
        count=notice.count,
        functions=notice.functions,
        remedy=notice.remedy,
        breakers=notice.breakers,
        details=notice.details,
        acknowledge=acknowledge_command(notice) if notice.kind in OF_WORK else "",
        note=row.note,
        told=told,
        not_told=dict(not_told),
        truncated={},
        queued_at=notice.queued_at,
        sent_at=now,
    )


def runtime_notice_schema() -> str:
    """The JSON Schema of the message, as committed in data/runtime_notice.schema.json."""
    return json.dumps(RuntimeMessage.model_json_schema(mode="serialization"), indent=2) + "\n"


def _title(row: RuntimeRow) -> str:
    """The deadline first, as long names may be cut off; of what is new, that it is."""
    is_new = row.notice.kind is RuntimeNoticeKind.REGRESSION
    deadline = "" if is_new else deadline_said(row.notice, row.today)
    what = deadline or row.notice.headline
    return header_safe(f"{what[:1].upper()}{what[1:]}: {row.notice.place}", LONGEST_TITLE)


def _account(units: tuple[str, ...]) -> str:
    accounts = {unit.partition("/")[0] for unit in units}
    return accounts.pop() if len(accounts) == 1 else ""
