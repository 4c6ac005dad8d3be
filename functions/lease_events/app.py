"""Follows stacks between sweeps. Trigger: EventBridge, CloudFormation Stack Status Change and the
calls that create stacks, via CloudTrail."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.observability import logger, metrics, name_work, piece_of_work
from steward.settings import EventsSettings
from steward.workflows.following import Follower, event_of


@cache
def follower() -> Follower:
    return Follower(EventsSettings.from_env())


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, str]:
    with piece_of_work("event not followed"):
        change = event_of(event)
        name_work(change.unit)
        outcome = follower().run(change, wall=datetime.now(UTC))
        logger.info(outcome, stack_id=change.stack_id, status=change.status)
    return {"stack_id": change.stack_id, "outcome": outcome}
