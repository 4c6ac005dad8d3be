"""Refuses a policy that would be unsafe. Trigger: AppConfig, before it deploys a version."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.observability import logger
from steward.settings import ValidatorSettings
from steward.workflows.validating import Validator


@cache
def validator() -> Validator:
    return Validator(ValidatorSettings.from_env())


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> None:
    policy = validator().run(event.get("content"), datetime.now(UTC))
    logger.info("policy accepted", policy=policy.fingerprint, mode=policy.mode)
