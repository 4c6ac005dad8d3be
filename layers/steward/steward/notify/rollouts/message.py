"""What the notices topic carries of rollouts: JSON that data/rollout_notice.schema.json describes.

`kind` tells it from other notices. It is published once for each owner and may arrive again; its
`id` stays the same. Any change to its fields is a new `version`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from steward.domain.policy import Policy
from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.rollouts.records import CaughtBy
from steward.domain.rollouts.results import Cause, Phase
from steward.domain.rollouts.stories import Moment, ToldCheck
from steward.messages import Message
from steward.notify.attributes import team_of_addresses
from steward.notify.harmless import header_safe
from steward.notify.message import Text, short_id
from steward.notify.rollouts.rows import Gravity, RolloutRow
from steward.notify.rollouts.words import (
    console_url,
    override_command,
    show_command,
    title_said,
    traffic_said,
)
from steward.notify.severity import Severity
from steward.notify.title import LONGEST_TITLE

SEVERITIES = {
    Gravity.ROLLBACK_FAILED: Severity.CRITICAL,
    Gravity.FAILED: Severity.WARNING,
    Gravity.STUCK: Severity.WARNING,
    Gravity.ROLLED_BACK: Severity.WARNING,
    Gravity.RESTORED: Severity.INFO,
    Gravity.OVERRIDDEN: Severity.WARNING,
    Gravity.INCONCLUSIVE: Severity.INFO,
}


class RolloutMessage(Message):
    """One event of one deployment. `title` says it in one line.

    `undoes` is the deployment that this one rolls back, `undone_by` the one that rolls this back;
    all messages of the two share a thread. `status` and `error_code` are CodeDeploy's own.
    `caught_by` is who or what ended it, `phase` and `cause` are those of the verdict that the
    `reason` is of; null where none is. `moment` says how far traffic had come; empty where nothing
    says it. `checks` are the first of those that the reason is about, `more_checks` how many there
    are besides. `traffic` says what CodeDeploy did, as far as it was known then. `show_command`
    prints all evidence, `override_command` lets deployments of the function pass in an emergency;
    empty where it would be of no use. `team` is the one contact of the policy with an owner's
    address, else empty. `told` took a mail; `not_told` maps addresses to the reason; `note` says
    which owners mails do not reach. `truncated` maps fields to how many of their entries, or of
    the characters of a text, did not fit into the message.
    """

    version: Literal[1] = 1
    id: str
    title: Text
    kind: Literal["rollout"] = "rollout"
    event: Told
    severity: Severity
    deployment_id: Text
    undoes: Text
    undone_by: Text
    account: str
    account_name: Text
    region: str
    stack: Text
    application: Text
    group: Text
    function: Text
    alias: Text
    from_version: Text
    to_version: Text
    configuration: Text
    status: Text
    caught_by: CaughtBy
    phase: Phase | None
    cause: Cause | None
    moment: Moment
    reason: Text
    checks: tuple[ToldCheck, ...]
    more_checks: int
    error_code: Text
    error_message: Text
    traffic: Text
    owners: tuple[Text, ...]
    owner_source: Text
    team: Text
    console_url: Text
    show_command: Text
    override_command: Text
    note: Text
    told: tuple[Text, ...]
    not_told: dict[Text, Text]
    truncated: dict[str, int]
    happened_at: AwareDatetime
    queued_at: AwareDatetime
    sent_at: AwareDatetime

    @property
    def thread(self) -> str:
        """What all messages of one deployment and of its rollback share, as leases do their id."""
        return short_id(f"{self.account}/{self.region}/{self.undoes or self.deployment_id}")


def rollout_message(
    notice: RolloutNotice,
    note: str,
    told: tuple[str, ...],
    not_told: Mapping[str, str],
    policy: Policy,
    now: datetime,
) -> RolloutMessage:
    """The topic's message for a notice that was just mailed to `told`."""
    story, row = notice.story, RolloutRow((notice,))
    shared = story.model_dump(exclude={"account_id", "is_rollback", "checks"})
    return RolloutMessage(
        **shared,
        id=f"{short_id(story.unit_said)}-{story.deployment_id}-{notice.event}",
        title=header_safe(title_said(row), LONGEST_TITLE),
        event=notice.event,
        severity=SEVERITIES[row.gravity],
        account=story.account_id,
        checks=story.checks,
        traffic=traffic_said(story) if notice.event is Told.FAILED else "",
        owners=notice.owners,
        owner_source=notice.owner_source,
        team=team_of_addresses(notice.owners, policy.owners),
        console_url=console_url(story),
        show_command=show_command(story),
        override_command=override_command(story),
        note=note,
        told=told,
        not_told=dict(not_told),
        truncated={},
        queued_at=notice.queued_at,
        sent_at=now,
    )


def rollout_notice_schema() -> str:
    """The JSON Schema of the message, as committed in data/rollout_notice.schema.json."""
    return json.dumps(RolloutMessage.model_json_schema(mode="serialization"), indent=2) + "\n"
