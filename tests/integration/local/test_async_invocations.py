"""Asynchronous invocations that fail, die, hang or find no room, and who is told of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.emulator import Emulator
from tests.integration.local.rollout_world import ANSWERING, FAILING, RolloutWorld, zipped

ACCOUNT = "510000000006"
HEIR = """
import json
import boto3

def handler(event, context):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="inherited")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
"""
DYING = "import os\ndef handler(event, context): os._exit(1)"
KILLED = "import os, signal\ndef handler(event, context): os.kill(os.getpid(), signal.SIGKILL)"
HANGING = "import time\ndef handler(event, context): time.sleep(60)"
BROKEN = "raise RuntimeError('while importing')"
ONE_ATTEMPT = {"MaximumRetryAttempts": 0}


@pytest.fixture(scope="module")
def built(emulator: Emulator) -> RolloutWorld:
    world = RolloutWorld(emulator, ACCOUNT).build()
    world.session.client("sqs").create_queue(QueueName="inherited")
    world.make_function("heir", HEIR)
    return world


@pytest.fixture
def world(built: RolloutWorld) -> Iterator[RolloutWorld]:
    yield built
    built.control.age_events(1)


def invoke(world: RolloutWorld, name: str, code: str, settings: dict[str, Any], **more: Any) -> str:
    """Asynchronously, with a destination for what fails; returns the function's ARN."""
    world.make_function(name, code, **more)
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function"
    world.functions.put_function_event_invoke_config(
        FunctionName=name,
        Qualifier="$LATEST",
        DestinationConfig={"OnFailure": {"Destination": f"{arn}:heir"}},
        **settings,
    )
    return f"{arn}:{name}"


def send(world: RolloutWorld, name: str) -> None:
    world.functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"order": 7}')


def inherited(world: RolloutWorld, arn: str) -> dict[str, Any]:
    named = f"{arn}:$LATEST"
    return world.news("inherited", lambda each: each["requestContext"]["functionArn"] == named)


@pytest.mark.parametrize(
    ("name", "code", "more"),
    [
        pytest.param("raising", FAILING, {}, id="raises"),
        pytest.param("dying", DYING, {}, id="ends its process"),
        pytest.param("killed", KILLED, {}, id="is killed"),
        pytest.param("hanging", HANGING, {"Timeout": 1}, id="exceeds its time"),
        pytest.param("broken", BROKEN, {}, id="cannot be imported"),
    ],
)
def test_what_fails_without_retries_goes_to_its_destination_at_once(
    world: RolloutWorld, name: str, code: str, more: dict[str, Any]
) -> None:
    arn = invoke(world, name, code, ONE_ATTEMPT, **more)
    send(world, name)
    record = inherited(world, arn)
    assert record["version"] == "1.0"
    assert record["requestPayload"] == {"order": 7}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"]
    assert world.metric("Errors", FunctionName=name) == 1


def test_a_retry_counts(world: RolloutWorld) -> None:
    arn = invoke(world, "retried", FAILING, {"MaximumRetryAttempts": 1})
    send(world, "retried")
    assert inherited(world, arn)["requestContext"]["approximateInvokeCount"] == 2


def test_a_retry_runs_the_code_of_its_time(world: RolloutWorld) -> None:
    """Repaired between the attempts, the second one succeeds."""
    invoke(world, "repaired", FAILING, {"MaximumRetryAttempts": 1})
    send(world, "repaired")
    world.until(lambda: world.metric("Errors", FunctionName="repaired") == 1)
    world.functions.update_function_code(FunctionName="repaired", ZipFile=zipped(ANSWERING))
    world.until(lambda: world.metric("Invocations", FunctionName="repaired") == 2)
    assert world.metric("Errors", FunctionName="repaired") == 1


def test_a_throttled_event_waits_until_it_is_too_old(world: RolloutWorld) -> None:
    world.control.age_events(0.01)
    arn = invoke(world, "full", ANSWERING, ONE_ATTEMPT | {"MaximumEventAgeInSeconds": 60})
    world.functions.put_function_concurrency(FunctionName="full", ReservedConcurrentExecutions=0)
    send(world, "full")
    record = inherited(world, arn)
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    assert world.metric("Invocations", FunctionName="full") == 0
    assert world.metric("Throttles", FunctionName="full") >= 1


def test_a_throttled_event_runs_as_soon_as_there_is_room(world: RolloutWorld) -> None:
    """Throttling is no attempt: without any retry it still gets its one."""
    invoke(world, "crowded", ANSWERING, ONE_ATTEMPT)
    world.functions.put_function_concurrency(FunctionName="crowded", ReservedConcurrentExecutions=0)
    send(world, "crowded")
    world.until(lambda: world.metric("Throttles", FunctionName="crowded") >= 1)
    world.functions.delete_function_concurrency(FunctionName="crowded")
    world.until(lambda: world.metric("Invocations", FunctionName="crowded") == 1)
    assert world.metric("Errors", FunctionName="crowded") == 0


def test_an_alias_has_settings_of_its_own(world: RolloutWorld) -> None:
    """Two retries by default for the function, none for the alias."""
    arn = invoke(world, "aliased", FAILING, {"MaximumRetryAttempts": 2})
    world.functions.create_alias(FunctionName="aliased", Name="live", FunctionVersion="1")
    world.functions.put_function_event_invoke_config(
        FunctionName="aliased",
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={
            "OnFailure": {"Destination": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:heir"}
        },
    )
    world.functions.invoke(FunctionName="aliased", Qualifier="live", InvocationType="Event")
    record = world.news(
        "inherited", lambda each: each["requestContext"]["functionArn"] == f"{arn}:live"
    )
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"]["executedVersion"] == "1"
