"""docs/guide/notices.md describes the message and its attributes as they are."""

import json
from pathlib import Path
from typing import Any

import jsonschema

from steward.notify.attributes import attributes_of
from steward.notify.message import NoticeMessage
from tests.integration.notices.guide import example, rows
from tests.unit.notify.messages import stage_message

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/notice.schema.json"


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


def test_every_attribute_is_described() -> None:
    assert rows("Attributes") == list(attributes_of(stage_message(team="x"), "dev@example.com"))
