"""Fills the embedded organization with the stacks of a scenario, each at its own age."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from local import stack_operations
from local.developers import as_developer
from local.emulator_control import EmulatorControl
from local.organization import Organization
from local.scenario_model import SeededStack, Update
from local.seed_templates import prepare_unit, stack_parameters, template_body
from local.stack_operations import Deployment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True)
class _Step:
    """A creation (`update` is None) or an update; `depth`: how many stacks it builds on."""

    age: timedelta
    depth: int
    stack: SeededStack
    update: Update | None = None


def seed(
    organization: Organization,
    control: EmulatorControl,
    stacks: Iterable[SeededStack],
    day_zero: datetime,
) -> dict[str, str]:
    """Create every stack as of `day_zero`; returns StackIds by key.

    Oldest first, what is equally old at the same time. Leaves the clock at `day_zero`.
    """
    planned = tuple(stacks)
    stack_ids: dict[str, str] = {}
    for stack in planned:
        prepare_unit(organization, stack)
    with ThreadPoolExecutor(stack_operations.THREADS) as threads:
        for age, steps in _waves(planned):
            control.travel_to(day_zero - age)

            def carry_out(step: _Step) -> tuple[str, str]:
                return step.stack.key, _carry_out(organization, step, stack_ids, day_zero)

            stack_ids.update(threads.map(carry_out, steps))
    control.travel_to(day_zero)
    return stack_ids


def all_tags(stack: SeededStack, day_zero: datetime) -> dict[str, str]:
    """The stack's tags, with the instant that its `expires_in` means."""
    return dict(stack.tags) | expiry_tag(stack.expires_in, day_zero)


def expiry_tag(expires_in: timedelta | None, day_zero: datetime) -> dict[str, str]:
    if expires_in is None:
        return {}
    return {"expires-at": (day_zero + expires_in).isoformat(timespec="seconds")}


def deployment_of(
    organization: Organization, stack: SeededStack, tags: Mapping[str, str]
) -> Deployment:
    return Deployment(
        name=stack.name,
        template=template_body(stack.template),
        parameters=stack_parameters(organization, stack),
        tags=tags,
        protected=stack.protected,
    )


def cloudformation(organization: Organization, stack: SeededStack) -> "CloudFormationClient":
    return organization.session(stack.account, stack.region).client("cloudformation")


def _creator(organization: Organization, stack: SeededStack) -> "CloudFormationClient":
    if not stack.created_by:
        return cloudformation(organization, stack)
    session = as_developer(organization, stack.account, stack.region, stack.created_by)
    return session.client("cloudformation")


def _waves(stacks: tuple[SeededStack, ...]) -> Iterator[tuple[timedelta, list[_Step]]]:
    by_key = {stack.key: stack for stack in stacks}
    steps = [_Step(stack.age, _depth(stack, by_key), stack) for stack in stacks]
    steps += [_Step(update.age, 0, stack, update) for stack in stacks for update in stack.updates]
    for age, depth in sorted({(step.age, step.depth) for step in steps}, key=_oldest_first):
        yield age, [step for step in steps if (step.age, step.depth) == (age, depth)]


def _oldest_first(wave: tuple[timedelta, int]) -> tuple[timedelta, int]:
    age, depth = wave
    return -age, depth


def _depth(stack: SeededStack, by_key: Mapping[str, SeededStack]) -> int:
    return max((1 + _depth(by_key[key], by_key) for key in stack.needs), default=0)


def _carry_out(
    organization: Organization, step: _Step, stack_ids: Mapping[str, str], day_zero: datetime
) -> str:
    client = cloudformation(organization, step.stack)
    if step.update is None:
        tags = all_tags(step.stack, day_zero)
        deployment = deployment_of(organization, step.stack, tags)
        creator = _creator(organization, step.stack)
        return stack_operations.create(creator, deployment, step.stack.settles_as)
    stack_id = stack_ids[step.stack.key]
    update = step.update
    stack_operations.update(client, stack_id, update.settles_as, update.parameters, update.tags)
    return stack_id
