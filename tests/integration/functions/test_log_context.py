"""Every line of a unit's work says whose it is, and no line says so of another's work."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from steward.domain.stacks import Unit
from steward.observability import WORK_KEYS, logger, name_work, piece_of_work
from tests.factories import UNIT
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.samples import queued, unit_work

VIRGINIA = Unit(UNIT.account_id, "us-east-1")


@pytest.fixture
def log() -> Iterator[StringIO]:
    stream = StringIO()
    former = logger.registered_handler.setStream(stream)  # type: ignore[attr-defined]  # a stream's
    yield stream
    logger.registered_handler.setStream(former)  # type: ignore[attr-defined]


def lines(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def names(line: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(line.get(key) for key in WORK_KEYS)


def test_every_line_of_a_unit_carries_its_sweep_and_place(
    hub: Hub, worker: Function, log: StringIO
) -> None:
    hub.members.add("feat-near")
    hub.members.add("feat-far", VIRGINIA)
    works = (unit_work(), unit_work(region=VIRGINIA.region))
    worker(queued("sqs_unit", *works))
    sweep = works[0].sweep.sweep_id
    swept = [names(line) for line in lines(log) if line["message"] == "unit swept"]
    assert swept == [(sweep, None, u.account_id, u.region) for u in (UNIT, VIRGINIA)]
    assert {line["region"] for line in lines(log)} == {UNIT.region, VIRGINIA.region}


@pytest.mark.usefixtures("hub")
def test_a_record_that_fails_leaves_no_names_to_the_next(worker: Function, log: StringIO) -> None:
    worker(queued("sqs_unit", unit_work(), "{"))
    (poisoned,) = [line for line in lines(log) if line["message"] == "unit not swept"]
    assert names(poisoned) == (None, None, None, None)
    assert poisoned["message_id"] == "1"
    assert "Invalid JSON" in poisoned["exception"]


def scan_in_vain() -> None:
    with piece_of_work("unit not scanned", message_id="7"):
        name_work(VIRGINIA, scan_id="20270131T080000Z")
        raise KeyError("gone")


def test_what_fails_a_piece_of_work_is_logged_with_its_names(log: StringIO) -> None:
    with pytest.raises(KeyError, match="gone"):
        scan_in_vain()
    logger.info("next")
    failed, after = lines(log)
    assert names(failed) == (None, "20270131T080000Z", VIRGINIA.account_id, VIRGINIA.region)
    assert failed["message_id"] == "7"
    assert names(after) == (None, None, None, None)
