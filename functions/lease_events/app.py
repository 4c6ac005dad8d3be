"""Follows stacks between sweeps. Trigger: EventBridge, CloudFormation Stack Status Change and the
calls that create stacks, via CloudTrail."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.observability import logger, metrics
from steward.settings import EventsSettings
from steward.workflows.following import Follower, event_of


@cache
def follower() -> Follower:
    return Follower(EventsSettings.from_env())


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, str]:
    change = event_of(event)
    outcome = follower().run(change, wall=datetime.now(UTC))
    logger.info(outcome, stack_id=change.stack_id, status=change.status)
    return {"stack_id": change.stack_id, "outcome": outcome}
