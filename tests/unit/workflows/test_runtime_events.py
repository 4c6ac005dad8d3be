"""What an event of AWS Health says, read from texts that may be anything."""

from datetime import UTC, datetime
from typing import Any

import pytest

from steward.messages import ScanRequest
from steward.workflows.runtimes.events import HealthEvent, NotForUs, Scheduled, trigger_of
from tests.integration.functions.samples import sample


def health(**changes: Any) -> HealthEvent:
    event = sample("health_event")
    event["detail"] |= changes
    read = trigger_of(event)
    assert isinstance(read, HealthEvent)
    return read


def test_the_sample_is_read() -> None:
    event = health()
    detail = event.detail
    assert event.communication == "1234abc01232a4012345678"
    assert event.place == "222222222222/eu-west-1"
    assert detail.start_time == datetime(2027, 2, 1, tzinfo=UTC)
    assert (detail.page, detail.total_pages, detail.backup_event) == ("1", "1", False)


@pytest.mark.parametrize(
    ("changes", "communication"),
    [
        pytest.param({"communicationId": "abc-1"}, "abc", id="first-page"),
        pytest.param({"communicationId": "abc-12", "page": "12"}, "abc", id="twelfth-page"),
        pytest.param({"communicationId": "abc-2", "page": 2}, "abc", id="page-as-a-number"),
        pytest.param({"communicationId": "a-b-c", "page": "1"}, "a-b-c", id="no-suffix"),
        pytest.param({"communicationId": "a-1-1"}, "a-1", id="only-the-last-suffix"),
        pytest.param({"communicationId": None}, sample("health_event")["id"], id="none"),
    ],
)
def test_a_communication_is_the_same_on_all_pages(
    changes: dict[str, Any], communication: str
) -> None:
    assert health(**changes).communication == communication


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("Thu, 27 Aug 2026 13:19:03 GMT", (2026, 8, 27, 13, 19, 3), id="gmt"),
        pytest.param("Thu, 27 Aug 2026 13:19:03 -0000", (2026, 8, 27, 13, 19, 3), id="no-zone"),
        pytest.param("Thu, 27 Aug 2026 15:19:03 +0200", (2026, 8, 27, 13, 19, 3), id="offset"),
    ],
)
def test_dates_are_those_of_rfc_1123(written: str, read: tuple[int, ...]) -> None:
    assert health(startTime=written).detail.start_time == datetime(*read, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("written", ["", "soon", None, 12, {"a": 1}])
def test_a_date_that_is_none_keeps_nobody_from_looking(written: object) -> None:
    assert health(startTime=written).detail.start_time is None


@pytest.mark.parametrize(
    ("written", "read"),
    [("true", True), (True, True), ("false", False), ("", False), (None, False)],
)
def test_a_truth_may_be_a_text(written: object, read: bool) -> None:
    assert health(backupEvent=written).detail.backup_event is read


@pytest.mark.parametrize("detail", [None, "text", []], ids=["null", "text", "list"])
def test_details_of_another_shape_are_answered(detail: object) -> None:
    answer = trigger_of(sample("health_event") | {"detail": detail})
    assert isinstance(answer, NotForUs)
    assert "cannot be read" in answer.reason


@pytest.mark.parametrize("source", ["aws.events", "aws.scheduler"])
def test_a_schedule_is_a_rule_or_a_schedule_of_eventbridge(source: str) -> None:
    assert trigger_of(sample("schedule") | {"source": source}) == Scheduled()


def test_a_request_is_read_as_it_is_written() -> None:
    assert trigger_of({"by": " ops ", "live": True}) == ScanRequest(by="ops", live=True)
