"""Begins the guards that are missing: events of CodeDeploy, and messages, can be lost."""

from datetime import datetime

from steward.aws.codedeploy import deployments_between
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.guarding import GIVE_UP_AFTER
from steward.observability import logger
from steward.workflows.rollouts.guard import Guard

UNFINISHED = ("Created", "Queued", "InProgress", "Baking", "Ready")


class Unwatched(Exception):
    """Some deployments could not be looked for; names each one and why."""

    def __init__(self, failed: dict[str, str]) -> None:
        told = "; ".join(f"{deployment} ({why})" for deployment, why in failed.items())
        super().__init__(f"no guard was begun for {told}; the next schedule tries again")


def watch_all(guard: Guard, unit: UnitClients, now: datetime) -> int:
    """Begin the guard of every unfinished deployment that has none; return how many there are.

    One that fails is one that fails: raise Unwatched after all others were begun.
    """
    failed: dict[str, str] = {}
    unfinished = [*deployments_between(unit.codedeploy(), now - GIVE_UP_AFTER, now, UNFINISHED)]
    for deployment_id in unfinished:
        try:
            logger.info(guard.begin(deployment_id))
        except Exception as error:
            logger.exception("guard not begun", deployment=deployment_id)
            failed[deployment_id] = f"{type(error).__name__}: {error}"
    if failed:
        raise Unwatched(failed)
    return len(unfinished)
