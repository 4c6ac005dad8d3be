"""R13: unknown runtimes, customer-managed ones, images and OS-only ones, each in its own place."""

from typing import Any

import pytest

from steward.aws.sessions import Sessions
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.states import RuntimeState
from tests.integration.functions.runtime_units import Units, shown

ALIAS = "arn:aws:lambda:eu-west-1:333333333333:runtime/acme-python/alias/stable"


class FakeLambdaCore:
    """Runtime aliases; botocore does not know them yet."""

    def __init__(self, **dates: str) -> None:
        self.dates = dates
        self.asked: list[str] = []

    def get_runtime_alias(self, *, RuntimeName: str, Name: str) -> dict[str, Any]:
        self.asked.append(f"{RuntimeName}/{Name}")
        return {"ReleaseLifecycle": {"ReleaseState": "GA"} | self.dates}

    def get_runtime(self, *, RuntimeName: str) -> dict[str, Any]:
        raise AssertionError(f"the alias of {RuntimeName} tells its own dates")


def connect(units: Units, core: FakeLambdaCore) -> None:
    units.hub.monkeypatch.setattr(Sessions, "lambda_core", lambda *_: core)


def test_r13_an_unknown_runtime_is_neither_pass_nor_fail(units: Units) -> None:
    units.scan(shown("odd", "cobol85"), shown("nameless", None, package_type="Zip"))
    for name in ("odd", "nameless"):
        row = units.row(name)
        assert (row.bucket, row.state) == (Bucket.UNKNOWN, RuntimeState.UNKNOWN)
        assert (row.smallest, row.level) == ("", "NONE")
    assert "is not in the lifecycle table" in units.row("odd").reason
    assert set(units.findings()) == {"odd", "nameless"}


def test_r13_an_unknown_runtime_that_becomes_known_closes_or_goes_on(units: Units) -> None:
    units.function("odd", "python3.14")
    units.scan(shown("odd", "cobol85"))
    units.scan(shown("odd", "python3.14"), day=1)
    assert units.findings() == {}


def test_r13_an_image_has_its_runtime_in_its_base(units: Units) -> None:
    units.scan(shown("image", None))
    row = units.row("image")
    assert (row.bucket, row.state, row.package_type) == (Bucket.IMAGE, RuntimeState.IMAGE, "Image")
    assert units.findings() == {}


def test_r13_an_os_only_runtime_is_judged_by_its_dates(units: Units) -> None:
    units.scan(shown("old", "provided.al2"), shown("new", "provided.al2023"))
    assert units.row("old").bucket is Bucket.AFFECTED
    assert units.row("new").bucket is Bucket.FINE


@pytest.mark.parametrize("live", [True, False], ids=["live", "config"])
def test_r13_a_customer_managed_runtime_that_nobody_resolves_says_what_to_do(
    units: Units, live: bool
) -> None:
    units.function("custom", "custom")
    units.scan(shown("custom", "custom"), live=live)
    row = units.row("custom")
    assert (row.bucket, row.state) == (Bucket.CUSTOM, RuntimeState.CUSTOM)
    assert row.outcome_reason.startswith("CUSTOM_UNRESOLVED")
    assert "share it with the hub account" in row.outcome_reason
    assert units.findings() == {}


def test_r13_a_customer_managed_runtime_is_judged_by_its_publishers_dates(units: Units) -> None:
    core = FakeLambdaCore(DeprecationDate="2026-12-01", FunctionUpdateBlockDate="2027-06-01")
    connect(units, core)
    functions = [shown(f"custom-{n}", "custom", custom_alias=ALIAS) for n in range(5)]
    units.scan(*functions)
    row = units.row("custom-0")
    assert row.bucket is Bucket.AFFECTED
    assert row.runtime_id == "custom-acme-python-stable-333333333333"
    assert (row.milestone, str(row.day)) == ("deprecated", "2026-12-01")
    assert len(units.findings()) == 5
    assert core.asked == ["arn:aws:lambda:eu-west-1:333333333333:runtime/acme-python/stable"]


def test_r13_a_customer_managed_runtime_with_time_left_is_fine(units: Units) -> None:
    connect(units, FakeLambdaCore(DeprecationDate="2029-12-01"))
    units.scan(shown("custom", "custom", custom_alias=ALIAS))
    assert units.row("custom").bucket is Bucket.FINE
