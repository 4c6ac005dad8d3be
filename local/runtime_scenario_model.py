"""The words of the runtimes scenario: functions, what is known of them, what must be found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from local.emulator_environment import HOME_REGION

WARNING = timedelta(days=180)
REPORTED = timedelta(days=365)


@dataclass(frozen=True)
class Lifetime:
    """The days on which a runtime is deprecated, and blocked for new and for old functions."""

    deprecated: date
    create_block: date
    update_block: date

    def state(self, today: date) -> str:
        """A second opinion on the product's states, from the same words of AWS."""
        reached = [
            (self.update_block, "UPDATE_BLOCKED"),
            (self.create_block, "CREATE_BLOCKED"),
            (self.deprecated, "DEPRECATED"),
            (self.deprecated - WARNING, "DEPRECATING"),
        ]
        return next((state for day, state in reached if day <= today), "SUPPORTED")

    def is_reported(self, today: date) -> bool:
        return self.deprecated - REPORTED <= today


@dataclass(frozen=True)
class SeededFunction:
    """A function of the organization. `runtime`: empty for a container image.

    `published`: runtimes of the versions that were published before it got its present one; the
    alias `live` points at the first of them when `live` is set. `made_for`: the runtimes that its
    layer names; empty without a layer. `pinned`: held at a runtime version by hand. `fixed_to`:
    the runtime that its owner changes it to between the scans. `owner`: who must be named;
    empty where the scenario does not care. `bucket`: the one that does not follow from its dates.
    `recorded_as`: the runtime that Config still shows after it was changed to the present one.
    """

    name: str
    runtime: str
    why: str
    owner: str = ""
    recorded_as: str = ""
    published: tuple[str, ...] = ()
    live: bool = False
    made_for: tuple[str, ...] = ()
    pinned: bool = False
    invocations: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    fixed_to: str = ""
    origin: str = "application"
    bucket: str = ""

    @property
    def parameter(self) -> str:
        """The parameter of its stack's template that holds its runtime."""
        return f"{self.logical_id}Runtime"

    @property
    def logical_id(self) -> str:
        return "".join(part.capitalize() for part in self.name.replace("_", "-").split("-"))


@dataclass(frozen=True)
class FunctionStack:
    """A stack of functions of one team. `covered`: whether Steward can know of them at all."""

    account: str
    name: str
    functions: tuple[SeededFunction, ...]
    region: str = HOME_REGION
    tags: Mapping[str, str] = field(default_factory=dict)
    covered: bool = True

    @property
    def key(self) -> str:
        return f"{self.account}/{self.region}/{self.name}"
