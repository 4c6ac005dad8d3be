"""News and looks: what is asked of EventBridge and SQS, and which answer is a refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.aws.guard_queue import send_look
from steward.aws.unit_events import NotSent, send_news
from steward.domain.rollouts.results import Phase, Status
from steward.messages import GuardLook
from tests.unit.aws.scripted import Scripted

ID = "d-A1B2C3D4E"
TAKEN = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
LOOK = GuardLook(deployment_id=ID, since=datetime(2026, 11, 23, tzinfo=UTC))


def news(**detail: str) -> dict[str, Any]:
    entry = {"Source": "steward.rollouts", "DetailType": "Steward Rollout News"}
    return {"Entries": [entry | {"Detail": json.dumps({"deploymentId": ID} | detail)}]}


def test_news_name_the_deployment_and_what_happened() -> None:
    aws = Scripted("events")
    aws.answers("put_events", TAKEN, news(what="reconciliation"))
    aws.answers("put_events", TAKEN, news(what="verdict", phase="pre", status="Failed"))
    with aws:
        send_news(aws.client, ID, "reconciliation")
        send_news(aws.client, ID, "verdict", Phase.PRE, Status.FAILED)


def test_an_event_that_is_refused_in_an_answer_was_not_sent() -> None:
    """PutEvents answers 200 all the same."""
    aws = Scripted("events")
    refused = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
    aws.answers("put_events", {"FailedEntryCount": 1, "Entries": [refused]})
    with aws, pytest.raises(NotSent, match=f"{ID}: ThrottlingException slow down"):
        send_news(aws.client, ID, "guard")


def test_a_denied_event_names_the_template() -> None:
    aws = Scripted("events").refuses("put_events", "AccessDeniedException")
    with aws, pytest.raises(NotAllowed, match="members/hooks"):
        send_news(aws.client, ID, "guard")


@pytest.mark.parametrize(("asked", "delay"), [(60, 60), (901, 900), (-1, 0)])
def test_a_look_is_held_back_as_long_as_sqs_can(asked: int, delay: int) -> None:
    aws = Scripted("sqs")
    expected = {"QueueUrl": "q", "MessageBody": LOOK.model_dump_json(), "DelaySeconds": delay}
    with aws.answers("send_message", {"MessageId": "1"}, expected):
        send_look(aws.client, "q", LOOK, asked)
