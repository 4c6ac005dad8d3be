"""Canaries: when their runtimes end, and which functions they run as."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from steward.aws.answers import NoAnswer
from steward.aws.canaries import canaries
from steward.aws.errors import NotAllowed
from steward.domain.runtimes.results import Canary
from tests.unit.aws.scripted import Scripted

TODAY = date(2026, 11, 23)
ENGINE = "arn:aws:lambda:eu-west-1:111122223333:function:cwsyn-checkout-1a2b3c:4"
PUPPETEER = "syn-nodejs-puppeteer"


def canary(runtime: str = f"{PUPPETEER}-7.0", **fields: Any) -> dict[str, Any]:
    row = {"Name": "checkout", "RuntimeVersion": runtime, "EngineArn": ENGINE, **fields}
    return {name: value for name, value in row.items() if value is not None}


def version(
    number: str, family: str = PUPPETEER, ends: date | None = None, released: date | None = None
) -> dict[str, Any]:
    row = {
        "VersionName": f"{family}-{number}",
        "ReleaseDate": at(released or date(2025, 1, 1)),
        "DeprecationDate": at(ends) if ends else None,
    }
    return {name: value for name, value in row.items() if value is not None}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def read(row: dict[str, Any], *versions: dict[str, Any]) -> Canary:
    aws = Scripted("synthetics")
    aws.answers("describe_canaries", {"Canaries": [row]}, {"MaxResults": 20})
    aws.answers(
        "describe_runtime_versions", {"RuntimeVersions": list(versions)}, {"MaxResults": 100}
    )
    with aws:
        (found,) = canaries(aws.client, TODAY)
    return found


def test_a_canary_ends_when_its_runtime_is_deprecated() -> None:
    old = version("7.0", ends=date(2026, 1, 22))
    new = version("9.1", released=date(2026, 5, 1))
    assert read(canary(), old, new) == Canary(
        name="checkout",
        runtime_version=f"{PUPPETEER}-7.0",
        ends=date(2026, 1, 22),
        latest=f"{PUPPETEER}-9.1",
        function="cwsyn-checkout-1a2b3c",
    )


@pytest.mark.parametrize(
    ("versions", "latest"),
    [
        pytest.param(
            [version("9.1", released=date(2026, 5, 1)), version("10.0", released=date(2026, 9, 1))],
            "10.0",
            id="newest-by-release-not-by-spelling",
        ),
        pytest.param(
            [version("9.1"), version("10.0", released=date(2026, 12, 1))], "9.1", id="not-yet-out"
        ),
        pytest.param(
            [version("9.1"), version("10.0", ends=TODAY, released=date(2026, 9, 1))],
            "9.1",
            id="ended-today",
        ),
        pytest.param(
            [version("9.1"), version("12.0", "syn-python-selenium", released=date(2026, 9, 1))],
            "9.1",
            id="another-family",
        ),
    ],
)
def test_the_newest_runtime_of_its_family_that_has_not_ended(
    versions: list[dict[str, Any]], latest: str
) -> None:
    assert read(canary(), *versions).latest == f"{PUPPETEER}-{latest}"


def test_a_runtime_that_nobody_lists_has_no_end() -> None:
    found = read(canary("syn-nodejs-9.0"))
    assert (found.ends, found.latest) == (None, "")


@pytest.mark.parametrize(
    ("fields", "function"),
    [
        pytest.param({"EngineArn": None}, "", id="not-built-yet"),
        pytest.param(
            {"EngineArn": None, "EngineConfigs": [{"BrowserType": "CHROME", "EngineArn": ENGINE}]},
            "cwsyn-checkout-1a2b3c",
            id="browsers",
        ),
    ],
)
def test_the_function_it_runs_as(fields: dict[str, Any], function: str) -> None:
    assert read(canary(**fields)).function == function


def test_everything_is_paged_and_an_empty_page_is_not_the_end() -> None:
    aws = Scripted("synthetics")
    aws.answers("describe_canaries", {"Canaries": [], "NextToken": "more"}, {"MaxResults": 20})
    asked = {"MaxResults": 20, "NextToken": "more"}
    aws.answers("describe_canaries", {"Canaries": [canary()]}, asked)
    aws.answers("describe_runtime_versions", {"RuntimeVersions": [], "NextToken": "next"})
    asked = {"MaxResults": 100, "NextToken": "next"}
    ending = {"RuntimeVersions": [version("7.0", ends=TODAY)]}
    aws.answers("describe_runtime_versions", ending, asked)
    with aws:
        (found,) = canaries(aws.client, TODAY)
    assert found.ends == TODAY


def test_without_canaries_their_runtimes_are_not_asked_for() -> None:
    with Scripted("synthetics").answers("describe_canaries", {"Canaries": []}) as aws:
        assert canaries(aws.client, TODAY) == []


def test_a_denied_call_is_named() -> None:
    with (
        Scripted("synthetics").refuses("describe_canaries", "AccessDeniedException", "no") as aws,
        pytest.raises(NotAllowed, match="DescribeCanaries"),
    ):
        canaries(aws.client, TODAY)


def test_a_region_without_synthetics_gives_no_answer() -> None:
    with (
        Scripted("synthetics").refuses("describe_canaries", "UnknownOperationException") as aws,
        pytest.raises(NoAnswer, match="synthetics:DescribeCanaries"),
    ):
        canaries(aws.client, TODAY)
