"""Plans a sweep. Trigger: schedule; its time is the sweep's clock when it is near the wall's."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.clock import scheduled_time
from steward.observability import logger, metrics
from steward.settings import PlannerSettings
from steward.workflows.planning import Planner

# What `steward breaker reset` calls itself; all else comes from the schedule.
BY_HAND = "steward.operator"
settings = cache(PlannerSettings.from_env)


@cache
def planner() -> Planner:
    return Planner(settings())


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, object]:
    if event.get("source") == BY_HAND:
        logger.info("sweep asked for", asked=event.get("detail"))
    return planner().run(scheduled_time(event, datetime.now(UTC), settings().max_clock_skew))
