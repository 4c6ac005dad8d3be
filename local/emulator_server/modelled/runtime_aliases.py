"""Aliases of customer-managed runtimes, of which ministack 1.5.33 knows nothing.

Source: GetRuntimeAlias, AWS Lambda Core API Reference.
"""

from collections.abc import Mapping
from typing import Any

from local.emulator_server.modelled.service import ModelledService, RefusedCallError, model_of
from local.emulator_server.modelled.validation import problems
from local.emulator_server.pinned import private

Fields = dict[str, Any]


class RuntimeAliases:
    def __init__(self) -> None:
        self._aliases: dict[tuple[str, str], Fields] = {}
        self.service = ModelledService("lambda-core", {"GetRuntimeAlias": self._get})

    def put(self, alias: Fields) -> None:
        """`alias` has the shape of GetRuntimeAlias's answer; its ARN says whose it is."""
        shape = model_of("lambda-core").operation_model("GetRuntimeAlias").output_shape
        if wrong := problems(alias, shape):
            raise ValueError("; ".join(wrong))
        runtime, _, name = alias["Arn"].partition("/alias/")
        self._aliases[runtime, name] = alias

    def _get(self, request: Mapping[str, Any]) -> Fields:
        runtime = request["RuntimeName"]
        mine = _arn_of("")
        arn = runtime if runtime.startswith("arn:") else _arn_of(runtime)
        if not arn.startswith(mine):
            raise RefusedCallError("AccessDeniedException", f"not authorized to read {arn}")
        found = self._aliases.get((arn, request["Name"]))
        if found is None:
            what = f"{arn} has no alias {request['Name']}"
            raise RefusedCallError("ResourceNotFoundException", what)
        return found


def _arn_of(runtime: str) -> str:
    account = private("ministack.core.responses", "get_account_id")()
    region = private("ministack.core.responses", "get_region")()
    return f"arn:aws:lambda:{region}:{account}:runtime/{runtime}"
