"""The sample events have the shapes of their triggers and carry messages that we accept."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from steward.domain.policy import Policy
from steward.messages import Message, ReapWork, UnitWork
from tests.template.documents import ROOT


def _event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((Path(ROOT) / "events" / name).read_text())
    return loaded


@pytest.mark.parametrize(
    ("name", "message"), [("sqs_unit.json", UnitWork), ("sqs_reap.json", ReapWork)]
)
def test_a_queued_message_is_one_of_ours(name: str, message: type[Message]) -> None:
    (record,) = _event(name)["Records"]
    assert message.model_validate_json(record["body"])
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()


def test_a_reap_waits_behind_others_of_its_account() -> None:
    (record,) = _event("sqs_reap.json")["Records"]
    work = ReapWork.model_validate_json(record["body"])
    assert record["eventSourceARN"].endswith(".fifo")
    assert record["attributes"]["MessageGroupId"] == work.account.account_id


def test_the_validators_policy_is_a_valid_policy() -> None:
    content = base64.b64decode(_event("appconfig_validator.json")["content"], validate=True)
    assert Policy.model_validate_json(content).version == 1


def test_a_schedule_says_when() -> None:
    event = _event("schedule.json")
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert event["time"] == "2026-11-23T08:00:00Z"
