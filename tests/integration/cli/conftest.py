"""A small organization under IAM enforcement, with a hub, for an operator who may only read.

`alpha-dev` and `shop-prod` have the operator's role, `beta-dev` has none. The tests only read, so
one organization serves them all.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader

from local.emulator import Emulator
from steward_cli import connection
from tests.integration.cli.world import World, build_world
from tests.unit.cli.running import Answer, steward

# One for all runs: each would otherwise parse the same service models again.
LOADER = Loader()


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    with Emulator(enforce_iam=True) as emulator:
        yield build_world(emulator)


class Calls(list[str]):
    """Every AWS call that left the process, by operation name."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    seen = Calls()

    class WatchedSession(connection.EndpointSession):
        def __init__(self, profile: str | None, endpoint: str | None) -> None:
            super().__init__(profile, endpoint)
            self.register_component("data_loader", LOADER)
            self.register("before-call", self._note)

        def _note(self, **event: Any) -> None:
            seen.append(event["model"].name)

    monkeypatch.setattr(connection, "EndpointSession", WatchedSession)
    return seen


class Operator:
    """Calls the command with the hub's credentials against the small organization."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, *arguments: str) -> Answer:
        return steward(*arguments, "--endpoint", self.world.endpoint)


@pytest.fixture
def operator(world: World, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Operator:
    assert calls == []
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.hub)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "embedded")
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    return Operator(world)
