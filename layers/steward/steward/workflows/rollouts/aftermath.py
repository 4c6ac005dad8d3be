"""What follows a verdict that CodeDeploy has: none of it can change the verdict any more."""

from collections.abc import Callable
from datetime import timedelta

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.guard_queue import send_look
from steward.aws.unit_clients import UnitClients
from steward.aws.unit_events import send_news
from steward.domain.rollouts.results import Cause, Phase, Status, Verdict
from steward.messages import GuardLook
from steward.observability import logger, metrics
from steward.workflows.rollouts.bounded import within

# The first minute of a shift has no data yet.
FIRST_LOOK_SECONDS = 60
PATIENCE = timedelta(seconds=10)
_OWN_FAULTS = frozenset({Cause.HOOK, Cause.DEADLINE})


def follow(verdict: Verdict, clients: UnitClients, guard_queue: Callable[[], str]) -> None:
    """Have the shift guarded, and tell who listens."""
    if _is_to_be_guarded(verdict):
        _try("start the guard", lambda: _guard(verdict, clients, guard_queue()))
    _try(
        "send news",
        lambda: send_news(
            clients.events(), verdict.deployment_id, "verdict", verdict.phase, verdict.status
        ),
    )


def log_verdict(verdict: Verdict, took: timedelta) -> None:
    """All evidence, however long: the record has to leave some out. And the counts."""
    for result in verdict.results:
        logger.info(
            f"check {result.name}: {result.outcome}: {result.reason}",
            mode=result.mode,
            milliseconds=round(result.took / timedelta(milliseconds=1)),
            evidence=result.evidence,
        )
    logger.info(
        f"{verdict.phase} {verdict.status}: {verdict.reason}",
        deployment=verdict.deployment_id,
        cause=verdict.cause,
        notes=verdict.notes,
        configuration=verdict.configuration,
    )
    metrics.add_metric("HookErrors", MetricUnit.Count, int(verdict.cause in _OWN_FAULTS))
    metrics.add_metric(
        "HookMilliseconds", MetricUnit.Milliseconds, took / timedelta(milliseconds=1)
    )
    with single_metric("HookVerdicts", MetricUnit.Count, 1, namespace=metrics.namespace) as metric:
        metric.add_dimension("Status", verdict.status)


def _guard(verdict: Verdict, clients: UnitClients, queue_url: str) -> None:
    look = GuardLook(deployment_id=verdict.deployment_id, since=verdict.decided_at)
    send_look(clients.queues(), queue_url, look, FIRST_LOOK_SECONDS)


def _is_to_be_guarded(verdict: Verdict) -> bool:
    """A rollback is not held up by anyone."""
    is_shifting = verdict.phase is Phase.PRE and verdict.status is Status.SUCCEEDED
    return is_shifting and verdict.cause is not Cause.ROLLBACK


def _try(what: str, call: Callable[[], None]) -> None:
    try:
        within(PATIENCE, what, call)
    except BaseException:
        # The guard also hears of the deployment's start, and the hub's history reconciles.
        logger.exception(f"could not {what}; the verdict stands")
