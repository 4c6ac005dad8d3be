"""What a dead letter is about, why it is dead, and where it would go again.

Sources: "Using a dead-letter queue to process undelivered events", Amazon EventBridge User Guide
(RULE_ARN, TARGET_ARN, ERROR_CODE, ERROR_MESSAGE are message attributes); "Capturing records of
Lambda asynchronous invocations", AWS Lambda Developer Guide (requestContext, requestPayload).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from steward.messages import Message, ReapWork, ReportWork, RuntimeUnitWork, UnitWork

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_OURS: tuple[type[Message], ...] = (ReapWork, UnitWork, RuntimeUnitWork, ReportWork)
_NO_REASON = "the function's log says why"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes again: a queue's URL or ARN, or a function's ARN, with what it gets.

    `stuck`: why it can go nowhere; empty when it can.
    """

    queue: str = ""
    function: str = ""
    payload: str = ""
    stuck: str = ""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message. `about`: what it asks for. `why`: what is known of its failure."""

    message_id: str
    receipt: str
    sent_at: datetime
    about: str
    why: str
    route: Route
    raw: "MessageTypeDef"


def dead_letter(message: "MessageTypeDef", source: str) -> DeadLetter:
    """Read a message of a queue whose own source is `source`; whatever is in it is shown."""
    content = _content(message.get("Body", ""))
    said = _attributes(message)
    millis = int(message.get("Attributes", {}).get("SentTimestamp", "0"))
    return DeadLetter(
        message_id=message.get("MessageId", ""),
        receipt=message.get("ReceiptHandle", ""),
        sent_at=datetime.fromtimestamp(millis / 1000, UTC),
        about=_about(content, message.get("Body", "")),
        why=_why(content, said),
        route=_route(content, said, message.get("Body", ""), source),
        raw=message,
    )


def _content(body: str) -> Mapping[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _attributes(message: "MessageTypeDef") -> dict[str, str]:
    attributes = message.get("MessageAttributes", {})
    return {name: each.get("StringValue", "") for name, each in attributes.items()}


def _about(content: Mapping[str, Any], body: str) -> str:
    if _is_envelope(content):
        payload = content["requestPayload"]
        return _about(payload if isinstance(payload, dict) else {}, json.dumps(payload))
    for model in _OURS:
        try:
            return _ours(model.model_validate(content))
        except ValidationError:
            continue
    if "detail-type" in content:
        return _event(content)
    return f"cannot be read: {body[:120]}"


def _ours(message: Message) -> str:
    match message:
        case ReapWork():
            return f"delete {message.stack_id} (sweep {message.sweep.sweep_id})"
        case UnitWork():
            return f"sweep {message.unit} (sweep {message.sweep.sweep_id})"
        case RuntimeUnitWork():
            return f"scan functions of {message.unit} (scan {message.scan.scan_id})"
        case ReportWork():
            return f"write the report of scan {message.scan.scan_id}"
        case _:
            raise AssertionError(f"{type(message).__name__} is on no queue")


def _event(content: Mapping[str, Any]) -> str:
    detail = content.get("detail")
    subject = next(iter(content.get("resources") or []), "")
    if isinstance(detail, dict):
        subject = detail.get("stack-id") or detail.get("deploymentId") or subject
    place = f"{content.get('account', '?')}/{content.get('region', '?')}"
    return f"{content['detail-type']} of {content.get('time', '?')} in {place} {subject}".rstrip()


def _why(content: Mapping[str, Any], said: Mapping[str, str]) -> str:
    if _is_envelope(content):
        answer = content.get("responsePayload")
        error = answer.get("errorMessage", "") if isinstance(answer, dict) else ""
        condition = str(content["requestContext"].get("condition", ""))
        return ": ".join(part for part in (condition, error) if part) or _NO_REASON
    if "ERROR_CODE" in said:
        return f"{said['ERROR_CODE']}: {said.get('ERROR_MESSAGE', '')}".rstrip(": ")
    return _NO_REASON


def _route(content: Mapping[str, Any], said: Mapping[str, str], body: str, source: str) -> Route:
    if _is_envelope(content):
        function = str(content["requestContext"]["functionArn"])
        return Route(function=function, payload=json.dumps(content["requestPayload"]))
    target = said.get("TARGET_ARN", "")
    if ":lambda:" in target:
        return Route(function=target, payload=body)
    if ":sqs:" in target:
        return Route(queue=target, payload=body)
    if target:
        return Route(stuck=f"its target {target} takes nothing from this command")
    if source:
        return Route(queue=source, payload=body)
    return Route(stuck="it does not say which function it was for")


def _is_envelope(content: Mapping[str, Any]) -> bool:
    context = content.get("requestContext")
    return isinstance(context, dict) and "functionArn" in context and "requestPayload" in content
