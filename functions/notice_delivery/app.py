"""Takes in what became of the mails. Trigger: EventBridge, the events of SES."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.observability import logger, metrics
from steward.settings import DeliverySettings
from steward.workflows.delivering import MailListener
from steward.workflows.mail_events import MailEvent


@cache
def listener() -> MailListener:
    return MailListener(DeliverySettings.from_env())


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, object]:
    return listener().run(MailEvent.model_validate(event), wall=datetime.now(UTC))
