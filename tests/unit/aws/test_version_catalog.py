"""The version catalog: open texts, regions, days in UTC, and nothing taken for granted."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from steward.aws.health import HealthUnavailable
from steward.aws.version_catalog import CatalogWord, version_catalog
from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.lifecycle import Milestone
from tests.unit.aws.scripted import Scripted

CALL = "describe_service_lifecycle"
ASKED = {"filter": {"service": "LAMBDA"}, "maxResults": 20}
TODAY = date(2026, 11, 23)
DAY = datetime(2029, 6, 30, tzinfo=UTC)
# The sample of "DescribeServiceLifecycle", AWS Health API Reference, as its timestamps decode.
SAMPLE = {
    "service": "LAMBDA",
    "version": "python3.14",
    "title": "Python 3.14 Lambda Runtime",
    "lifecycleEvents": [
        {
            "lifecycleEventType": "END_OF_SUPPORT",
            "date": datetime.fromtimestamp(1877472000, UTC),
            "impactRisks": ["END_OF_SUPPORT"],
            "regions": ["all"],
        },
        {
            "lifecycleEventType": "BLOCK_RESOURCE_CREATE",
            "date": datetime.fromtimestamp(1880150400, UTC),
            "impactRisks": ["AVAILABILITY"],
            "regions": ["all"],
        },
        {
            "lifecycleEventType": "BLOCK_RESOURCE_UPDATE",
            "date": datetime.fromtimestamp(1882828800, UTC),
            "impactRisks": ["AVAILABILITY"],
            "regions": ["all"],
        },
    ],
}


def row(*events: dict[str, Any], **fields: Any) -> dict[str, Any]:
    base = {"service": "LAMBDA", "version": "python3.9", "lifecycleEvents": list(events)}
    merged = {**base, **fields}
    return {name: value for name, value in merged.items() if value is not None}


def dated(kind: str = "END_OF_SUPPORT", **fields: Any) -> dict[str, Any]:
    event = {"lifecycleEventType": kind, "date": DAY, "regions": ["all"], **fields}
    return {name: value for name, value in event.items() if value is not None}


def read(*rows: dict[str, Any]) -> CatalogWord:
    with Scripted("health").answers(CALL, {"serviceLifecycles": list(rows)}, ASKED) as health:
        return version_catalog(health.client, TODAY)


def claim(milestone: Milestone, day: date, regions: frozenset[str] = frozenset()) -> Claim:
    return Claim(Speaker.CATALOG, "python3.9", milestone, day, TODAY, regions)


def test_the_documented_sample_is_the_three_dates_of_the_runtime() -> None:
    word = read(SAMPLE)
    assert [(each.runtime_id, each.milestone, each.day) for each in word.claims] == [
        ("python3.14", Milestone.DEPRECATED, date(2029, 6, 30)),
        ("python3.14", Milestone.CREATE_BLOCK, date(2029, 7, 31)),
        ("python3.14", Milestone.UPDATE_BLOCK, date(2029, 8, 31)),
    ]
    assert {each.as_of for each in word.claims} == {TODAY}
    assert word.problems == ()
    assert word.recommended == {}


@pytest.mark.parametrize(
    ("written", "regions"),
    [
        pytest.param(["all"], frozenset(), id="everywhere"),
        pytest.param(["ALL", "eu-west-1"], frozenset(), id="everywhere-and-one"),
        pytest.param(None, frozenset(), id="not-said"),
        pytest.param(
            ["us-gov-west-1", "us-gov-east-1"],
            frozenset({"us-gov-west-1", "us-gov-east-1"}),
            id="some",
        ),
    ],
)
def test_regions_of_a_date(written: list[str] | None, regions: frozenset[str]) -> None:
    word = read(row(dated(regions=written)))
    assert word.claims == (claim(Milestone.DEPRECATED, date(2029, 6, 30), regions),)


def test_one_milestone_may_have_a_date_for_each_group_of_regions() -> None:
    later = dated(date=DAY + timedelta(days=30), regions=["cn-north-1"])
    word = read(row(dated(regions=["eu-west-1"]), later))
    assert [(each.day, each.regions) for each in word.claims] == [
        (date(2029, 6, 30), frozenset({"eu-west-1"})),
        (date(2029, 7, 30), frozenset({"cn-north-1"})),
    ]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(DAY, date(2029, 6, 30), id="midnight"),
        pytest.param(DAY - timedelta(seconds=1), date(2029, 6, 29), id="a-second-before"),
        pytest.param(DAY.replace(tzinfo=None), date(2029, 6, 30), id="naive-is-utc"),
        pytest.param(
            datetime(2029, 6, 30, 1, tzinfo=timezone(timedelta(hours=2))),
            date(2029, 6, 29),
            id="local-midnight-is-another-day",
        ),
    ],
)
def test_dates_are_days_in_utc(instant: datetime, day: date) -> None:
    (said,) = read(row(dated(date=instant))).claims
    assert said.day == day


@pytest.mark.parametrize("kind", ["end-of-support", "End of support", "END_OF_SUPPORT"])
def test_the_spelling_of_a_milestone_is_not_fixed(kind: str) -> None:
    (said,) = read(row(dated(kind))).claims
    assert said.milestone is Milestone.DEPRECATED


@pytest.mark.parametrize(
    "kind", ["END_OF_LIFE", "BLOCK_RESOURCE_INVOKE", "deprecation-announced", "Sunset"]
)
def test_what_looks_like_a_milestone_and_is_unknown_is_told(kind: str) -> None:
    word = read(row(dated(kind)))
    assert word.claims == ()
    (told,) = word.problems
    assert told.reason == f"python3.9: {kind} is unknown, so it does not count"


@pytest.mark.parametrize("kind", ["RELEASE", "GENERAL_AVAILABILITY", "EXTENDED_SUPPORT_START", ""])
def test_what_does_not_look_like_one_is_passed_over(kind: str) -> None:
    assert read(row(dated(kind))) == CatalogWord((), {}, ())


def test_a_milestone_without_a_date_does_not_put_off_what_others_have_dated() -> None:
    word = read(row(dated("BLOCK_RESOURCE_CREATE", date=None), dated()))
    assert [each.milestone for each in word.claims] == [Milestone.DEPRECATED]
    (told,) = word.problems
    assert "BLOCK_RESOURCE_CREATE has no date" in told.reason


@pytest.mark.parametrize("version", [None, "", "Python 3.9", "-x", "x" * 64])
def test_a_row_without_a_runtime_identifier_is_told_and_drops_no_other(version: str | None) -> None:
    word = read(row(dated(), version=version), row(dated()))
    assert len(word.claims) == 1
    (told,) = word.problems
    assert told.reason == "names no runtime identifier"


def test_a_runtime_that_the_table_does_not_know_has_its_dates() -> None:
    (said,) = read(row(dated(), version="python4.0")).claims
    assert said.runtime_id == "python4.0"


def test_rows_of_another_service_do_not_count() -> None:
    assert read(row(dated(), service="EKS")) == CatalogWord((), {}, ())


def test_what_it_recommends_instead() -> None:
    word = read(
        row(recommendedVersion="python3.14"),
        row(version="python3.14", recommendedVersion="python3.14"),
        row(version="java8", recommendedVersion=" "),
    )
    assert word.recommended == {"python3.9": "python3.14"}


def test_all_pages_are_read_empty_ones_too() -> None:
    health = Scripted("health").answers(CALL, {"serviceLifecycles": [], "nextToken": "more"}, ASKED)
    health.answers(CALL, {"serviceLifecycles": [row(dated())]}, {**ASKED, "nextToken": "more"})
    with health:
        assert len(version_catalog(health.client, TODAY).claims) == 1


@pytest.mark.parametrize(
    "code", ["SubscriptionRequiredException", "AccessDeniedException", "ThrottlingException"]
)
def test_without_the_catalog_it_says_why(code: str) -> None:
    with (
        Scripted("health").refuses(CALL, code) as health,
        pytest.raises(HealthUnavailable, match=code),
    ):
        version_catalog(health.client, TODAY)


def test_an_sdk_that_does_not_know_the_catalog_is_a_missing_source() -> None:
    class OlderClient:
        def get_paginator(self, operation_name: str, /) -> Any:
            raise AssertionError(operation_name)

    with pytest.raises(HealthUnavailable, match=r"NotInSdk.*newer boto3"):
        version_catalog(OlderClient(), TODAY)
