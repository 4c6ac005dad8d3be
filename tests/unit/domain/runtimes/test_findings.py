"""What is found about a function; every function is in exactly one bucket."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.findings import Bucket, find, story, tally
from steward.domain.runtimes.functions import Function
from steward.domain.runtimes.severity import Exposure, Level
from steward.domain.runtimes.states import RuntimeState
from steward.domain.stacks import Unit
from tests.unit.domain.runtimes.findings import TABLE, make_finding, make_function
from tests.unit.domain.runtimes.samples import TODAY, days

EXCEPTION = GrantedException(
    kind=ScopeKind.STACK,
    scope="orders",
    runtime="python3.9",
    reason="the vendor ships in January",
    approver="ana@example.com",
    created=TODAY,
    expires=TODAY + days(30),
    granted_in=RuntimeState.DEPRECATED,
)


@pytest.mark.parametrize(
    ("facts", "bucket", "level"),
    [
        pytest.param({}, Bucket.AFFECTED, Level.CRITICAL, id="ending"),
        pytest.param({"runtime_id": "python3.10"}, Bucket.AFFECTED, Level.LOW, id="coming"),
        pytest.param({"runtime_id": "python3.14"}, Bucket.FINE, Level.NONE, id="lasting"),
        pytest.param({"runtime_id": "python9"}, Bucket.UNKNOWN, Level.NONE, id="unknown"),
        pytest.param({"runtime_id": None}, Bucket.UNKNOWN, Level.NONE, id="none named"),
        pytest.param({"runtime_id": "custom"}, Bucket.CUSTOM, Level.NONE, id="custom"),
        pytest.param(
            {"runtime_id": None, "package_type": "Image"}, Bucket.IMAGE, Level.NONE, id="image"
        ),
        pytest.param(
            {"version": "3", "in_use": False}, Bucket.AFFECTED, Level.LOW, id="unused version"
        ),
        pytest.param({"version": "3"}, Bucket.AFFECTED, Level.CRITICAL, id="version in use"),
        pytest.param(
            {"exposure": Exposure(invocations=0)}, Bucket.AFFECTED, Level.HIGH, id="never called"
        ),
    ],
)
def test_each_function_is_in_one_bucket(
    facts: dict[str, Any], bucket: Bucket, level: Level
) -> None:
    found = make_finding(**facts)
    assert (found.bucket, found.severity.level) == (bucket, level)
    assert found.severity.reason


def test_an_unused_version_that_is_low_anyway_keeps_its_reason() -> None:
    found = make_finding(runtime_id="python3.10", version="3", in_use=False)
    assert found.severity.level is Level.LOW
    assert found.severity.reason.startswith("python3.10 is supported")


def test_an_excepted_function_stays_found() -> None:
    found = find(make_function(), TABLE, [EXCEPTION], TODAY)
    assert (found.bucket, found.severity.level) == (Bucket.EXCEPTED, Level.CRITICAL)
    assert found.ruling is not None
    assert find(make_function(), TABLE, [EXCEPTION], TODAY + days(30)).bucket is Bucket.AFFECTED


def test_a_day_that_passes_is_no_news() -> None:
    today, tomorrow = (find(make_function(), TABLE, [], day) for day in (TODAY, TODAY + days(1)))
    assert story(today) == story(tomorrow)


@pytest.mark.parametrize(
    ("facts", "exceptions", "today"),
    [
        pytest.param({"runtime_id": "python3.10"}, [], TODAY, id="runtime"),
        pytest.param({"owner": "billing@example.com"}, [], TODAY, id="owner"),
        pytest.param({"stack": "billing"}, [], TODAY, id="stack"),
        pytest.param({}, [EXCEPTION], TODAY, id="exception"),
        pytest.param({}, [], TODAY + days(70), id="milestone"),
        pytest.param({"exposure": Exposure(invocations=0)}, [], TODAY, id="severity"),
    ],
)
def test_what_changes_is_news(
    facts: dict[str, Any], exceptions: list[GrantedException], today: date
) -> None:
    changed = find(make_function(**facts), TABLE, exceptions, today)
    assert story(changed) != story(make_finding())


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_a_function_is_named_without_its_version(region: str, partition: str) -> None:
    function = make_function(unit=Unit("222222222222", region), version="7")
    assert function.arn == f"arn:{partition}:lambda:{region}:222222222222:function:orders-get"


FUNCTIONS = st.lists(
    st.builds(
        make_function,
        runtime_id=st.none()
        | st.text(max_size=8)
        | st.sampled_from(["python3.9", "python3.10", "python3.14", "custom"]),
        package_type=st.sampled_from(["Zip", "Image", "", "Scroll"]),
        stack=st.sampled_from(["orders", ""]),
        version=st.sampled_from(["$LATEST", "1"]),
        in_use=st.booleans(),
    )
)


@given(
    functions=FUNCTIONS, today=st.dates(date(2020, 1, 1), date(2032, 1, 1)), unread=st.integers(0)
)
def test_the_buckets_add_up_to_the_inventory(
    functions: list[Function], today: date, unread: int
) -> None:
    found = [find(function, TABLE, [EXCEPTION], today) for function in functions]
    counts = tally(found, not_covered=unread)
    assert counts.keys() == set(Bucket)
    assert sum(counts.values()) == len(functions) + unread
