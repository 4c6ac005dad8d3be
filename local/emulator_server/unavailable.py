"""Accounts that are suspended and regions that an account has not enabled refuse every call.

Sources: "Enable or disable AWS Regions in your account", AWS Account Management Reference Guide;
"Common errors", API references: the credentials are not valid there (UnrecognizedClientException,
InvalidClientTokenId in the query protocol). Nobody assumes a role of a suspended account.
"""

import json
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.emulator_server import cbor
from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.service import Handle
from local.emulator_server.pinned import private

INVALID = "The security token included in the request is invalid."
STATUS = 403
Answer = tuple[int, dict[str, str], bytes]


class Unavailable:
    def __init__(self) -> None:
        self._disabled: set[tuple[str, str]] = set()

    def install(self) -> None:
        """After all services are in their places."""
        handlers = private("ministack.app", "SERVICE_HANDLERS")
        for service, handle in [*handlers.items()]:
            handlers[service] = self._guarding(service, handle)

    def disable_region(self, account: str, region: str) -> None:
        self._disabled.add((account, region))

    def _guarding(self, service: str, handle: Handle) -> Handle:
        async def handle_request(
            method: str, path: str, headers: dict[str, str], body: bytes, query: Any
        ) -> Answer:
            account = private(tree.RESPONSES, "get_account_id")()
            region = private(tree.RESPONSES, "get_region")()
            if tree.is_suspended(account) or (account, region) in self._disabled:
                return _refusal(service, headers)
            if service == "sts" and tree.is_suspended(_account_of_role(body)):
                what = f"not authorized to perform: sts:AssumeRole on resource: {_role(body)}"
                return _xml("AccessDenied", what)
            return await handle(method, path, headers, body, query)

        return handle_request


def _role(body: bytes) -> str:
    return parse_qs(body.decode(errors="replace")).get("RoleArn", [""])[0]


def _account_of_role(body: bytes) -> str:
    return ":".join(_role(body).split(":")[4:5])


def _refusal(service: str, headers: dict[str, str]) -> Answer:
    code = "UnrecognizedClientException"
    if "smithy-protocol" in headers:
        kind = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return STATUS, kind, cbor.dumps({"__type": code, "message": INVALID})
    protocols = private("ministack.core.iam_actions", "_SERVICE_PROTOCOL")
    if not protocols.get(service, "json").endswith("xml") or "x-amz-target" in headers:
        kind = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
        return STATUS, kind, json.dumps({"__type": code, "message": INVALID}).encode()
    return _xml("InvalidClientTokenId", INVALID)


def _xml(code: str, message: str) -> Answer:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
    body = f"<ErrorResponse>{error}</Error></ErrorResponse>"
    return STATUS, {"Content-Type": "text/xml", "x-amzn-errortype": code}, body.encode()
