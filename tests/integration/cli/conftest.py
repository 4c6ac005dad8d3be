"""A small organization under IAM enforcement, with a hub, for an operator who may only read.

`alpha-dev` and `shop-prod` have the operator's role, `beta-dev` has none. The tests only read, so
one organization serves them all.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.loaders import Loader
from botocore.response import StreamingBody

from local.emulator import Emulator
from steward_cli import connection
from tests.integration.cli.runtimes_hub import ReportingHub, reporting_hub
from tests.integration.cli.world import TABLE, World, build_world
from tests.unit.cli.running import Answer, steward

# One for all runs: each would otherwise parse the same service models again.
LOADER = Loader()


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    with Emulator(enforce_iam=True) as emulator:
        yield build_world(emulator)


class Calls(list[str]):
    """Every AWS call that left the process, by operation name. `function` answers for Lambda.

    `parameters` are those of each call of an operation, as they went over the wire.
    """

    function: Callable[[Any], Any] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.parameters: defaultdict[str, list[Any]] = defaultdict(list)

    def note(self, **event: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        name = event["model"].name
        self.append(name)
        self.parameters[name].append(event["params"])
        if self.function is None or name != "Invoke":
            return None
        payload = json.dumps(self.function(json.loads(event["params"]["body"]))).encode()
        answer = {"StatusCode": 200, "Payload": StreamingBody(BytesIO(payload), len(payload))}
        return AWSResponse("http://lambda", 200, HTTPHeaders(), None), answer


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    seen = Calls()
    on_call: Callable[..., Any] = seen.note

    class WatchedSession(connection.EndpointSession):
        def __init__(self, profile: str | None, endpoint: str | None) -> None:
            super().__init__(profile, endpoint)
            self.register_component("data_loader", LOADER)
            self.register("before-call", on_call)

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


@pytest.fixture
def hub(
    operator: Operator, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ReportingHub]:
    """The hub without any report, at a moment that stands still."""
    made = reporting_hub(operator.world, calls, monkeypatch)
    yield made
    made.clear()


@pytest.fixture
def ledger_put_back(world: World) -> Iterator[None]:
    """The organization is shared, so what a test writes is undone."""
    client, before = world.ledger.client, world.dump()
    yield
    for item in world.dump():
        client.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in before:
        client.put_item(TableName=TABLE, Item=item)
