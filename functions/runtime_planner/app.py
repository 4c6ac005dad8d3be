"""Plans a scan of runtimes. Triggers: schedule, an aws.health event, an operator's request.

The clock is the event's `time` when that is near the wall clock: EventBridge sets it once, so that
a retry is the same scan. No date inside a Health event is a clock. A request is of now.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.clock import scheduled_time
from steward.observability import logger, metrics
from steward.settings import RuntimePlannerSettings
from steward.workflows.runtimes.planning import RuntimePlanner

settings = cache(RuntimePlannerSettings.from_env)


@cache
def planner() -> RuntimePlanner:
    return RuntimePlanner(settings())


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, object]:
    now = scheduled_time(event, datetime.now(UTC), settings().max_clock_skew)
    return planner().run(event, now)
