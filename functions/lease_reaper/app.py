"""Deletes stacks, one at a time for each account. Trigger: SQS FIFO, one stack a record."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.messages import ReapWork
from steward.observability import logger, metrics
from steward.settings import ReaperSettings
from steward.workflows.reaping import Reaper

processor = SqsFifoPartialProcessor()


@cache
def reaper() -> Reaper:
    return Reaper(ReaperSettings.from_env())


def handle_record(record: SQSRecord) -> None:
    try:
        reaper().run(ReapWork.model_validate_json(record.body), wall=datetime.now(UTC))
    except Exception:
        # The batch processor reports the record as failed, but logs no reason.
        logger.exception("stack not reaped", message_id=record.message_id)
        raise


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, handle_record, processor, context)
