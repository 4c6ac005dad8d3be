"""Who may ask about the one organization, and in which pages it answers.

Sources: "Delegated administrator for AWS Organizations" (a delegated administrator of any service
may call what reads; the resource policy lets member accounts call more), and the operations of the
AWS Organizations API Reference: ListAccounts and its companions answer at most 20 a page; an
account's `State` takes the place of `Status`. ministack 1.5.33 answers each account of an
organization of its own, in one page, without `State`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.organizations.administration import (
    BAD_INPUT,
    MOST_IN_A_PAGE,
    Administration,
)
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import Handle, RefusedCallError
from local.emulator_server.pinned import private

JSON = "application/x-amz-json-1.1"
READING = ("Describe", "List")
LEAVING = "LeaveOrganization"
ANYBODYS = ("DescribeOrganization", LEAVING)
LISTED = {
    "ListAccounts": "Accounts",
    "ListAccountsForParent": "Accounts",
    "ListOrganizationalUnitsForParent": "OrganizationalUnits",
}
MOVING = ("CreateAccount", "MoveAccount", "CloseAccount")
Answer = tuple[int, dict[str, str], bytes]
Fields = dict[str, Any]


class OrganizationAccess:
    """`changed`: told the id of an account that joined, moved or was closed."""

    def __init__(self, administration: Administration, changed: Callable[[str], None]) -> None:
        self._administration = administration
        self._changed = changed

    def install(self) -> None:
        handlers = private("ministack.app", "SERVICE_HANDLERS")
        handlers["organizations"] = self._guarding(handlers["organizations"])

    def _guarding(self, plain: Handle) -> Handle:
        async def handle_request(
            method: str, path: str, headers: dict[str, str], body: bytes, query: Any
        ) -> Answer:
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            caller = private(tree.RESPONSES, "get_account_id")()
            if refusal := self._refusal(caller, operation):
                return _error(*refusal)
            if operation == LEAVING:
                return self._left(caller)
            with tree.as_management():
                answer = await plain(method, path, headers, body, query)
            return self._finished(operation, json.loads(body or b"{}"), answer)

        return handle_request

    def _refusal(self, caller: str, operation: str) -> tuple[str, str] | None:
        if caller == tree.management_account():
            return None
        if tree.account(caller) is None:
            what = "Your account is not a member of an organization."
            return "AWSOrganizationsNotInUseException", what
        if operation in ANYBODYS or self._may(caller, operation):
            return None
        return "AccessDeniedException", "You don't have permissions to access this resource."

    def _left(self, caller: str) -> Answer:
        """The only call in which a member account changes the organization."""
        try:
            self._administration.take_out(caller)
        except RefusedCallError as error:
            return _error(error.code, error.message)
        return 200, {"Content-Type": JSON}, b"{}"

    def _may(self, caller: str, operation: str) -> bool:
        reads = operation.startswith(READING)
        if reads and self._administration.administers(caller):
            return True
        policy = self._administration.resource_policy
        statements = json.loads(policy["Content"])["Statement"] if policy else []
        return any(_allows(each, caller, operation) for each in statements)

    def _finished(self, operation: str, request: Fields, answer: Answer) -> Answer:
        status, headers, body = answer
        if status != 200:
            return answer
        if operation in MOVING:
            made = json.loads(body).get("CreateAccountStatus", {})
            self._changed(request.get("AccountId") or made["AccountId"])
        if operation not in LISTED and operation != "DescribeAccount":
            return answer
        try:
            whole = _with_states(json.loads(body))
            return status, headers, json.dumps(_page(operation, whole, request)).encode()
        except RefusedCallError as error:
            return _error(error.code, error.message)


def _with_states(answer: Fields) -> Fields:
    for each in [*answer.get("Accounts", []), answer.get("Account", {})]:
        if "Status" in each:
            each["State"] = each["Status"]
    return answer


def _page(operation: str, answer: Fields, request: Fields) -> Fields:
    place = LISTED.get(operation)
    if place is None:
        return answer
    size = min(request.get("MaxResults") or MOST_IN_A_PAGE, MOST_IN_A_PAGE)
    page, token = page_of(answer[place], request, size, BAD_INPUT)
    return {place: list(page)} | ({"NextToken": token} if token else {})


def _allows(statement: Mapping[str, Any], caller: str, operation: str) -> bool:
    """Conditions are not known here: a statement with one does not apply."""
    actions = set(_listed(statement.get("Action", [])))
    named = bool(actions & {"*", "organizations:*", f"organizations:{operation}"})
    principals = set(_principals(statement.get("Principal", {})))
    plain = statement.get("Effect") == "Allow" and not statement.get("Condition")
    return plain and named and bool(principals & {"*", caller})


def _principals(principal: Any) -> Iterator[str]:
    for each in _listed(principal.get("AWS", []) if isinstance(principal, dict) else principal):
        yield each.split(":")[4] if each.startswith("arn:") else each


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _error(code: str, message: str) -> Answer:
    headers = {"Content-Type": JSON, "x-amzn-errortype": code}
    return 400, headers, json.dumps({"__type": code, "message": message}).encode()
