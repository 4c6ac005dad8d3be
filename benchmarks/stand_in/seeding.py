"""Fills accounts with stacks, past the API: no client can say when a stack was created."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moto.cloudformation.models import Stack, cloudformation_backends
from moto.cloudformation.utils import generate_stack_id

TEMPLATE = """
Description: A service of one developer
Resources:
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
"""


@dataclass(frozen=True, slots=True)
class Stacks:
    """What each unit gets: `feature_stacks` named feat-..., the rest of `stacks` svc-...."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    stacks: int
    feature_stacks: int
    age_seconds: float


def replace_stacks(wanted: Stacks) -> int:
    """Give every unit fresh stacks in place of those it has; return how many there are now."""
    created_at = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=wanted.age_seconds)
    for account in wanted.accounts:
        for region in wanted.regions:
            _fill(account, region, _names(wanted), created_at)
    return len(wanted.accounts) * len(wanted.regions) * wanted.stacks


def _names(wanted: Stacks) -> Iterable[str]:
    for number in range(wanted.stacks):
        kind = "feat" if number < wanted.feature_stacks else "svc"
        yield f"{kind}-orders-{number:05d}"


def _fill(account: str, region: str, names: Iterable[str], created_at: datetime) -> None:
    backend = cloudformation_backends[account][region]
    backend.stacks.clear()
    for name in names:
        stack = Stack(  # type: ignore[abstract]  # As create_stack of the same module does.
            generate_stack_id(name, region, account),
            name,
            TEMPLATE,
            parameters={},
            account_id=account,
            region_name=region,
            tags={"owner": "dev@example.com", "team": "orders", "service": "orders"},
        )
        stack.create_resources()
        # As created it would be of now, and nothing here would be old enough to mark.
        stack.creation_time = created_at
        backend.stacks[stack.stack_id] = stack
