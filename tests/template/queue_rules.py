"""What every queue and the ledger of template.yaml must be. A rule returns what breaks it."""

from collections.abc import Iterator

from tests.template.documents import Document, chosen, resources
from tests.template.function_rules import FUNCTION

QUEUE = "AWS::SQS::Queue"


def consumers(template: Document) -> Iterator[tuple[str, Document, str, Document]]:
    """Each function fed by a queue: its name and properties, the queue's name, the event."""
    for name, function in resources(template, FUNCTION).items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                yield (
                    name,
                    function,
                    event["Properties"]["Queue"]["Fn::GetAtt"][0],
                    event["Properties"],
                )


def visible_again_late_enough(template: Document) -> list[str]:
    """Six times the timeout ("Configuring a queue to use with Lambda", AWS Lambda guide)."""
    queues = resources(template, QUEUE)
    return [
        f"{queue}: VisibilityTimeout is less than 6 x the timeout of {name}"
        for name, function, queue, _ in consumers(template)
        if queues[queue].get("VisibilityTimeout", 30) < 6 * function["Timeout"]
    ]


def partial_failures(template: Document) -> list[str]:
    return [
        f"{name}: one bad message fails its batch"
        for name, _, _, event in consumers(template)
        if event.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
    ]


def dead_letters_for_queues(template: Document) -> list[str]:
    queues = resources(template, QUEUE)
    return [
        f"{queue}: no dead-letter queue of the same kind"
        for _, _, queue, _ in consumers(template)
        if not _has_dead_letter_queue(queues, queues[queue])
    ]


def _has_dead_letter_queue(queues: dict[str, Document], queue: Document) -> bool:
    target = (
        queue.get("RedrivePolicy", {}).get("deadLetterTargetArn", {}).get("Fn::GetAtt", [""])[0]
    )
    return target in queues and queues[target].get("FifoQueue") == queue.get("FifoQueue")


def reaps_one_at_a_time(template: Document) -> list[str]:
    queue = resources(template, QUEUE)["ReapsQueue"]
    sizes = [
        event.get("BatchSize") for _, _, name, event in consumers(template) if name == "ReapsQueue"
    ]
    kept = queue.get("FifoQueue") is True and sizes == [1]
    return [] if kept else ["ReapsQueue: not FIFO with batches of 1"]


def encrypted_queues(template: Document) -> list[str]:
    return [
        f"{name}: not encrypted"
        for name, queue in resources(template, QUEUE).items()
        if chosen(queue, frozenset()).get("SqsManagedSseEnabled") is not True
    ]


def ledger_survives(template: Document) -> list[str]:
    ledger = template["Resources"]["Ledger"]
    recovery = ledger["Properties"].get("PointInTimeRecoverySpecification", {})
    kept = {
        "DeletionPolicy Retain": ledger.get("DeletionPolicy") == "Retain",
        "UpdateReplacePolicy Retain": ledger.get("UpdateReplacePolicy") == "Retain",
        "point-in-time recovery": recovery.get("PointInTimeRecoveryEnabled") is True,
        "encryption": ledger["Properties"].get("SSESpecification", {}).get("SSEEnabled") is True,
        "on-demand billing": ledger["Properties"].get("BillingMode") == "PAY_PER_REQUEST",
    }
    return [f"Ledger: without {what}" for what, holds in kept.items() if not holds]


def audit_expires(template: Document) -> list[str]:
    wanted = {"AttributeName": "expires_epoch_seconds", "Enabled": True}
    given = template["Resources"]["Ledger"]["Properties"].get("TimeToLiveSpecification")
    return [] if given == wanted else ["Ledger: audit events never expire"]
