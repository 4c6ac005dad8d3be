"""Watches and disturbs the calls of a DynamoDB client on their way to moto."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from mypy_boto3_dynamodb import DynamoDBClient

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})

type Answer = tuple[AWSResponse, dict[str, Any]]


class Wire:
    """Counts every call, keeps its body, and answers in DynamoDB's place when told to."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.sent: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self._events = client.meta.events
        self._answers: dict[str, list[Answer]] = {}
        self._before: dict[str, list[Callable[[], object]]] = {}
        on_call: Callable[..., Any] = self._on_call
        self._events.register("before-call.dynamodb", on_call)

    @property
    def writes(self) -> int:
        return sum(count for operation, count in self.sent.items() if operation in WRITES)

    def clear(self) -> None:
        self.sent.clear()
        self.bodies.clear()

    def refuse(self, operation: str, code: str, reasons: Sequence[str] = ()) -> None:
        """Answer the next call of `operation` with an error, as if botocore had given up on it."""
        parsed: dict[str, Any] = {
            "Error": {"Code": code, "Message": "refused by the test"},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        self._answers.setdefault(operation, []).append((_response(400), parsed))

    def before(self, operation: str, act: Callable[[], object]) -> None:
        """Let `act` happen just before the next call of `operation` arrives."""
        self._before.setdefault(operation, []).append(act)

    def lose_answer(self) -> list[dict[str, Any]]:
        """Lose the answer to the next request; return the bodies of all from then on."""
        sent: list[dict[str, Any]] = []

        def on_send(request: AWSPreparedRequest, **_: object) -> Any:
            sent.append(json.loads(bytes(request.body)))  # type: ignore[arg-type]  # always bytes
            return _response(500) if len(sent) == 1 else None

        self._events.register_first("before-send.dynamodb", on_send)
        return sent

    def _on_call(
        self, model: "OperationModel", params: dict[str, Any], **_: object
    ) -> Answer | None:
        operation = model.name
        self.sent[operation] += 1
        self.bodies.append(json.loads(params["body"]))
        if acts := self._before.get(operation):
            acts.pop(0)()
        answers = self._answers.get(operation)
        return answers.pop(0) if answers else None


def _response(status: int) -> AWSResponse:
    return AWSResponse("http://dynamodb", status, HTTPHeaders(), _Raw())


class _Raw:
    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [b"{}"]
