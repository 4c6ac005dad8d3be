"""Every function that exists in the emulator, over all accounts and regions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.emulator_server.pinned import private

LAMBDA = "ministack.services.lambda_svc"


@dataclass(frozen=True)
class FunctionRecord:
    """`config`: as GetFunctionConfiguration answers, of the unpublished version."""

    account: str
    region: str
    name: str
    config: dict[str, Any]
    tags: dict[str, str]


def function_records() -> Iterator[FunctionRecord]:
    # Copied first: a function may be created while this goes on.
    stored = dict(private(LAMBDA, "_functions")._data)
    for (account, region, name), record in sorted(stored.items(), key=lambda pair: pair[0]):
        yield FunctionRecord(account, region, name, record["config"], record.get("tags") or {})
