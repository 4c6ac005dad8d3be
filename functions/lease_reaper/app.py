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
from steward.observability import logger, metrics, name_work, piece_of_work
from steward.settings import ReaperSettings
from steward.workflows.reaping import Reaper

processor = SqsFifoPartialProcessor()


@cache
def reaper() -> Reaper:
    return Reaper(ReaperSettings.from_env())


def handle_record(record: SQSRecord) -> None:
    with piece_of_work("stack not reaped", message_id=record.message_id):
        work = ReapWork.model_validate_json(record.body)
        name_work(work.unit, sweep_id=work.sweep.sweep_id)
        reaper().run(work, wall=datetime.now(UTC))


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, handle_record, processor, context)
