"""Find the stack and the owners of one unit's functions; a stack is read once for all of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from steward.aws.stacks import list_stacks
from steward.domain.deliveries import Unreachable
from steward.domain.owners import Ownership
from steward.domain.policy import Policy
from steward.domain.runtimes.ownership import APPLICATION_TAG, FunctionClues, function_owners
from steward.domain.stacks import Account, Stack
from steward.workflows.runtimes.unit_doors import Doors

STACK_NAME_TAG = "aws:cloudformation:stack-name"
STACK_ID_TAG = "aws:cloudformation:stack-id"
NOBODY = Ownership((), "")
_NO_STACKS: dict[str, Stack] = {}
# "StackSets concepts", AWS CloudFormation User Guide: an instance's stack has its set's name and an
# id of its own, so that the same template has another name in each account.
_INSTANCE = re.compile(r"(StackSet-.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Home:
    """The root stack a function belongs to, as work items name it; empty without a stack.

    `tags`: of the function's own stack and of its root.
    """

    name: str = ""
    stack_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Stacks:
    """The unit's stacks, listed when the first function with one is met."""

    doors: Doors
    _known: dict[str, Stack] | None = field(default=None, init=False)

    def home_of(self, tags: Mapping[str, str]) -> Home:
        """The root stack of the function with these tags; what its tag says, where that cannot be
        read."""
        name, stack_id = tags.get(STACK_NAME_TAG, ""), tags.get(STACK_ID_TAG, "")
        if not stack_id:
            return Home(_shared_name(name))
        own = self._listed().get(stack_id)
        if own is None:
            return Home(_shared_name(name or _name_in(stack_id)), stack_id)
        root = self._root_of(own)
        return Home(_shared_name(root.name), root.stack_id, {**root.tags, **own.tags})

    def _root_of(self, stack: Stack) -> Stack:
        known = self._listed()
        seen = {stack.stack_id}
        while stack.parent_id in known and stack.parent_id not in seen:
            stack = known[stack.parent_id]
            seen.add(stack.stack_id)
        return stack

    def _listed(self) -> Mapping[str, Stack]:
        if self._known is None:
            self._known = self.doors.ask("root stacks and their tags", self._asked, _NO_STACKS)
        return self._known

    def _asked(self) -> dict[str, Stack]:
        stacks = list_stacks(self.doors.stacks(), self.doors.unit)
        return {stack.stack_id: stack for stack in stacks}


@dataclass(slots=True)
class FunctionOwners:
    """Resolves owners under the scan's policy; without one nobody is named."""

    account: Account
    policy: Policy | None
    unreachable: Mapping[str, Unreachable]
    _found: dict[tuple[str, ...], Ownership] = field(default_factory=dict, init=False)

    def of(self, tags: Mapping[str, str], home: Home) -> Ownership:
        """Who has to change a function with these tags of this stack."""
        if self.policy is None:
            return NOBODY
        keys = (*self.policy.owners.tag_keys, APPLICATION_TAG)
        said = tuple(each.get(key, "") for each in (tags, home.tags) for key in keys)
        if said not in self._found:
            clues = FunctionClues(tags, home.tags, self.account)
            self._found[said] = function_owners(clues, self.policy.owners, self.unreachable)
        return self._found[said]

    def is_fallback(self, owner: str) -> bool:
        return self.policy is None or owner == self.policy.owners.fallback


def _shared_name(name: str) -> str:
    instance = _INSTANCE.fullmatch(name)
    return instance[1] if instance else name


def _name_in(stack_id: str) -> str:
    """`arn:...:stack/<name>/<id>`"""
    return stack_id.partition(":stack/")[2].partition("/")[0]
