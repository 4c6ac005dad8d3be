"""One operation of a stack set: every instance becomes what the set says.

Sources: "StackSets concepts" (status of instances and operations), "OperationPreferences",
"AutoDeployment", AWS CloudFormation User Guide and API Reference. Every unit is tried: an operation
that fails too often is FAILED at its end, where AWS would have cancelled what it had not begun.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.emulator_server.modelled.organizations import tree
from local.emulator_server.stack_sets.member_stacks import (
    Deployment,
    MemberStacks,
    StackFailedError,
)
from local.emulator_server.stack_sets.records import (
    Instance,
    Operation,
    Place,
    Result,
    StackSet,
    new_stack_name,
)
from local.emulator_server.stack_sets.targets import Target, targets_of

AT_ONCE = 4
SKIPPED = "SKIPPED_SUSPENDED_ACCOUNT"
Work = Callable[[], Result]


class Reconciling:
    """`template_url`: where CloudFormation reads the template of a set."""

    def __init__(self, template_url: Callable[[StackSet], str]) -> None:
        self._template_url = template_url
        self._stacks = MemberStacks()

    def run(self, stack_set: StackSet, action: str, *, everything: bool = True) -> Operation:
        """Deploy to all targets and leave the other units. Without `everything` instances that
        exist already stay as they are, as when an account joins."""
        wanted = targets_of(stack_set)
        operation = Operation(action)
        stack_set.operations.insert(0, operation)
        gone = [each for place, each in stack_set.instances.items() if place not in wanted]
        fresh = [place for place in wanted if everything or place not in stack_set.instances]
        work: list[Work] = [self._removal(stack_set, each) for each in gone]
        work += [self._deployment(stack_set, place, wanted[place], operation) for place in fresh]
        return _carried_out(operation, work, _tolerated(stack_set, fresh))

    def clear(self, stack_set: StackSet) -> Operation:
        operation = Operation("DELETE")
        stack_set.operations.insert(0, operation)
        work = [self._removal(stack_set, each) for each in [*stack_set.instances.values()]]
        return _carried_out(operation, work, lambda _region: 0)

    def _deployment(
        self, stack_set: StackSet, place: Place, target: Target, operation: Operation
    ) -> Work:
        def deploy() -> Result:
            instance = stack_set.instances.get(place) or Instance(
                place, target.unit, target.overrides, new_stack_name(stack_set)
            )
            stack_set.instances[place] = instance
            instance.unit, instance.overrides = target
            instance.operation = operation.id
            if tree.is_suspended(place.account):
                instance.failed("The account is suspended.", detail=SKIPPED)
                return Result(place, target.unit, "CANCELLED", instance.reason)
            try:
                stack_id = self._stacks.deploy(place, self._described(stack_set, instance))
            except StackFailedError as error:
                instance.failed(str(error))
                return Result(place, target.unit, "FAILED", str(error))
            instance.went_well(stack_id)
            return Result(place, target.unit, "SUCCEEDED", "")

        return deploy

    def _removal(self, stack_set: StackSet, instance: Instance) -> Work:
        """An account that left keeps its stacks: nobody can delete them there any more."""

        def remove() -> Result:
            place = instance.place
            left = tree.account(place.account) is None or tree.is_suspended(place.account)
            try:
                if not (stack_set.retains_stacks or left):
                    self._stacks.delete(place, instance.stack_name)
            except StackFailedError as error:
                instance.failed(str(error), status="INOPERABLE", detail="INOPERABLE")
                return Result(place, instance.unit, "FAILED", str(error))
            del stack_set.instances[place]
            return Result(place, instance.unit, "SUCCEEDED", "")

        return remove

    def _described(self, stack_set: StackSet, instance: Instance) -> Deployment:
        known = stack_set.properties
        parameters = {
            each["ParameterKey"]: each["ParameterValue"] for each in known.get("Parameters", [])
        }
        return Deployment(
            name=instance.stack_name,
            template_url=self._template_url(stack_set),
            parameters=parameters | instance.overrides,
            capabilities=tuple(known.get("Capabilities", [])),
            tags=tuple(known.get("Tags", [])),
        )


def _carried_out(
    operation: Operation, work: Iterable[Work], tolerated: Callable[[str], int]
) -> Operation:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        operation.results += threads.map(lambda each: each(), work)
    failed = Counter(each.place.region for each in operation.failures)
    operation.end(succeeded=all(count <= tolerated(region) for region, count in failed.items()))
    return operation


def _tolerated(stack_set: StackSet, places: Iterable[Place]) -> Callable[[str], int]:
    """Failures that each region may have; a percentage is rounded down."""
    preferences: dict[str, Any] = stack_set.properties.get("OperationPreferences", {})
    accounts = Counter(place.region for place in places)

    def tolerated(region: str) -> int:
        if count := preferences.get("FailureToleranceCount"):
            return int(count)
        percentage = int(preferences.get("FailureTolerancePercentage", 0))
        return accounts[region] * percentage // 100

    return tolerated
