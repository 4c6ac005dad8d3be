"""Guards deployments of its unit while they run. Trigger: SQS, one look a record; CodeDeploy's
state changes; two schedules."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.messages import GuardLook
from steward.observability import logger, metrics
from steward.settings import RolloutGuardSettings
from steward.workflows.rollouts.guard_door import Door

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def door() -> Door:
    return Door(RolloutGuardSettings.from_env(), lambda: datetime.now(UTC))


def handle_record(record: SQSRecord) -> None:
    try:
        logger.info(door().guard.look(GuardLook.model_validate_json(record.body)))
    except Exception:
        # The batch processor reports the record as failed, but logs no reason.
        logger.exception("deployment not looked at", message_id=record.message_id)
        raise


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    if "Records" in event:
        return process_partial_response(event, handle_record, processor, context)
    answer = door().answer(event)
    logger.info(answer)
    return {"answer": answer}
