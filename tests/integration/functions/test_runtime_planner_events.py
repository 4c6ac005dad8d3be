"""What starts a scan besides the schedule: events of AWS Health, and an operator."""

import json
from typing import Any

import pytest

from steward.domain.runtimes.inventory import CapabilityName
from steward.domain.stacks import Unit
from tests.integration.functions.cloudformation import HUB
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.runtime_scans import Scans, open_scans, units
from tests.integration.functions.runtime_sources import config_row
from tests.integration.functions.samples import sample

BY = "ops@example.com"


@pytest.fixture
def scans(hub: Hub) -> Scans:
    return open_scans(hub)


def health_event(scans: Scans, **changes: Any) -> dict[str, Any]:
    """The sample's event about the organization's dev account; None leaves a field out."""
    event = sample("health_event")
    detail = event["detail"] | {"affectedAccount": scans.dev} | changes
    event["detail"] = {key: value for key, value in detail.items() if value is not None}
    return event


def request(**fields: Any) -> dict[str, Any]:
    return {"by": BY} | fields


def test_a_health_event_has_its_account_and_region_read_live(scans: Scans) -> None:
    answer = scans.plan(health_event(scans))
    (work,) = scans.works()
    assert work.unit == Unit(scans.dev, "eu-west-1")
    assert (work.live, work.in_config, work.config_parts) == (True, False, 0)
    assert work.scan.full is False
    assert answer["units"] == 1
    assert scans.written(answer["scan_id"]).why == (
        f"AWS Health event 1234abc01232a4012345678 about {scans.dev}/eu-west-1"
    )


def test_a_health_event_is_no_inventory_and_asks_neither_config_nor_health(scans: Scans) -> None:
    answer = scans.plan(health_event(scans))
    services = {call.service for call in scans.hub.exchange.calls}
    assert services.isdisjoint({"config", "health"})
    assert not [key for key in scans.files() if "/seen/" in key]
    for name in (CapabilityName.CONFIG, CapabilityName.HEALTH, CapabilityName.CATALOG):
        capability = scans.capability(answer["scan_id"], name)
        assert (capability.available, "not asked" in capability.reason) == (True, True)
    everything = json.dumps([str(body) for body in scans.contents().values()])
    assert "orders-api" not in everything


def test_what_an_event_names_at_the_top_is_its_receiver_and_is_not_used(scans: Scans) -> None:
    scans.plan(health_event(scans) | {"account": scans.prod, "region": "us-east-1"})
    (work,) = scans.works()
    assert work.unit == Unit(scans.dev, "eu-west-1")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"affectedEntities": None}, id="no-entities"),
        pytest.param({"affectedEntities": "none"}, id="entities-of-another-shape"),
        pytest.param({"page": 1, "totalPages": 1, "backupEvent": False}, id="real-numbers"),
        pytest.param({"startTime": "soon", "lastUpdatedTime": None}, id="no-date"),
        pytest.param({"startTime": "2027-02-01T00:00:00Z"}, id="another-date-format"),
        pytest.param({"statusCode": "imminent", "personas": ["FINANCE"]}, id="unknown-values"),
        pytest.param({"somethingNew": {"deep": [1]}}, id="unknown-field"),
        pytest.param({"eventArn": None, "communicationId": None}, id="no-ids"),
        pytest.param({"eventScopeCode": None, "eventDescription": None}, id="no-description"),
    ],
)
def test_an_event_is_understood_whatever_else_it_says(
    scans: Scans, changes: dict[str, Any]
) -> None:
    scans.plan(health_event(scans, **changes))
    (work,) = scans.works()
    assert work.unit == Unit(scans.dev, "eu-west-1")


def test_an_event_without_a_region_has_all_regions_of_its_account_read(scans: Scans) -> None:
    scans.plan(health_event(scans, eventRegion="global"))
    assert [work.unit for work in scans.works()] == units((scans.dev,))


def test_an_event_about_everybody_is_a_scan_of_everything(scans: Scans) -> None:
    scans.config.rows = [config_row(scans.dev, "eu-west-1", "orders")]
    answer = scans.plan(health_event(scans, affectedAccount=None, eventScopeCode="PUBLIC"))
    works = scans.works()
    assert [work.unit for work in works] == scans.everywhere
    assert all(work.scan.full for work in works)
    assert "about all accounts" in scans.written(answer["scan_id"]).why


@pytest.mark.parametrize(
    "again",
    [
        pytest.param({}, id="delivered-twice"),
        pytest.param({"communicationId": "1234abc01232a4012345678-2", "page": "2"}, id="page-two"),
        pytest.param({"backupEvent": "true"}, id="backup-region"),
    ],
)
def test_what_comes_again_is_looked_into_once(scans: Scans, again: dict[str, Any]) -> None:
    scans.plan(health_event(scans, totalPages="2"))
    scans.works()
    answer = scans.plan(health_event(scans, totalPages="2", **again))
    assert (answer["scan_id"], answer["units"]) == ("", 0)
    assert "looked into before" in answer["reason"]
    assert scans.works() == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"communicationId": "5678-1"}, id="a-reminder"),
        pytest.param({"affectedAccount": "prod"}, id="another-account"),
    ],
)
def test_what_is_new_is_looked_into(scans: Scans, other: dict[str, Any]) -> None:
    changes = {key: scans.prod if value == "prod" else value for key, value in other.items()}
    first = scans.plan(health_event(scans))["scan_id"]
    second = scans.plan(health_event(scans, **changes))["scan_id"]
    assert first != second
    assert len(scans.works()) == 2


def test_an_event_whose_scan_crashed_is_looked_into_when_it_comes_again(scans: Scans) -> None:
    def crash() -> None:
        raise Crash

    scans.hub.exchange.before("SendMessageBatch", crash)
    with pytest.raises(Crash):
        scans.plan(health_event(scans))
    assert scans.works() == []
    answer = scans.plan(health_event(scans))
    assert [work.scan.scan_id for work in scans.works()] == [answer["scan_id"]]
    assert scans.plan(health_event(scans))["units"] == 0


def test_events_of_one_second_are_scans_of_their_own(scans: Scans) -> None:
    ids = {
        scans.plan(health_event(scans, affectedAccount=account_id))["scan_id"]
        for account_id in (scans.dev, scans.prod, HUB)
    }
    assert len(ids) == 3
    assert all(scan_id.startswith("20261123T080000Z-") for scan_id in ids)
    assert {each.account_id for scan_id in ids for each in scans.written(scan_id).units} == {
        scans.dev,
        scans.prod,
        HUB,
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"service": "EC2"}, "EC2/AWS_LAMBDA_PLANNED", id="another-service"),
        pytest.param(
            {"eventTypeCode": "AWS_LAMBDA_OPERATIONAL_ISSUE"}, "OPERATIONAL", id="another-type"
        ),
        pytest.param({"service": None}, "-/AWS_LAMBDA_PLANNED", id="no-service"),
        pytest.param({"eventTypeCode": None}, "LAMBDA/-", id="no-type"),
        pytest.param({"affectedAccount": "12"}, "'12' is no account", id="no-account-id"),
        pytest.param(
            {"affectedAccount": "999999999999"}, "no active account", id="not-of-the-organization"
        ),
    ],
)
def test_an_event_that_is_not_for_us_is_answered_and_never_retried(
    scans: Scans, changes: dict[str, Any], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = scans.plan(health_event(scans, **changes))
    assert (answer["scan_id"], answer["units"]) == ("", 0)
    assert says in answer["reason"]
    assert scans.works() == []
    (record,) = caplog.records
    assert vars(record)["reason"] == answer["reason"]


def test_an_event_without_details_is_answered_too(scans: Scans) -> None:
    event = health_event(scans)
    del event["detail"]
    assert "detail: Field required" in scans.plan(event)["reason"]


def test_an_event_about_an_excluded_account_starts_nothing(scans: Scans) -> None:
    scans.deploy(runtimes={"exclude_accounts": [scans.dev]})
    assert "excluded by runtimes.exclude_accounts" in scans.plan(health_event(scans))["reason"]
    assert scans.works() == []


def test_an_operator_has_everything_scanned_now(scans: Scans) -> None:
    answer = scans.plan(request())
    works = scans.works()
    assert [work.unit for work in works] == scans.everywhere
    assert {work.scan.scanned_at for work in works} == {scans.hub.clock}
    assert answer["reason"] == f"asked for by {BY}"


def test_an_operator_has_named_units_scanned_by_config_where_it_covers_them(scans: Scans) -> None:
    scans.had_a_report()
    unit = scans.quiet()
    scans.config.rows = [
        config_row(unit.account_id, unit.region, "orders"),
        config_row(scans.prod, "eu-west-1", "another"),
    ]
    scans.plan(request(units=[str(unit)]))
    (work,) = scans.works()
    assert (work.unit, work.in_config, work.live) == (unit, True, False)
    assert work.scan.full is False
    assert [key for key in scans.files() if scans.prod in key] == []


def test_an_operator_has_lambda_itself_read_everywhere(scans: Scans) -> None:
    scans.had_a_report()
    unit = scans.quiet()
    scans.config.rows = [config_row(unit.account_id, unit.region, "orders")]
    scans.plan(request(live=True))
    assert all(work.live for work in scans.works())


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        pytest.param("999999999999/eu-west-1", "no active account", id="unknown-account"),
        pytest.param(f"{HUB}/nowhere", "no region; write one like eu-west-1", id="no-region"),
    ],
)
def test_a_request_for_what_is_not_there_plans_nothing_and_says_why(
    scans: Scans, unit: str, says: str
) -> None:
    answer = scans.plan(request(units=[unit, f"{scans.dev}/eu-west-1"]))
    assert answer["units"] == 0
    assert f"{unit}: {says}" in answer["reason"]
    assert scans.works() == []


@pytest.mark.parametrize(
    ("event", "says"),
    [
        pytest.param({}, "by: Field required", id="empty"),
        pytest.param({"by": BY, "unit": "x"}, "unit: Extra inputs", id="unknown-field"),
        pytest.param({"by": BY, "units": ["dev"]}, "units.0", id="not-a-unit"),
        pytest.param({"source": "aws.s3", "detail-type": "Object Created"}, "Object", id="s3"),
        pytest.param({"Records": []}, "a batch of records", id="queue"),
        pytest.param([1], "a list instead of an object", id="list"),
        pytest.param("now", "a str instead of an object", id="text"),
    ],
)
def test_anything_else_is_an_error_that_says_what_came_and_what_to_send(
    scans: Scans, event: Any, says: str
) -> None:
    with pytest.raises(Exception, match="send a scheduled event") as caught:
        scans.plan(event)
    assert says in str(caught.value)
    assert scans.works() == []
    assert scans.hub.exchange.writes == []


def test_an_events_time_is_its_clock_so_that_its_retry_is_the_same_scan(scans: Scans) -> None:
    answer = scans.plan(health_event(scans))
    (work,) = scans.works()
    assert work.scan.scanned_at == SWEPT_AT
    assert answer["scan_id"] == work.scan.scan_id
