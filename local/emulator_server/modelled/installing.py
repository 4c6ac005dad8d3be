"""Puts the modelled services beside those of the emulator, under the same IAM.

ministack 1.5.33 authorizes a call by what it takes for the IAM action; here the action is the
operation that the request names in the model's own words.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator_server.modelled.service import Handle, ModelledService
from local.emulator_server.modelled.wire import RPC_PATH, Answer, Headers, operation_name
from local.emulator_server.pinned import private, replace

ACTIONS = "ministack.core.iam_actions"
NAMESPACES = {"codedeploy": "codedeploy", "health": "health", "synthetics": "synthetics"}
RUNTIME_PATHS = r"^/2026-10-01/runtimes(?:/|$)"


def install(services: Mapping[str, ModelledService]) -> None:
    """`services` by the names under which the emulator routes to them."""
    handlers = private("ministack.app", "SERVICE_HANDLERS")
    # A name that the router does not know costs seconds: it then reads the models of all services.
    known = private("ministack.core.router", "SERVICE_PATTERNS")
    known.update({name: {} for name in NAMESPACES})
    for name, service in services.items():
        handlers[name] = _before(service, handlers.get(name))
    private(ACTIONS, "SERVICE_TO_IAM_NAMESPACE").update(NAMESPACES)
    replace((ACTIONS,), "_CBOR_CAPABLE", lambda known: known | {"health"})
    replace((ACTIONS,), "extract_iam_action", lambda plain: _named_by(services, plain))
    replace(("ministack.core.router",), "_LAMBDA_CORE_PATH_RE", _with_runtimes)


def _before(service: ModelledService, otherwise: Handle | None) -> Handle:
    """What the service emulates goes to it, the rest to the emulator where it has the service."""

    async def handle_request(
        method: str, path: str, headers: Headers, body: bytes, query: Any
    ) -> Answer:
        mine = service.emulates(operation_name(service.model, method, path, headers))
        handle = service.handle_request if mine or otherwise is None else otherwise
        return await handle(method, path, headers, body, query)

    return handle_request


def _named_by(
    services: Mapping[str, ModelledService], plain: Callable[..., str | None]
) -> Callable[..., str | None]:
    namespaces = private(ACTIONS, "SERVICE_TO_IAM_NAMESPACE")

    def extract_iam_action(
        service: str, method: str, path: str, headers: Headers, *rest: Any
    ) -> str | None:
        rpc = RPC_PATH.fullmatch(path)
        if rpc and service in namespaces:
            return f"{namespaces[service]}:{rpc[1]}"
        known = services.get(service)
        operation = operation_name(known.model, method, path, headers) if known else ""
        if known and known.emulates(operation):
            return f"{namespaces[service]}:{operation}"
        return plain(service, method, path, headers, *rest)

    return extract_iam_action


def _with_runtimes(known: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"{known.pattern}|{RUNTIME_PATHS}")
