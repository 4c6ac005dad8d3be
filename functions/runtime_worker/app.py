"""Judges the runtimes of units. Trigger: SQS, one unit a record; a failed unit is tried again."""

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

from steward.messages import RuntimeUnitWork
from steward.observability import logger, metrics, name_work, piece_of_work
from steward.settings import RuntimeWorkerSettings
from steward.workflows.runtimes.unit import RuntimeUnits

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def units() -> RuntimeUnits:
    return RuntimeUnits(RuntimeWorkerSettings.from_env())


def handle_record(record: SQSRecord) -> None:
    with piece_of_work("unit not scanned", message_id=record.message_id):
        work = RuntimeUnitWork.model_validate_json(record.body)
        name_work(work.unit, scan_id=work.scan.scan_id)
        units().run(work, wall=datetime.now(UTC))


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, handle_record, processor, context)
