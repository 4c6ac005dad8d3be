import json
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.organization import Organization
from local.stack_operations import await_status, delete
from local.status_events import StatusEvents, status_event
from local.tool_environment import REPOSITORY

STACK_ID = "arn:aws:cloudformation:us-east-1:222222222222:stack/feat-a/0f1e2d3c"
RECORD = {
    "stack_id": STACK_ID,
    "status": "DELETE_FAILED",
    "reason": "The following resource(s) failed to delete: [C].",
    "client_request_token": "steward-reap-1",
    "time": "2026-11-02T08:17:34.987Z",
}
SAMPLE: Path = REPOSITORY / "events" / "stack_status_change.json"


def test_an_event_has_the_documented_shape() -> None:
    event = status_event(RECORD)
    event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "CloudFormation Stack Status Change",
        "source": "aws.cloudformation",
        "account": "222222222222",
        "time": "2026-11-02T08:17:34Z",
        "region": "us-east-1",
        "resources": [STACK_ID],
        "detail": {
            "stack-id": STACK_ID,
            "status-details": {
                "status": "DELETE_FAILED",
                "status-reason": "The following resource(s) failed to delete: [C].",
            },
            "client-request-token": "steward-reap-1",
        },
    }


def test_every_event_has_an_id_of_its_own() -> None:
    assert status_event(RECORD)["id"] != status_event(RECORD)["id"]


def test_no_token_no_key() -> None:
    assert (
        "client-request-token" not in status_event(RECORD | {"client_request_token": ""})["detail"]
    )


def test_the_sample_event_has_the_same_keys() -> None:
    sample = json.loads(SAMPLE.read_text())
    event = status_event(RECORD)
    assert sample.keys() == event.keys()
    assert sample["detail"].keys() == event["detail"].keys()
    assert sample["detail"]["status-details"].keys() == event["detail"]["status-details"].keys()


@pytest.mark.parametrize("skips", [False, True], ids=["from-the-start", "from-now"])
def test_each_change_is_taken_once(
    emulator: Emulator, organization: Organization, skips: bool
) -> None:
    name = f"feat-events-{'now' if skips else 'start'}"
    template = json.dumps({"Resources": {"Events": {"Type": "AWS::SNS::Topic"}}})
    client = organization.session("beta-dev", "us-east-1").client("cloudformation")
    stack_id = client.create_stack(StackName=name, TemplateBody=template)["StackId"]
    await_status(client, stack_id, "CREATE_COMPLETE")
    events = StatusEvents(emulator.control)
    if skips:
        events.skip_to_now()
    delete(client, stack_id)
    mine = [
        event["detail"]["status-details"]["status"]
        for event in events.take()
        if event["detail"]["stack-id"] == stack_id
    ]
    born = [] if skips else ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert mine == [*born, "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert events.take() == []
