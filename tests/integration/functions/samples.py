"""The committed sample events, as they are and with other messages inside."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from steward.messages import ReapWork, UnitWork

EVENTS = Path(__file__).parents[3] / "events"


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def unit_work(**changes: Any) -> UnitWork:
    """The sample's unit message; `swept_at` and the like are changed in its sweep."""
    return UnitWork.model_validate(_changed(sample("sqs_unit"), changes))


def reap_work(**changes: Any) -> ReapWork:
    return ReapWork.model_validate(_changed(sample("sqs_reap"), changes))


def queued(name: str, *messages: UnitWork | ReapWork | str) -> dict[str, Any]:
    """The sample event `name` with these messages as its records, numbered from 0."""
    (record,) = sample(name)["Records"]
    return {
        "Records": [
            deepcopy(record) | {"messageId": str(number), "body": _body(message)}
            for number, message in enumerate(messages)
        ]
    }


def failed(answer: Any) -> list[str]:
    """The ids of the messages that the queue has to deliver again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def _changed(event: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    (record,) = event["Records"]
    body: dict[str, Any] = json.loads(record["body"])
    for name, value in changes.items():
        place = body["sweep"] if name in body["sweep"] else body
        place[name] = value
    return body


def _body(message: UnitWork | ReapWork | str) -> str:
    return message if isinstance(message, str) else message.model_dump_json()
