"""Deployments as the JSON document of `steward rollouts list`. docs/guide/rollouts.md has it."""

from datetime import datetime
from typing import Literal

from steward.domain.rollouts.catching import caught_by
from steward.domain.rollouts.records import Rollout
from steward_cli.plan_report import Part
from steward_cli.rollouts.selecting import Found, status_of
from steward_cli.rollouts.words import outcome_of


class RolloutRow(Part):
    """`status`: succeeded, failed, stopped or running. `caught_by` is `nobody` unless it failed."""

    deployment_id: str
    account_id: str
    account_name: str
    region: str
    application: str
    group: str
    function: str
    alias: str
    stack: str
    from_version: str
    to_version: str
    status: str
    caught_by: str
    outcome: str
    is_rollback: bool
    rolls_back: str
    rolled_back_by: str
    created_at: datetime
    completed_at: datetime | None
    owners: tuple[str, ...]


class RolloutList(Part):
    """`unread`: what is on record of this period and could not be read."""

    format: Literal["steward.rollouts.list/1"] = "steward.rollouts.list/1"
    at: datetime
    since: datetime
    rollouts: tuple[RolloutRow, ...]
    unread: tuple[str, ...]


def rollout_list(found: Found) -> RolloutList:
    """The latest first."""
    return RolloutList(
        at=found.at,
        since=found.since,
        rollouts=tuple(map(row_of, found.rollouts)),
        unread=found.unread,
    )


def row_of(rollout: Rollout) -> RolloutRow:
    shared = {name: getattr(rollout, name) for name in RolloutRow.model_fields.keys() & _KNOWN}
    return RolloutRow(
        **shared,
        status=status_of(rollout),
        caught_by=caught_by(rollout),
        outcome=outcome_of(rollout),
    )


_KNOWN = frozenset(Rollout.model_fields) - {"status"}
