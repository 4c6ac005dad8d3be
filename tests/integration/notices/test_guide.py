"""docs/guide/notices.md describes the message and its attributes as they are."""

import json
from pathlib import Path
from typing import Any

import jsonschema

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.records import CaughtBy
from steward.domain.rollouts.results import Phase
from steward.notify.attributes import attributes_of
from steward.notify.message import NoticeMessage
from steward.notify.rollouts.message import rollout_message
from steward.notify.runtimes.message import runtime_message
from tests.factories import NOW, make_policy
from tests.integration.notices.guide import example, part, rows
from tests.rollout_records import make_rollout_notice
from tests.unit.notify.messages import stage_message
from tests.unit.notify.runtime_examples import runtime_row

_DATA = Path(__file__).parents[3] / "layers/steward/steward/data"
SCHEMA = _DATA / "notice.schema.json"
RUNTIME_SCHEMA = _DATA / "runtime_notice.schema.json"
ROLLOUT_SCHEMA = _DATA / "rollout_notice.schema.json"
POLICY = make_policy(
    owners={"contacts": {"payments": "dev@example.com"}, "fallback": "platform@example.com"}
)


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text())
    return loaded


def test_every_field_is_described() -> None:
    assert sorted(rows("The message")) == sorted(schema()["properties"])


def test_the_example_is_a_message_that_could_be_sent() -> None:
    body = json.loads(example("json message"))
    jsonschema.validate(body, schema())
    message = NoticeMessage.model_validate(body)
    assert message.id.startswith(message.lease_id)
    assert list(body) == list(json.loads(stage_message().model_dump_json()))


def runtime_schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(RUNTIME_SCHEMA.read_text())
    return loaded


def test_every_field_of_a_runtimes_message_is_described() -> None:
    assert sorted(rows("The message of a runtime")) == sorted(runtime_schema()["properties"])


def test_the_example_of_a_runtime_is_a_message_that_is_sent() -> None:
    body = json.loads(example("json runtime-message"))
    jsonschema.validate(body, runtime_schema())
    sent = runtime_message(runtime_row(), ("dev@example.com",), {}, POLICY, NOW)
    assert body == json.loads(sent.model_dump_json())


def rollout_schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(ROLLOUT_SCHEMA.read_text())
    return loaded


def test_every_field_of_a_rollouts_message_is_described() -> None:
    assert sorted(rows("The message of a rollout")) == sorted(rollout_schema()["properties"])


def test_the_example_of_a_rollout_is_a_message_that_is_sent() -> None:
    body = json.loads(example("json rollout-message"))
    jsonschema.validate(body, rollout_schema())
    sent = rollout_message(make_rollout_notice(), "", ("dev@example.com",), {}, POLICY, NOW)
    assert body == json.loads(sent.model_dump_json())


def test_every_event_and_catcher_of_a_rollout_is_described() -> None:
    chapter = part("The message of a rollout")
    for each in (*Told, *CaughtBy, *Phase):
        assert f"`{each}`" in chapter


def test_every_attribute_is_described() -> None:
    assert rows("Attributes") == list(attributes_of(stage_message(team="x"), "dev@example.com"))
