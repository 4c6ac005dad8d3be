"""An event that speaks of another unit than EventBridge says it is from changes nothing."""

from typing import Any

import pytest

from functions.lease_events import app
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.samples import sample

STATUS = sample("stack_status_change")
CREATION = sample("create_stack")
NAMED = "arn:aws:cloudformation:{}:{}:stack/feat-checkout/7a1f7c60-1620-11f1-9b0a-0a58a9feac02"


@pytest.fixture
def events(hub: Hub) -> Function:
    return hub.function(app)


def forged(event: dict[str, Any], stack_id: str) -> dict[str, Any]:
    if event is STATUS:
        return event | {"detail": event["detail"] | {"stack-id": stack_id}}
    return event | {"detail": event["detail"] | {"responseElements": {"stackId": stack_id}}}


@pytest.mark.parametrize("event", [STATUS, CREATION], ids=["status", "creation"])
@pytest.mark.parametrize(
    "stack_id",
    [NAMED.format("eu-west-1", "333333333333"), NAMED.format("us-east-1", "222222222222")],
    ids=["another account", "another region"],
)
def test_a_member_speaks_of_itself_only(
    hub: Hub, events: Function, event: dict[str, Any], stack_id: str
) -> None:
    hub.members.add("feat-checkout", StackId=stack_id)
    answer = events(forged(event, stack_id))
    assert "names a stack elsewhere" in answer["outcome"]
    assert hub.exchange.writes == []


@pytest.mark.parametrize("event", [STATUS, CREATION], ids=["status", "creation"])
def test_its_own_stacks_are_followed(hub: Hub, events: Function, event: dict[str, Any]) -> None:
    hub.members.add("feat-checkout", StackId=NAMED.format("eu-west-1", "222222222222"))
    answer = events(event)
    assert "names a stack elsewhere" not in answer["outcome"]
