"""Keeps the history of deployments. Trigger: SQS, one event of EventBridge a record."""

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

from steward.observability import logger, metrics, piece_of_work
from steward.settings import RolloutHistorySettings
from steward.workflows.rollouts.history import RolloutHistory

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def history() -> RolloutHistory:
    return RolloutHistory(RolloutHistorySettings.from_env())


def handle_record(record: SQSRecord) -> None:
    with piece_of_work("rollout not recorded", message_id=record.message_id):
        history().run(record.body, now=datetime.now(UTC))


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event, handle_record, processor, context)
