"""The four keys as the JSON document of `steward rollouts dora`. docs/guide/rollouts.md has it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Literal

from steward.domain.rollouts.dora import Dora, Period, dora, dora_by
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.spread import Spread
from steward_cli.plan_report import Part
from steward_cli.rollouts.selecting import Found
from steward_cli.rollouts.words import place_of, workload_of


class By(StrEnum):
    """What the keys are told apart by."""

    FUNCTION = "function"
    ACCOUNT = "account"
    TEAM = "team"


class SpreadPart(Part):
    """Percentiles of `count` durations, in seconds; null where there is none."""

    count: int
    median_seconds: float | None
    p90_seconds: float | None
    p95_seconds: float | None


class Keys(Part):
    """The fields of `steward.domain.rollouts.dora.Dora`; a rate of nothing is null."""

    name: str
    changes: int
    finished: int
    succeeded: int
    failed: int
    undone: int
    rollbacks: int
    per_day: float
    per_week: float
    failure_rate: float | None
    restored: SpreadPart
    recovered: SpreadPart
    unrecovered: int
    lead_time: SpreadPart
    without_commit_time: int
    caught_by: dict[CaughtBy, int]
    hooks: SpreadPart
    inconclusive_rate: float | None
    overridden: int


class DoraReport(Part):
    """`by` is empty when nothing was to be told apart; then so are `groups`."""

    format: Literal["steward.rollouts.dora/1"] = "steward.rollouts.dora/1"
    at: datetime
    since: datetime
    by: str
    total: Keys
    groups: tuple[Keys, ...]
    unread: tuple[str, ...]


def dora_report(found: Found, by: By | None) -> DoraReport:
    period = Period(found.since, found.at)
    groups = dora_by(found.rollouts, period, _KEYS[by]) if by else {}
    return DoraReport(
        at=found.at,
        since=found.since,
        by=by or "",
        total=_keys("all", dora(found.rollouts, period)),
        groups=tuple(_keys(name, each) for name, each in groups.items()),
        unread=found.unread,
    )


def _keys(name: str, found: Dora) -> Keys:
    fields = {key: _part(value) for key, value in _fields(found).items()}
    return Keys.model_validate({"name": name, **fields})


def _fields(found: Dora) -> Mapping[str, object]:
    return {name: getattr(found, name) for name in Keys.model_fields if name != "name"}


def _part(value: object) -> object:
    if not isinstance(value, Spread):
        return value
    seconds = {
        f"{name}_seconds": each.total_seconds() if each is not None else None
        for name, each in asdict(value).items()
        if name != "count"
    }
    return SpreadPart(count=value.count, **seconds)


def _function(rollout: Rollout) -> str:
    return f"{workload_of(rollout)} in {place_of(rollout)}"


def _account(rollout: Rollout) -> str:
    name = rollout.account_name
    return f"{name} ({rollout.account_id})" if name else rollout.account_id


def _team(rollout: Rollout) -> str:
    return ", ".join(rollout.owners) or "nobody"


_KEYS: Mapping[By, Callable[[Rollout], str]] = {
    By.FUNCTION: _function,
    By.ACCOUNT: _account,
    By.TEAM: _team,
}
