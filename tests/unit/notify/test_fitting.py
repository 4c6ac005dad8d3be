"""Messages larger than SNS takes: cut, counted, and as large as they may be."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.aws.topics import LARGEST, Publication
from steward.notify.attributes import attributes_of
from steward.notify.fitting import LONGEST_TEXT, LONGEST_WHY, fitted
from steward.notify.message import NoticeMessage
from steward.notify.topic_mail import topic_mail
from tests.unit.notify.messages import deleted_message, stage_message

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/notice.schema.json"
RESOURCE = "Uploads (AWS::S3::Bucket) feat-uploads-" + "x" * 60
MANY = tuple(f"{RESOURCE}{number}" for number in range(5000))
# What a character can cost at most: one that JSON escapes is escaped again by the structure.
COSTLY = st.sampled_from(["\x01", "\N{PARTY POPPER}", '"', "\\", "x"])


def size(message: NoticeMessage) -> int:
    owner = max(message.owners, key=len, default="")
    attributes = attributes_of(message, owner)
    body, mail = message.model_dump_json(), topic_mail(message)
    return Publication(message.title, body, mail, attributes).size


def fits(message: NoticeMessage) -> bool:
    return size(message) <= LARGEST


def test_a_message_that_fits_is_left_as_it_is() -> None:
    message = stage_message(reason="x" * 50_000)
    assert fitted(message, fits) is message
    assert message.truncated == {}


def test_thousands_of_resources_are_cut_to_what_fits_and_counted() -> None:
    message = fitted(deleted_message(*MANY), fits)
    kept = len(message.left_behind)
    assert message.left_behind == MANY[:kept]
    assert message.truncated == {"left_behind": len(MANY) - kept}
    assert LARGEST - 2 * len(RESOURCE) < size(message) <= LARGEST
    assert f"and {len(MANY) - 100} more" in topic_mail(message)


def test_a_cut_message_keeps_to_the_schema() -> None:
    body = json.loads(fitted(deleted_message(*MANY), fits).model_dump_json())
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))


def test_long_texts_are_cut_before_what_was_left_behind() -> None:
    whole = deleted_message("Uploads", reason="x" * 200_000, not_told={"a@example.com": "y" * 600})
    message = fitted(whole, fits)
    assert message.left_behind == ("Uploads",)
    assert message.not_told == {"a@example.com": "y" * LONGEST_WHY}
    assert message.truncated == {"reason": 200_000 - LONGEST_TEXT, "not_told": 600 - LONGEST_WHY}


@pytest.mark.parametrize("field", ["reason", "blocker", "warning", "owner_source"])
def test_each_long_text_is_cut_and_counted(field: str) -> None:
    message = fitted(stage_message(**{field: "x" * 200_000}), fits)
    assert len(getattr(message, field)) == LONGEST_TEXT
    assert message.truncated == {field: 200_000 - LONGEST_TEXT}


@given(character=COSTLY, length=st.integers(1, 60_000), entries=st.integers(0, 300))
def test_whatever_is_in_it_a_message_fits(character: str, length: int, entries: int) -> None:
    text = character * length
    addresses = [f"{index}{character * 250}" for index in range(10)]
    message = deleted_message(
        *[character * 1000] * entries,
        reason=text,
        blocker=text,
        warning=text,
        owner_source=text,
        team=character * 256,
        owners=tuple(addresses),
        told=(),
        not_told=dict.fromkeys(addresses, text),
    )
    assert fits(fitted(message, fits))
