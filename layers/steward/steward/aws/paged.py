"""What the adapters use of clients whose types the development environment does not bring."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

# An answer as botocore parsed it: fields by their names in the service's model.
type Answer = Mapping[str, Any]


class Pages(Protocol):
    def paginate(self, **request: Any) -> Iterable[Answer]: ...


class Paged(Protocol):
    def get_paginator(self, operation_name: str, /) -> Pages: ...
