"""What CloudFormation says of stack sets, their instances and operations.

Sources, AWS CloudFormation API Reference: DescribeStackSet, ListStackSets, ListStackInstances,
DescribeStackInstance, ListStackSetOperations, DescribeStackSetOperation,
ListStackSetOperationResults, ActivateOrganizationsAccess and its companions.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from local.emulator_server.iam import ACTIONS
from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import RefusedCallError
from local.emulator_server.pinned import private, replace
from local.emulator_server.stack_sets.answers import answering
from local.emulator_server.stack_sets.provisioning import StackSetProvisioning
from local.emulator_server.stack_sets.records import Instance, Operation, Place, StackSet
from local.emulator_server.stack_sets.registry import StackSets
from local.emulator_server.stack_sets.showing import (
    instance_shown,
    instance_summary,
    operation_shown,
    operation_summary,
    result_summary,
    set_shown,
    set_summary,
)

CLOUDFORMATION = "ministack.services.cloudformation"
REFUSED = "ValidationError"
NAMED = re.compile(rb"(?:^|&)StackSetName=")
Fields = dict[str, Any]
Request = Mapping[str, Any]


class StackSetReading:
    def __init__(self, stack_sets: StackSets, provisioning: StackSetProvisioning) -> None:
        self._stack_sets = stack_sets
        self._provisioning = provisioning

    def install(self) -> None:
        private(CLOUDFORMATION, "_ACTION_HANDLERS").update(
            answering(
                {
                    "ActivateOrganizationsAccess": self._activate,
                    "DeactivateOrganizationsAccess": self._deactivate,
                    "DescribeOrganizationsAccess": self._describe_access,
                    "ListStackSets": self._list,
                    "DescribeStackSet": self._describe,
                    "ListStackInstances": self._list_instances,
                    "DescribeStackInstance": self._describe_instance,
                    "ListStackSetOperations": self._list_operations,
                    "DescribeStackSetOperation": self._describe_operation,
                    "ListStackSetOperationResults": self._list_results,
                }
            )
        )
        replace((ACTIONS,), "extract_resource_arn", self._of_stack_sets)

    def _activate(self, _request: Request) -> Fields:
        self._stack_sets.access_active = _only_management()
        return {}

    def _deactivate(self, _request: Request) -> Fields:
        self._stack_sets.access_active = not _only_management()
        return {}

    def _describe_access(self, _request: Request) -> Fields:
        active = self._stack_sets.access_active
        return {"Status": "ENABLED" if active else "DISABLED"}

    def _list(self, request: Request) -> Fields:
        self._admit(request)
        region = _region()
        rows = [set_summary(each) for each in self._stack_sets.all.values()]
        here = [
            row
            for row, each in zip(rows, self._stack_sets.all.values(), strict=True)
            if each.region == region and request.get("Status", "ACTIVE") == "ACTIVE"
        ]
        return _paged(here, request)

    def _describe(self, request: Request) -> Fields:
        return {"StackSet": set_shown(self._known(request))}

    def _list_instances(self, request: Request) -> Fields:
        known = self._known(request)
        rows = [
            instance_summary(known, each)
            for place, each in sorted(known.instances.items())
            if request.get("StackInstanceAccount", place.account) == place.account
            and request.get("StackInstanceRegion", place.region) == place.region
        ]
        wanted = {each["Name"]: each["Values"] for each in request.get("Filters", [])}
        return _paged([row for row in rows if wanted.items() <= _filtered_by(row).items()], request)

    def _describe_instance(self, request: Request) -> Fields:
        known = self._known(request)
        place = Place(request["StackInstanceAccount"], request["StackInstanceRegion"])
        instance: Instance | None = known.instances.get(place)
        if instance is None:
            what = f"Stack instance not found for account {place.account} in {place.region}"
            raise RefusedCallError("StackInstanceNotFoundException", what)
        return {"StackInstance": instance_shown(known, instance)}

    def _list_operations(self, request: Request) -> Fields:
        return _paged(
            [operation_summary(each) for each in self._known(request).operations], request
        )

    def _describe_operation(self, request: Request) -> Fields:
        known = self._known(request)
        return {"StackSetOperation": operation_shown(known, _operation(known, request))}

    def _list_results(self, request: Request) -> Fields:
        operation = _operation(self._known(request), request)
        return _paged([result_summary(each) for each in operation.results], request)

    def _known(self, request: Request) -> StackSet:
        self._admit(request)
        name = request["StackSetName"]
        found = self._stack_sets.named(name, _region())
        if found is None:
            raise RefusedCallError("StackSetNotFoundException", f"StackSet {name} not found")
        return found

    def _admit(self, request: Request) -> None:
        """Without CallAs a member account sees self-managed sets only, of which there are none."""
        call_as = request.get("CallAs", "SELF")
        refusal = self._provisioning.why_not(call_as)
        if refusal and (call_as == "DELEGATED_ADMIN" or "StackSetName" not in request):
            raise RefusedCallError(REFUSED, refusal)
        if refusal:
            what = f"StackSet {request['StackSetName']} not found"
            raise RefusedCallError("StackSetNotFoundException", what)

    def _of_stack_sets(self, extract: Callable[..., str]) -> Callable[..., str]:
        """A call that names a stack set is authorized on it ("Actions, resources, and condition
        keys for AWS CloudFormation", Service Authorization Reference)."""

        def extract_resource_arn(
            service: str,
            method: str,
            path: str,
            headers: object,
            body: bytes,
            query: object,
            region: str,
            account: str,
        ) -> str:
            if service != "cloudformation" or not NAMED.search(body or b""):
                return extract(service, method, path, headers, body, query, region, account)
            name = parse_qs(body.decode())["StackSetName"][0]
            known = self._stack_sets.named(name, region)
            owner = tree.management_account()
            unknown = f"arn:aws:cloudformation:{region}:{owner}:stackset/{name}:unknown"
            return known.arn if known else unknown

        return extract_resource_arn


def _filtered_by(row: Fields) -> dict[str, str]:
    """ "StackInstanceFilter", AWS CloudFormation API Reference: what each name compares."""
    return {
        "DETAILED_STATUS": row["StackInstanceStatus"]["DetailedStatus"],
        "LAST_OPERATION_ID": row["LastOperationId"],
        "DRIFT_STATUS": row["DriftStatus"],
    }


def _operation(stack_set: StackSet, request: Request) -> Operation:
    wanted = request["OperationId"]
    found = [each for each in stack_set.operations if each.id == wanted]
    if not found:
        raise RefusedCallError("OperationNotFoundException", f"Operation {wanted} not found")
    return found[0]


def _paged(rows: list[Fields], request: Request) -> Fields:
    page, token = page_of(rows, request, request.get("MaxResults") or 100, REFUSED)
    return {"Summaries": list(page)} | ({"NextToken": token} if token else {})


def _only_management() -> bool:
    """True; other accounts are refused."""
    if private(tree.RESPONSES, "get_account_id")() != tree.management_account():
        what = "Only the management account can change organizations access"
        raise RefusedCallError("InvalidOperationException", what)
    return True


def _region() -> str:
    return str(private(tree.RESPONSES, "get_region")())
