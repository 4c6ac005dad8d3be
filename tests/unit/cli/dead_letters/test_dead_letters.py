"""`steward dlq`: dead letters are shown as what they are, and none is lost on its way back."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.tool_environment import REPOSITORY
from steward.domain.modes import Mode
from steward.messages import AccountFacts, ReapWork, Sweep, UnitWork
from steward_cli.dead_letters import redriving
from steward_cli.dead_letters.letters import dead_letter
from tests.factories import NOW
from tests.unit.cli.hub_stack import HubStack, hub_stack
from tests.unit.cli.running import steward

ACCOUNT = AccountFacts(account_id="222222222222")
SWEEP = Sweep(
    sweep_id="sweep-1",
    swept_at=NOW,
    policy="0123456789ab",
    mode=Mode.REAP,
    most_reaps=5,
    most_reaps_per_account=5,
)
WORK = UnitWork(sweep=SWEEP, account=ACCOUNT, region="eu-west-1", scope_since=NOW)
STACK = "arn:aws:cloudformation:eu-west-1:222222222222:stack/feat-a/0a1b"
REAP = ReapWork(sweep=SWEEP, account=ACCOUNT, region="eu-west-1", stack_id=STACK, generation=1)
PLANNER = "arn:aws:lambda:eu-west-1:123456789012:function:planner:live"
EVENT = json.loads((REPOSITORY / "events" / "stack_status_change.json").read_text())
ENVELOPE = {
    "version": "1.0",
    "requestContext": {"functionArn": PLANNER, "condition": "RetriesExhausted"},
    "requestPayload": {"detail-type": "Scheduled Event", "time": "2026-11-23T09:00:00Z"},
    "responsePayload": {"errorMessage": "no ledger"},
}


@pytest.fixture
def hub() -> Iterator[HubStack]:
    with mock_aws():
        sqs = boto3.client("sqs")
        fifo: Any = {"QueueName": "reaps-dead.fifo", "Attributes": {"FifoQueue": "true"}}
        made = {
            "UnitsDeadLetterQueueUrl": sqs.create_queue(QueueName="units-dead")["QueueUrl"],
            "ScheduleDeadLetterQueueUrl": sqs.create_queue(QueueName="schedule-dead")["QueueUrl"],
            "ReapsDeadLetterQueueUrl": sqs.create_queue(**fifo)["QueueUrl"],
        }
        made |= {
            "UnitsQueueUrl": source(sqs, "units", made["UnitsDeadLetterQueueUrl"], {}),
            "ReapsQueueUrl": source(
                sqs, "reaps.fifo", made["ReapsDeadLetterQueueUrl"], {"FifoQueue": "true"}
            ),
        }
        yield hub_stack(made)


def source(sqs: Any, name: str, dead_url: str, attributes: dict[str, str]) -> str:
    arn = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]
    redrive = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 3})
    made = sqs.create_queue(QueueName=name, Attributes=attributes | {"RedrivePolicy": redrive})
    url: str = made["QueueUrl"]
    return url


def bodies(hub: HubStack, output: str) -> list[str]:
    got = hub.client("sqs").receive_message(
        QueueUrl=hub.outputs[output], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [each["Body"] for each in got.get("Messages", [])]


def put(hub: HubStack, output: str, body: str, **more: Any) -> str:
    sent = hub.client("sqs").send_message(QueueUrl=hub.outputs[output], MessageBody=body, **more)
    message: str = sent["MessageId"]
    return message


@pytest.mark.parametrize(
    ("body", "about"),
    [
        pytest.param(
            WORK.model_dump_json(), "sweep 222222222222/eu-west-1 (sweep sweep-1)", id="unit"
        ),
        pytest.param(REAP.model_dump_json(), f"delete {STACK} (sweep sweep-1)", id="reap"),
        pytest.param(
            json.dumps(ENVELOPE), "Scheduled Event of 2026-11-23T09:00:00Z in ?/?", id="envelope"
        ),
        pytest.param("{", "cannot be read: {", id="no-json"),
        pytest.param("[]", "cannot be read: []", id="no-object"),
        pytest.param(
            WORK.model_dump_json().replace("sweep_id", "swept_id"), "cannot be read: ", id="a-typo"
        ),
    ],
)
def test_a_letter_says_what_it_asks_for(body: str, about: str) -> None:
    assert dead_letter({"Body": body}, "").about.startswith(about)


def test_an_event_names_its_stack_and_place() -> None:
    about = dead_letter({"Body": json.dumps(EVENT)}, "").about
    assert EVENT["detail"]["stack-id"] in about
    assert f"{EVENT['account']}/{EVENT['region']}" in about


def test_nothing_to_list_is_good_news(hub: HubStack) -> None:
    answer = steward("dlq", "list")
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "no dead letter anywhere"), hub


def test_listing_takes_nothing_out(hub: HubStack) -> None:
    put(hub, "UnitsDeadLetterQueueUrl", WORK.model_dump_json())
    for _ in range(2):
        answer = steward("dlq", "list", "units")
        assert answer.code == 1
        assert "sweep 222222222222/eu-west-1" in answer.out
        assert "goes to: units" in answer.out
    assert bodies(hub, "UnitsDeadLetterQueueUrl") == [WORK.model_dump_json()]


def test_more_than_one_receive_is_read(hub: HubStack) -> None:
    for _ in range(25):
        put(hub, "UnitsDeadLetterQueueUrl", WORK.model_dump_json())
    (queue,) = json.loads(steward("dlq", "list", "units", "--json").out)["queues"]
    assert len({letter["message_id"] for letter in queue["letters"]}) == 25


def test_all_go_back_to_their_queue(hub: HubStack) -> None:
    put(hub, "UnitsDeadLetterQueueUrl", WORK.model_dump_json())
    answer = steward("dlq", "redrive", "units", "--all", "--yes")
    assert answer.code == 0
    assert bodies(hub, "UnitsQueueUrl") == [WORK.model_dump_json()]
    assert bodies(hub, "UnitsDeadLetterQueueUrl") == []


def test_one_goes_and_the_others_stay(hub: HubStack) -> None:
    put(hub, "UnitsDeadLetterQueueUrl", "first")
    second = put(hub, "UnitsDeadLetterQueueUrl", "second")
    assert steward("dlq", "redrive", "units", "--message", second, "--yes").code == 0
    assert bodies(hub, "UnitsQueueUrl") == ["second"]
    assert bodies(hub, "UnitsDeadLetterQueueUrl") == ["first"]


def test_a_delete_keeps_its_place_in_its_accounts_order(hub: HubStack) -> None:
    order = {"MessageGroupId": "222222222222", "MessageDeduplicationId": "once"}
    put(hub, "ReapsDeadLetterQueueUrl", REAP.model_dump_json(), **order)
    assert steward("dlq", "redrive", "reaps", "--all", "--yes").code == 0
    got = hub.client("sqs").receive_message(
        QueueUrl=hub.outputs["ReapsQueueUrl"], AttributeNames=["All"]
    )["Messages"]
    assert got[0]["Attributes"]["MessageGroupId"] == "222222222222"


def test_a_dry_run_sends_nothing(hub: HubStack) -> None:
    put(hub, "UnitsDeadLetterQueueUrl", WORK.model_dump_json())
    answer = steward("dlq", "redrive", "units", "--all", "--dry-run")
    assert "would be sent to units" in answer.out
    assert bodies(hub, "UnitsQueueUrl") == []
    assert bodies(hub, "UnitsDeadLetterQueueUrl") == [WORK.model_dump_json()]


def test_what_says_no_target_stays_and_says_so(hub: HubStack) -> None:
    put(hub, "ScheduleDeadLetterQueueUrl", "?")
    answer = steward("dlq", "redrive", "schedule", "--all", "--yes")
    assert answer.code == 1
    assert "it does not say which function it was for" in answer.out
    assert bodies(hub, "ScheduleDeadLetterQueueUrl") == ["?"]


def test_a_functions_event_goes_to_the_function(
    hub: HubStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(hub, "ScheduleDeadLetterQueueUrl", json.dumps(ENVELOPE))
    asked: list[Any] = []
    send = redriving._send

    def note(sqs: Any, _functions: Any, letter: Any) -> None:
        asked.append((letter.route.function, json.loads(letter.route.payload)))
        if not letter.route.function:
            send(sqs, _functions, letter)

    monkeypatch.setattr(redriving, "_send", note)
    assert "failed: RetriesExhausted: no ledger" in steward("dlq", "list", "schedule").out
    assert steward("dlq", "redrive", "schedule", "--all", "--yes").code == 0
    assert asked == [(PLANNER, ENVELOPE["requestPayload"])]


def test_an_undelivered_event_goes_to_its_target() -> None:
    attributes: Any = {
        "TARGET_ARN": {"StringValue": PLANNER, "DataType": "String"},
        "ERROR_CODE": {"StringValue": "NO_PERMISSIONS", "DataType": "String"},
        "ERROR_MESSAGE": {"StringValue": "not allowed", "DataType": "String"},
    }
    letter = dead_letter({"Body": json.dumps(EVENT), "MessageAttributes": attributes}, "")
    assert (letter.route.function, json.loads(letter.route.payload)) == (PLANNER, EVENT)
    assert letter.why == "NO_PERMISSIONS: not allowed"


def test_what_cannot_be_sent_is_not_deleted(hub: HubStack, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        error: Any = {"Error": {"Code": "AccessDenied", "Message": "no"}}
        raise ClientError(error, "SendMessage")

    monkeypatch.setattr(redriving, "_send", refuse)
    put(hub, "UnitsDeadLetterQueueUrl", "x")
    answer = steward("dlq", "redrive", "units", "--all", "--yes")
    assert answer.code == 1
    assert "AccessDenied: no" in answer.out
    assert bodies(hub, "UnitsDeadLetterQueueUrl") == ["x"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["units"], "give --message ID or --all", id="nothing-chosen"),
        pytest.param(["units", "--all", "--message", "a"], "not both", id="both"),
        pytest.param(["nowhere", "--all", "--yes"], "known: reaps, schedule, units", id="no-queue"),
        pytest.param(["units", "--message", "gone", "--yes"], "no such message: gone", id="gone"),
        pytest.param(["units", "--all"], "give --yes", id="nobody-to-ask"),
    ],
)
def test_a_wrong_call_moves_nothing(hub: HubStack, arguments: list[str], complaint: str) -> None:
    put(hub, "UnitsDeadLetterQueueUrl", "x")
    answer = steward("dlq", "redrive", *arguments)
    assert answer.code == 2
    assert complaint in answer.err
    assert bodies(hub, "UnitsDeadLetterQueueUrl") == ["x"]
