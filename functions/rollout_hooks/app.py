"""CodeDeployHook_steward-pre and -post. Trigger: CodeDeploy, before and after traffic shifts."""

import time
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.observability import logger, metrics
from steward.settings import RolloutHookSettings
from steward.workflows.rollouts.hook import Hook


def now() -> datetime:
    return datetime.now(UTC)


@cache
def hook(phase: Literal["pre", "post"]) -> Hook:
    return Hook(RolloutHookSettings.from_env, phase, clock=now, sleep=time.sleep)


@logger.inject_lambda_context
@metrics.log_metrics
def before_traffic(event: object, context: LambdaContext) -> dict[str, str]:
    return hook("pre").run(event, context.get_remaining_time_in_millis, context.aws_request_id)


@logger.inject_lambda_context
@metrics.log_metrics
def after_traffic(event: object, context: LambdaContext) -> dict[str, str]:
    return hook("post").run(event, context.get_remaining_time_in_millis, context.aws_request_id)
