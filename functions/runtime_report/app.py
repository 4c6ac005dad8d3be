"""Reports on runtimes. Trigger: SQS, one scan a record; or an operator's direct call."""

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

from steward.messages import ReportWork
from steward.observability import logger, metrics, name_work, piece_of_work
from steward.settings import RuntimeReportSettings
from steward.workflows.runtimes.report import Reporter
from steward.workflows.runtimes.requests import Desk, UnknownEvent

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def reporter() -> Reporter:
    return Reporter(RuntimeReportSettings.from_env())


@cache
def desk() -> Desk:
    return Desk(RuntimeReportSettings.from_env())


def handle_record(record: SQSRecord) -> None:
    with piece_of_work("report not written", message_id=record.message_id):
        work = ReportWork.model_validate_json(record.body)
        name_work(scan_id=work.scan.scan_id)
        logger.info(reporter().run(work, wall=datetime.now(UTC)), tries=work.tries)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    if "Records" in event:
        return process_partial_response(event, handle_record, processor, context)
    if "action" in event:
        return desk().answer(event, datetime.now(UTC))
    raise UnknownEvent(event)
