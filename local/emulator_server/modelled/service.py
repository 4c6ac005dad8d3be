"""A service that answers only what botocore's model of it allows.

An unknown operation is refused with 501. A request that breaks the model gets ValidationException.
An answer of ours that breaks it, or an error that the operation does not have, is a 500: a defect
here, not something for the product to handle.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botocore.model import OperationModel, ServiceModel
from botocore.session import Session

from local.emulator_server.modelled.validation import problems
from local.emulator_server.modelled.wire import (
    Answer,
    Call,
    Headers,
    Operation,
    Query,
    read_call,
)

# Errors of every AWS service, which models leave out ("Common errors"), and Health's own answer to
# accounts without a support plan ("Accessing the AWS Health API").
BESIDE_THE_MODEL = {
    "AccessDeniedException",
    "InvalidSignatureException",
    "SubscriptionRequiredException",
    "ThrottlingException",
    "ValidationException",
}
Handle = Callable[..., Awaitable[Answer]]


class RefusedCallError(Exception):
    """An error that the service documents: its code, and what is wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class NotEmulatedError(Exception):
    """The model allows it, this emulation does not know how it behaves."""


class ModelledService:
    """`operations`: those that are emulated, by name. `first`: asked before any of them."""

    def __init__(
        self,
        service: str,
        operations: Mapping[str, Operation],
        first: Callable[[], None] = lambda: None,
    ) -> None:
        self.model = model_of(service)
        self._operations = operations
        self._first = first

    def emulates(self, operation: str) -> bool:
        return operation in self._operations

    async def handle_request(
        self, method: str, path: str, headers: Headers, body: bytes, query: Query
    ) -> Answer:
        call = read_call(self.model, method, path, headers, body, query)
        if not self.emulates(call.operation):
            what = call.operation or f"{method} {path}"
            return call.error(501, "NotImplemented", f"{what} is not emulated")
        return self._answer(call, self.model.operation_model(call.operation))

    def _answer(self, call: Call, operation: OperationModel) -> Answer:
        if wrong := problems(call.parameters, operation.input_shape):
            return call.error(400, "ValidationException", "; ".join(wrong))
        try:
            self._first()
            answer = self._operations[call.operation](call.parameters)
        except RefusedCallError as error:
            return _refusal(call, operation, error)
        except NotEmulatedError as error:
            return call.error(501, "NotImplemented", str(error))
        if wrong := problems(answer, operation.output_shape):
            return call.error(500, "WrongAnswer", "; ".join(wrong))
        return call.answer(200, answer)


def model_of(service: str) -> ServiceModel:
    return Session().get_service_model(service)


def _refusal(call: Call, operation: OperationModel, error: RefusedCallError) -> Answer:
    shapes: list[Any] = operation.error_shapes
    modelled = {shape.error_code: shape for shape in shapes}
    if error.code in modelled:
        status = modelled[error.code].metadata.get("error", {}).get("httpStatusCode", 400)
        return call.error(status, error.code, error.message)
    if error.code in BESIDE_THE_MODEL:
        return call.error(400, error.code, error.message)
    return call.error(500, "WrongAnswer", f"{operation.name} has no error {error.code}")
