"""What owners do while the scenario runs: deploy again, redeploy under the same name, delete."""

from datetime import datetime
from typing import assert_never

from local import stack_operations
from local.organization import Organization
from local.scenario_model import ActionKind, OwnerAction, SeededStack
from local.seeds import all_tags, cloudformation, deployment_of, expiry_tag


def act(
    organization: Organization,
    stack: SeededStack,
    stack_id: str,
    action: OwnerAction,
    day_zero: datetime,
) -> str:
    """Carry out the action at the present simulated time; returns the StackId that lives after it.

    After DELETE that is the deleted stack's own id.
    """
    client = cloudformation(organization, stack)
    added = dict(action.tags) | expiry_tag(action.expires_in, day_zero)
    match action.kind:
        case ActionKind.DEPLOY:
            stack_operations.update(client, stack_id, tags=added)
            return stack_id
        case ActionKind.REDEPLOY:
            stack_operations.delete(client, stack_id)
            tags = all_tags(stack, day_zero) | added
            successor = deployment_of(organization, stack, tags)
            return stack_operations.create(client, successor, stack.settles_as)
        case ActionKind.DELETE:
            stack_operations.delete(client, stack_id)
            return stack_id
        case ActionKind.EXTEND | ActionKind.KEEP:
            raise ValueError(f"{stack.name}: {action.kind} is done at the page, not by a deploy")
        case _:
            assert_never(action.kind)
