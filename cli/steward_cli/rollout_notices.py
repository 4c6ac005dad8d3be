"""What was sent about one deployment of CodeDeploy."""

import re
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from rich.console import Console

from steward.domain.instants import spoken
from steward.domain.outbox import NoticeState
from steward_cli.inbox import rollout_due
from steward_cli.inbox_report import RolloutDue
from steward_cli.plan_report import Part
from steward_cli.situation import Situation
from steward_cli.terminal import say

DEPLOYMENT_ID = re.compile(r"d-[A-Z0-9]+")


class RolloutTold(RolloutDue):
    """`sent_at`: when its mails were accepted for delivery; null before."""

    state: str
    owner_source: str
    sent_at: datetime | None


class RolloutNoticesReport(Part):
    """docs/guide/cli.md describes it."""

    format: Literal["steward.rollout-notices/1"] = "steward.rollout-notices/1"
    at: datetime
    deployment_id: str
    notices: tuple[RolloutTold, ...]


def rollout_notices(situation: Situation, deployment_id: str) -> RolloutNoticesReport | None:
    """Every notice about the deployment, oldest first; None when there is none."""
    found = situation.ledger.rollout_notices_of(deployment_id)
    if not found:
        return None
    told = (
        RolloutTold(
            **rollout_due(notice).model_dump(),
            state=notice.state,
            owner_source=notice.owner_source,
            sent_at=notice.sent_at,
        )
        for notice in found
    )
    return RolloutNoticesReport(at=situation.now, deployment_id=deployment_id, notices=tuple(told))


def show_rollout_notices(report: RolloutNoticesReport, zone: ZoneInfo, console: Console) -> None:
    """Print every notice; times are in `zone`."""
    first = report.notices[0]
    place = f"{first.function or 'unknown function'} in {first.account_id}, {first.region}"
    say(console, f"{report.deployment_id}: {place}")
    for notice in report.notices:
        _show(notice, zone, console)


def _show(notice: RolloutTold, zone: ZoneInfo, console: Console) -> None:
    when = spoken(notice.queued_at, zone)
    say(console, f"{when}: {notice.event}: {notice.state}: {notice.reason}", indent=2)
    source = f" (found by {notice.owner_source})" if notice.owner_source else ""
    to = f"{', '.join(notice.owners) or 'the fallback contact'}{source}"
    sent = f"to {to}, {spoken(notice.sent_at, zone)}" if notice.sent_at else f"for {to}"
    say(console, sent, indent=4)
    if notice.error and notice.state != NoticeState.SENT:
        say(console, f"after {notice.tries} tries: {notice.error}", indent=4)
