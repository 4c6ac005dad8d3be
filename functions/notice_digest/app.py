"""Sends the due notices, one digest an owner. Trigger: schedule."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.clock import scheduled_time
from steward.observability import logger, metrics
from steward.settings import DigestSettings
from steward.workflows.digester import Digester

settings = cache(DigestSettings.from_env)


@cache
def digester() -> Digester:
    return Digester(settings())


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, object]:
    wall = datetime.now(UTC)
    swept_at = scheduled_time(event, wall, settings().max_clock_skew)
    # The notice period counts from delivery, which is never dated before it happened.
    return digester().run(max(swept_at, wall), context.get_remaining_time_in_millis)
