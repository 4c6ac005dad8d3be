"""Which deployments of the ledger a command is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.durations import UnreadableDuration, parse_duration
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.records import Rollout
from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger
from steward_cli.failures import ExitCode, Failure

NOT_READ = "a deployment on record was not read"


class StatusChoice(StrEnum):
    """What became of a deployment, as far as it has ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Wish:
    """The filters; an empty one admits all. Functions are `name` or `name:alias`."""

    functions: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    statuses: frozenset[StatusChoice] = frozenset()

    def admits(self, rollout: Rollout) -> bool:
        named = {rollout.function, f"{rollout.function}:{rollout.alias}"}
        placed = {rollout.account_id, rollout.account_name}
        return (
            (not self.functions or not self.functions.isdisjoint(named))
            and (not self.accounts or not self.accounts.isdisjoint(placed))
            and (not self.statuses or status_of(rollout) in self.statuses)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Deployments that began from `since` until `at`, the latest first; `unread`: what is on record
    and cannot be read."""

    since: datetime
    at: datetime
    rollouts: tuple[Rollout, ...]
    unread: tuple[str, ...]


def find(ledger: Ledger, since: timedelta, wish: Wish, now: datetime) -> Found:
    """Read the period from the ledger."""
    start = now - since
    read = list(ledger.rollouts_between(start, now))
    return Found(
        start,
        now,
        tuple(each for each in _rollouts(read) if wish.admits(each)),
        tuple(str(each) for each in read if isinstance(each, UnreadableItem)),
    )


def period_of(written: str) -> timedelta:
    """How far back `--since` looks; raise Failure."""
    try:
        return parse_duration(written)
    except UnreadableDuration as error:
        what, _, todo = str(error).partition("; ")
        raise Failure(f"--since: {what}", todo, ExitCode.USAGE) from None


def status_of(rollout: Rollout) -> StatusChoice:
    if rollout.status not in FINISHED:
        return StatusChoice.RUNNING
    return StatusChoice(rollout.status.lower())


def _rollouts(read: Iterable[Rollout | UnreadableItem]) -> Iterable[Rollout]:
    return (each for each in read if isinstance(each, Rollout))
