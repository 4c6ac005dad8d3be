"""A deleted stack can be described by its StackId, also after its name was used again.

AWS keeps deleted stacks for 90 days ("DescribeStacks": for deleted stacks the StackId must be
given). ministack keeps stacks by name, so that a new stack of the same name would replace the
deleted one. Here a deleted stack is kept under its StackId instead.
"""

from collections.abc import Callable
from typing import Any

from local.emulator_server.clock import CLOUDFORMATION
from local.emulator_server.journal import RECORDING_MODULES
from local.emulator_server.pinned import private, replace


def install() -> None:
    replace(RECORDING_MODULES, "_add_event", _burying)


def _burying(add_event: Callable[..., None]) -> Callable[..., None]:
    stacks = private(CLOUDFORMATION, "_stacks")

    def add_and_bury(
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        *rest: Any,
        **named: Any,
    ) -> None:
        add_event(stack_id, stack_name, logical_id, resource_type, status, *rest, **named)
        deleted = status == "DELETE_COMPLETE" and logical_id == stack_name
        record = stacks.get(stack_name)
        if deleted and record is not None and record["StackId"] == stack_id:
            stacks[stack_id] = stacks.pop(stack_name)

    return add_and_bury
