"""Telling CodeDeploy, which waits for an hour if nobody does."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from steward.aws.codedeploy import report
from steward.domain.rollouts.results import Status
from steward.observability import logger
from steward.workflows.rollouts.hook_calls import HookRun

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient

# Beside botocore's own tries, of which each of these makes up to eight.
_PAUSES_SECONDS = (1, 2, 4, 8)
_LEFT_SECONDS = 5


class NotReported(Exception):
    """CodeDeploy could not be told; rollout_failsafe tries next, with Failed."""

    def __init__(self, run: HookRun, status: Status, tries: int, error: BaseException) -> None:
        super().__init__(
            f"{status} of deployment {run.deployment_id} was not reported in {tries} tries: "
            f"{type(error).__name__}: {error}"
        )


def answer(
    client: Callable[[], "CodeDeployClient"],
    run: HookRun,
    status: Status,
    sleep: Callable[[float], None],
    remaining_ms: Callable[[], int],
) -> bool:
    """Whether CodeDeploy took the status; False when it had one already. Raise NotReported."""
    tries = 0
    while True:
        try:
            tries += 1
            return report(client(), run.deployment_id, run.execution_id, status)
        # Whatever it is, an answer is owed; Lambda ends the process soon enough.
        except BaseException as error:
            logger.exception("status not reported", tries=tries)
            pause = _pause_seconds(tries, remaining_ms())
            if pause is None:
                raise NotReported(run, status, tries, error) from error
            sleep(pause)


def _pause_seconds(tries: int, remaining_ms: int) -> float | None:
    if tries > len(_PAUSES_SECONDS):
        return None
    pause = _PAUSES_SECONDS[tries - 1]
    return pause if remaining_ms > 1_000 * (pause + _LEFT_SECONDS) else None
