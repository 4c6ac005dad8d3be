"""AWS::CloudFormation::StackSet with service-managed permissions, which ministack 1.5.33 lacks.

Sources: "AWS::CloudFormation::StackSet", AWS CloudFormation Template Reference; "Register a
delegated administrator member account", AWS CloudFormation User Guide.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlparse

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.modelled.organizations.administration import Administration
from local.emulator_server.pinned import private, replace
from local.emulator_server.stack_sets.records import Fields, StackSet
from local.emulator_server.stack_sets.registry import S3, StackSets
from local.emulator_server.stack_sets.targets import WrongTargetsError, check

STACKS = "ministack.services.cloudformation.stacks"
PROVISIONERS = "ministack.services.cloudformation.provisioners"
TYPE = "AWS::CloudFormation::StackSet"
PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com"
NO_ACCESS = "You must enable organizations access to operate a service managed stack set"
NOT_DELEGATED = "Account used is not a delegated administrator"
NEITHER = (
    "You must be the management account or delegated admin account of an organization before "
    "operating a SERVICE_MANAGED stack set"
)


class StackSetProvisioning:
    def __init__(self, stack_sets: StackSets, administration: Administration) -> None:
        self._stack_sets = stack_sets
        self._administration = administration

    def install(self) -> None:
        """It waits for its instances, so it runs beside the event loop."""
        private(PROVISIONERS, "_RESOURCE_HANDLERS")[TYPE] = {
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
        }
        replace((STACKS,), "_runs_on_worker_thread", _also_stack_sets)

    def why_not(self, call_as: str) -> str:
        """Why the current account may not operate service-managed stack sets; empty if it may."""
        account = _here()[0]
        if account == tree.management_account():
            refusal = NOT_DELEGATED if call_as == "DELEGATED_ADMIN" else ""
        elif call_as != "DELEGATED_ADMIN":
            refusal = NEITHER
        else:
            delegated = self._administration.administers(account, PRINCIPAL)
            refusal = "" if delegated else NOT_DELEGATED
        return refusal or ("" if self._stack_sets.access_active else NO_ACCESS)

    def _create(self, _logical_id: str, properties: Fields, _stack: str) -> tuple[str, Fields]:
        made = self._checked(properties)
        key = (made.region, made.name)
        if key in self._stack_sets.all:
            raise ValueError(f"Name already exists: the stack set {made.name}")
        self._stack_sets.all[key] = made
        if not self._stack_sets.run(made, "CREATE"):
            reason = _failure(made)
            self._stack_sets.clear(made)
            del self._stack_sets.all[key]
            raise ValueError(reason)
        return made.id, {"StackSetId": made.id, "StackSetARN": made.arn}

    def _update(
        self, physical_id: str, _old: Fields, new: Fields, _stack: str
    ) -> tuple[str, Fields]:
        known = self._known(physical_id)
        changed = self._checked(new)
        if changed.name != known.name:
            raise ValueError("a stack set's name cannot be changed without replacement")
        known.properties, known.template = changed.properties, changed.template
        if not self._stack_sets.run(known, "UPDATE"):
            raise ValueError(_failure(known))
        return known.id, {"StackSetId": known.id, "StackSetARN": known.arn}

    def _delete(self, physical_id: str, properties: Fields) -> None:
        if refusal := self.why_not(str(properties.get("CallAs", "SELF"))):
            raise ValueError(refusal)
        known = self._stack_sets.named(physical_id, _here()[1])
        if known is None:
            return
        if not self._stack_sets.clear(known):
            raise ValueError(_failure(known))
        del self._stack_sets.all[known.region, known.name]

    def _known(self, stack_set_id: str) -> StackSet:
        found = self._stack_sets.named(stack_set_id, _here()[1])
        if found is None:
            raise ValueError(f"StackSet {stack_set_id} not found")
        return found

    def _checked(self, properties: Fields) -> StackSet:
        if properties.get("PermissionModel") != "SERVICE_MANAGED":
            raise ValueError("only service-managed stack sets are emulated")
        if refusal := self.why_not(str(properties.get("CallAs", "SELF"))):
            raise ValueError(refusal)
        try:
            check(properties.get("StackInstancesGroup", []))
        except WrongTargetsError as error:
            raise ValueError(str(error)) from error
        account, region = _here()
        template = _template(properties)
        return StackSet(properties["StackSetName"], account, region, properties, template)


def _also_stack_sets(plain: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda resource_type: resource_type == TYPE or plain(resource_type)


def _template(properties: Fields) -> str:
    if body := properties.get("TemplateBody"):
        return str(body)
    bucket, key = _object_of(str(properties.get("TemplateURL", "")))
    found = private(S3, "_get_object_data")(bucket, key)
    if found is None:
        raise ValueError(f"TemplateURL: there is no object {key} in a bucket {bucket}")
    return bytes(found).decode()


def _object_of(url: str) -> tuple[str, str]:
    """`https://bucket.s3.region.amazonaws.com/key`, or the bucket as the first part of the path."""
    parts = urlparse(url)
    host, path = parts.netloc, parts.path.lstrip("/")
    bucket, virtual, _ = host.partition(".s3.")
    if not virtual:
        bucket, virtual, _ = host.partition(".s3-")
    if virtual:
        return bucket, path
    first, _, rest = path.partition("/")
    return first, rest


def _failure(stack_set: StackSet) -> str:
    operation = stack_set.operations[0]
    reasons = "; ".join(
        f"{each.place.account} {each.place.region}: {each.reason}" for each in operation.failures
    )
    return f"Stack set operation [{operation.id}] was unexpectedly stopped or failed: {reasons}"


def _here() -> tuple[str, str]:
    account: Any = private(tree.RESPONSES, "get_account_id")()
    region: Any = private(tree.RESPONSES, "get_region")()
    return str(account), str(region)
