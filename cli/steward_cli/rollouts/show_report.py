"""One deployment as the JSON document of `steward rollouts show`. docs/guide/rollouts.md has it."""

from datetime import datetime
from typing import Literal

from steward.domain.rollouts.catching import caught_by
from steward.domain.rollouts.records import Rollout
from steward_cli.plan_report import Part
from steward_cli.rollouts.advice import advice_of
from steward_cli.rollouts.timeline import Moment, timeline_of
from steward_cli.rollouts.words import outcome_of


class RolloutReport(Part):
    """`rollout` is all that is on record, with every verdict, check and piece of evidence."""

    format: Literal["steward.rollouts.show/1"] = "steward.rollouts.show/1"
    at: datetime
    caught_by: str
    outcome: str
    rollout: Rollout
    timeline: tuple[Moment, ...]
    advice: tuple[str, ...]


def rollout_report(rollout: Rollout, now: datetime) -> RolloutReport:
    return RolloutReport(
        at=now,
        caught_by=caught_by(rollout),
        outcome=outcome_of(rollout),
        rollout=rollout,
        timeline=timeline_of(rollout),
        advice=advice_of(rollout),
    )
