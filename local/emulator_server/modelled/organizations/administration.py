"""Trusted access, delegated administrators and the resource policy, which ministack 1.5.33 lacks.

Sources, AWS Organizations API Reference: EnableAWSServiceAccess, RegisterDelegatedAdministrator and
their companions, PutResourcePolicy, RemoveAccountFromOrganization, LeaveOrganization.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import ModelledService, RefusedCallError
from local.emulator_server.pinned import private

BAD_INPUT = "InvalidInputException"
MOST_IN_A_PAGE = 20
Fields = dict[str, Any]
Request = Mapping[str, Any]


class Administration:
    """`changed`: told the id of an account that joined, left, moved or was closed."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._services: dict[str, datetime] = {}
        self._delegated: dict[str, dict[str, datetime]] = {}
        self.resource_policy: Fields | None = None
        self.service = ModelledService(
            "organizations",
            {
                "EnableAWSServiceAccess": self._enable,
                "DisableAWSServiceAccess": self._disable,
                "ListAWSServiceAccessForOrganization": self._list_services,
                "RegisterDelegatedAdministrator": self._register,
                "DeregisterDelegatedAdministrator": self._deregister,
                "ListDelegatedAdministrators": self._list_administrators,
                "ListDelegatedServicesForAccount": self._list_delegated,
                "PutResourcePolicy": self._put_policy,
                "DescribeResourcePolicy": self._describe_policy,
                "DeleteResourcePolicy": self._delete_policy,
                "RemoveAccountFromOrganization": self._remove,
            },
        )

    def administers(self, account: str, principal: str = "") -> bool:
        """Whether the account is a delegated administrator, of `principal` when given."""
        services = self._delegated.get(account, {})
        return principal in services if principal else bool(services)

    def put_policy(self, content: str) -> Fields:
        """The policy as DescribeResourcePolicy answers it from now on."""
        try:
            json.loads(content)
        except ValueError as error:
            raise RefusedCallError(BAD_INPUT, f"the policy is no JSON: {error}") from error
        organization = tree.organization()
        arn = f"arn:aws:organizations::{organization['MasterAccountId']}:resourcepolicy"
        summary = {"Id": "rp-emulated", "Arn": f"{arn}/{organization['Id']}/rp-emulated"}
        self.resource_policy = {"ResourcePolicySummary": summary, "Content": content}
        return self.resource_policy

    def _enable(self, request: Request) -> Fields:
        self._services.setdefault(request["ServicePrincipal"], datetime.now(UTC))
        return {}

    def _disable(self, request: Request) -> Fields:
        principal = request["ServicePrincipal"]
        if any(principal in services for services in self._delegated.values()):
            what = f"deregister the delegated administrators of {principal} first"
            raise RefusedCallError("ConstraintViolationException", what)
        self._services.pop(principal, None)
        return {}

    def _list_services(self, request: Request) -> Fields:
        rows = [
            {"ServicePrincipal": principal, "DateEnabled": at}
            for principal, at in sorted(self._services.items())
        ]
        return _paged("EnabledServicePrincipals", rows, request)

    def _register(self, request: Request) -> Fields:
        account, principal = request["AccountId"], request["ServicePrincipal"]
        _known(account)
        if account == tree.management_account():
            what = "You cannot register the management account as a delegated administrator."
            raise RefusedCallError("ConstraintViolationException", what)
        if self.administers(account, principal):
            what = "The provided account is already a delegated administrator of the service."
            raise RefusedCallError("AccountAlreadyRegisteredException", what)
        self._services.setdefault(principal, datetime.now(UTC))
        self._delegated.setdefault(account, {})[principal] = datetime.now(UTC)
        return {}

    def _deregister(self, request: Request) -> Fields:
        services = self._delegated.get(request["AccountId"], {})
        if services.pop(request["ServicePrincipal"], None) is None:
            what = "The provided account is not a registered delegated administrator."
            raise RefusedCallError("AccountNotRegisteredException", what)
        return {}

    def _list_administrators(self, request: Request) -> Fields:
        principal = request.get("ServicePrincipal", "")
        rows = [
            _known(account) | {"DelegationEnabledDate": min(services.values())}
            for account, services in self._delegated.items()
            if self.administers(account, principal)
        ]
        return _paged("DelegatedAdministrators", rows, request)

    def _list_delegated(self, request: Request) -> Fields:
        services = self._delegated.get(request["AccountId"], {})
        if not services:
            what = "The provided account is not a registered delegated administrator."
            raise RefusedCallError("AccountNotRegisteredException", what)
        rows = [
            {"ServicePrincipal": name, "DelegationEnabledDate": at} for name, at in services.items()
        ]
        return _paged("DelegatedServices", rows, request)

    def _put_policy(self, request: Request) -> Fields:
        return {"ResourcePolicy": self.put_policy(request["Content"])}

    def _describe_policy(self, _request: Request) -> Fields:
        if self.resource_policy is None:
            what = "We can't find a resource policy request with the parameter you specified."
            raise RefusedCallError("ResourcePolicyNotFoundException", what)
        return {"ResourcePolicy": self.resource_policy}

    def _delete_policy(self, request: Request) -> Fields:
        self._describe_policy(request)
        self.resource_policy = None
        return {}

    def _remove(self, request: Request) -> Fields:
        self.take_out(request["AccountId"])
        return {}

    def take_out(self, account: str) -> None:
        """The account is a member no more, by the organization's will or by its own."""
        _known(account)
        if account == tree.management_account():
            what = "You can't remove the management account from the organization."
            raise RefusedCallError("MasterCannotLeaveOrganizationException", what)
        if self.administers(account):
            what = "deregister the account as delegated administrator first"
            raise RefusedCallError("ConstraintViolationException", what)
        with tree.as_management():
            del private(tree.ORGANIZATIONS, "_accounts")[account]
        self._changed(account)


def _known(account: str) -> Fields:
    """The account's row without what ministack keeps for itself."""
    found = tree.account(account)
    if found is None:
        what = "You specified an account that doesn't exist."
        raise RefusedCallError("AccountNotFoundException", what)
    modelled = ("Id", "Arn", "Email", "Name", "Status", "JoinedMethod", "JoinedTimestamp")
    return {name: found[name] for name in modelled} | {"State": found["Status"]}


def _paged(place: str, rows: list[Fields], request: Request) -> Fields:
    size = min(request.get("MaxResults") or MOST_IN_A_PAGE, MOST_IN_A_PAGE)
    page, token = page_of(rows, request, size, BAD_INPUT)
    return {place: list(page)} | ({"NextToken": token} if token else {})
