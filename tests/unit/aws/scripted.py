"""An AWS client that answers from a script; botocore checks requests and answers by its models."""

from functools import cache
from types import TracebackType
from typing import Any, Self

from botocore.session import Session
from botocore.stub import Stubber


@cache
def _session() -> Session:
    return Session()


class Scripted:
    """Calls have to come as scripted: another one, or one too many, fails; so does one too few."""

    def __init__(self, service: str, region: str = "eu-west-1") -> None:
        self.client: Any = _session().create_client(service, region_name=region)
        self._stubber = Stubber(self.client)

    def answers(
        self, operation: str, answer: dict[str, Any], expected: dict[str, Any] | None = None
    ) -> Self:
        """`operation` as the client spells it; `expected` is the whole request, when it matters."""
        self._stubber.add_response(operation, answer, expected)
        return self

    def refuses(
        self,
        operation: str,
        code: str,
        message: str = "",
        expected: dict[str, Any] | None = None,
    ) -> Self:
        self._stubber.add_client_error(operation, code, message, expected_params=expected)
        return self

    def __enter__(self) -> Self:
        self._stubber.activate()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stubber.deactivate()
        if error is None:
            self._stubber.assert_no_pending_responses()
