"""What `steward inbox` found, as the JSON document it prints. docs/guide/cli.md describes it."""

from datetime import date, datetime
from typing import Literal

from steward_cli.plan_report import NotRead, Part, PolicyUsed


class DueNotice(Part):
    """One notice. `is_queued`: it waits in the ledger; else the sweep would queue it first."""

    stack_name: str
    stack_id: str
    account_id: str
    account_name: str
    region: str
    kind: str
    stage: str
    generation: int
    owners: tuple[str, ...]
    queued_at: datetime
    is_queued: bool
    tries: int
    error: str


class MailRow(DueNotice):
    """`section` is the mail's; `not_before`: the earliest deletion once this was delivered."""

    section: str
    reason: str
    not_before: datetime | None


class RuntimeDue(Part):
    """One notice about runtimes, as the last report queued it. `functions`: and versions."""

    kind: str
    group: str
    place: str
    headline: str
    level: str
    functions: int
    runtimes: tuple[str, ...]
    milestone: str
    day: date | None
    owners: tuple[str, ...]
    queued_at: datetime
    tries: int
    error: str


class HeldRuntime(RuntimeDue):
    """Not sent now; `why` says what has to change."""

    why: str


class RolloutDue(Part):
    """One notice about a deployment of CodeDeploy; `reason` is its sentence."""

    event: str
    deployment_id: str
    account_id: str
    region: str
    function: str
    alias: str
    from_version: str
    to_version: str
    reason: str
    happened_at: datetime
    owners: tuple[str, ...]
    queued_at: datetime
    tries: int
    error: str


class HeldRollout(RolloutDue):
    """Not sent now; `why` says what has to change."""

    why: str


class OutgoingMail(Part):
    """`text` is the plain form of the mail, with its links left unsigned."""

    to: str
    subject: str
    rows: tuple[MailRow, ...]
    runtimes: tuple[RuntimeDue, ...]
    rollouts: tuple[RolloutDue, ...]
    text: str


class HeldNotice(DueNotice):
    """Not sent now; `why` says what has to change."""

    why: str


class InboxReport(Part):
    """`cancelled`: open notices that are not true any more. `whole` is false when a unit, stack or
    notice could not be read."""

    format: Literal["steward.inbox/1"] = "steward.inbox/1"
    at: datetime
    policy: PolicyUsed
    only_owner: str
    whole: bool
    units_not_read: tuple[NotRead, ...]
    stacks_not_judged: dict[str, str]
    notices_not_read: int
    mails: tuple[OutgoingMail, ...]
    held: tuple[HeldNotice, ...]
    runtimes_held: tuple[HeldRuntime, ...]
    rollouts_held: tuple[HeldRollout, ...]
    cancelled: tuple[HeldNotice, ...]
