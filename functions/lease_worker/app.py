"""Sweeps units. Trigger: SQS, one unit a record; a failed unit is tried again on its own."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from steward.messages import UnitWork
from steward.observability import logger, metrics, name_work, piece_of_work
from steward.settings import WorkerSettings
from steward.workflows.sweeping import Sweeper

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def sweeper() -> Sweeper:
    return Sweeper(WorkerSettings.from_env())


def handle_record(record: SQSRecord) -> None:
    with piece_of_work("unit not swept", message_id=record.message_id):
        work = UnitWork.model_validate_json(record.body)
        name_work(work.unit, sweep_id=work.sweep.sweep_id)
        sweeper().run(work, wall=datetime.now(UTC))


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    answer = process_partial_response(event, handle_record, processor, context)
    sweeper().answer(context.aws_request_id)
    return answer
