"""Queues that feed functions."""

import time
from typing import Any

import pytest

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from tests.e2e.known_lies.making import MEMBER, a_stack

pytestmark = pytest.mark.e2e


LOGGED_WITHIN_SECONDS = 10.0


QUEUE_WITH_A_FUNCTION: dict[str, Any] = {
    "Parameters": {"Most": {"Type": "Number"}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.answer",
                "Role": f"arn:aws:iam::{MEMBER}:role/any",
                "Code": {"ZipFile": "def answer(event, context):\n    return {}\n"},
            },
        },
        "Source": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
                "ScalingConfig": {"MaximumConcurrency": {"Ref": "Most"}},
            },
        },
    },
}


def test_a_concurrency_from_a_parameter_breaks_the_queue() -> None:
    """AWS: the text of a Number parameter becomes a number. Hence the Mappings of template.yaml."""
    with Emulator() as of_its_own:  # the queues of every account would stand still
        session = EmulatedSession(of_its_own.endpoint, MEMBER)
        stack_id = a_stack(session.client("cloudformation"), QUEUE_WITH_A_FUNCTION, Most="5")
        url = session.client("cloudformation").describe_stack_resource(
            StackName=stack_id, LogicalResourceId="Queue"
        )["StackResourceDetail"]["PhysicalResourceId"]
        session.client("sqs").send_message(QueueUrl=url, MessageBody="never received")
        await_in_log(of_its_own, "ESM SQS poller error")
        attributes = session.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        assert attributes["ApproximateNumberOfMessages"] == "1"


def await_in_log(running: Emulator, words: str) -> None:
    deadline = time.monotonic() + LOGGED_WITHIN_SECONDS
    while words not in (log := running.log.read_text()):
        assert time.monotonic() < deadline, f"{words!r} is not in the log:\n{log}"
