"""A stack set with its instances and operations, as CloudFormation keeps them."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from local.emulator_server.modelled.organizations import tree

Fields = dict[str, Any]


class Place(NamedTuple):
    account: str
    region: str


@dataclass
class Instance:
    """`status`: CURRENT, OUTDATED or INOPERABLE. `detail`: how its last operation went."""

    place: Place
    unit: str
    overrides: dict[str, str]
    stack_name: str
    stack_id: str = ""
    status: str = "OUTDATED"
    detail: str = "PENDING"
    reason: str = ""
    operation: str = ""

    def went_well(self, stack_id: str) -> None:
        self.stack_id, self.status, self.detail, self.reason = stack_id, "CURRENT", "SUCCEEDED", ""

    def failed(self, reason: str, *, status: str = "OUTDATED", detail: str = "FAILED") -> None:
        self.status, self.detail, self.reason = status, detail, reason


class Result(NamedTuple):
    place: Place
    unit: str
    status: str
    reason: str


@dataclass
class Operation:
    action: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "RUNNING"
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    results: list[Result] = field(default_factory=list)

    def end(self, *, succeeded: bool) -> None:
        self.status = "SUCCEEDED" if succeeded else "FAILED"
        self.ended = datetime.now(UTC)

    @property
    def failures(self) -> list[Result]:
        return [each for each in self.results if each.status == "FAILED"]


@dataclass
class StackSet:
    """`account`, `region`: where it is administered. `properties`: those of its resource type."""

    name: str
    account: str
    region: str
    properties: Fields
    template: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    instances: dict[Place, Instance] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.name}:{self.key}"

    @property
    def arn(self) -> str:
        """ "Stack sets with service-managed permissions are created in the management account"."""
        owner = tree.management_account()
        return f"arn:aws:cloudformation:{self.region}:{owner}:stackset/{self.id}"

    @property
    def deploys_by_itself(self) -> bool:
        return is_true(self.properties.get("AutoDeployment", {}).get("Enabled"))

    @property
    def retains_stacks(self) -> bool:
        deployment = self.properties.get("AutoDeployment", {})
        return is_true(deployment.get("RetainStacksOnAccountRemoval"))


def is_true(value: object) -> bool:
    """Templates hold switches as booleans or as text."""
    return str(value).lower() == "true"


def new_stack_name(stack_set: StackSet) -> str:
    return f"StackSet-{stack_set.name}-{uuid.uuid4()}"
