"""GetAlternateContact, which ministack 1.5.33 does not have.

Source: "GetAlternateContact", AWS Account Management Reference Guide. Without `AccountId` it is the
caller's own account; with it, the caller has to be the organization's management account or a
delegated administrator of Account Management, and may not name itself.
"""

import json
from collections.abc import Callable
from typing import Any

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.pinned import private

PRINCIPAL = "account.amazonaws.com"
TYPES = ("BILLING", "OPERATIONS", "SECURITY")
Answer = tuple[int, dict[str, str], bytes]


class AlternateContacts:
    """`administers`: whether an account is a delegated administrator of a service principal."""

    def __init__(self, administers: Callable[[str, str], bool]) -> None:
        self._administers = administers
        self._addresses: dict[tuple[str, str], str] = {}

    def install(self) -> None:
        private("ministack.services.account", "_DISPATCH")["/getAlternateContact"] = self._get

    def put(self, account: str, kind: str, address: str) -> None:
        """An empty address takes the contact away."""
        if kind not in TYPES:
            raise ValueError(f"{kind} is no alternate contact type: one of {', '.join(TYPES)}")
        self._addresses[account, kind] = address

    def _get(self, request: dict[str, Any]) -> Answer:
        kind = request.get("AlternateContactType")
        if kind not in TYPES:
            return _error(400, "ValidationException", f"Value {kind} at 'alternateContactType'")
        caller = private("ministack.core.responses", "get_account_id")()
        account = request.get("AccountId", caller)
        if "AccountId" in request and not self._may_ask_about(caller, account):
            return _error(403, "AccessDeniedException", "not authorized to access AccountId")
        address = self._addresses.get((account, kind))
        if not address:
            what = "No contact of the inputted alternate contact type found."
            return _error(404, "ResourceNotFoundException", what)
        return _json(200, {"AlternateContact": _contact(kind, address)})

    def _may_ask_about(self, caller: str, account: str) -> bool:
        delegated = self._administers(caller, PRINCIPAL)
        return account != caller and (delegated or caller == tree.management_account())


def _contact(kind: str, address: str) -> dict[str, str]:
    return {
        "AlternateContactType": kind,
        "EmailAddress": address,
        "Name": address.partition("@")[0],
        "PhoneNumber": "+15555550100",
        "Title": kind.title(),
    }


def _error(status: int, code: str, message: str) -> Answer:
    code_header = {"x-amzn-errortype": code}
    status, headers, body = _json(status, {"message": message})
    return status, headers | code_header, body


def _json(status: int, answer: dict[str, Any]) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(answer).encode()
