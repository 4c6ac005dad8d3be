"""Finds a change set by its name and the StackId, which ministack 1.5.33 finds by names only.

Source: DescribeChangeSet, AWS CloudFormation API Reference: "If you specified the name of a change
set, specify the stack name or stack ID (ARN)". A change set belongs to one stack, so one of an
earlier stack of the same name is not found by the later one's StackId.
"""

from collections.abc import Callable
from typing import Any

from local.emulator_server.clock import CLOUDFORMATION
from local.emulator_server.pinned import replace

Found = tuple[str | None, dict[str, Any] | None]
Find = Callable[..., Found]


def install() -> None:
    replace((f"{CLOUDFORMATION}.changesets",), "_find_change_set", _by_stack_id)


def _by_stack_id(find: Find) -> Find:
    def find_change_set(name: str, stack: str = "") -> Found:
        if not stack.startswith("arn:"):
            return find(name, stack)
        found = find(name, stack.split("/")[1])
        record = found[1]
        return found if record and record.get("StackId") == stack else (None, None)

    return find_change_set
