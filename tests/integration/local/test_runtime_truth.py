"""The demo's comparison of a report with its ground truth: whatever differs is found."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.organization import HUB, Organization
from local.runtime_reports import RuntimeReport
from local.runtime_truth import CUSTOM_STACK, DATES, Moment, compare_report
from local.scenario_accounts import MEMBERS
from local.scenario_runtimes import STACKS
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.functions import Origin
from steward.domain.runtimes.reconciliation import Outcome
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.states import RuntimeState

if TYPE_CHECKING:
    from steward.domain.runtimes.reporting.overview import Overview

TODAY = date(2026, 11, 23)
MOMENT = Moment(TODAY, live=True)
NAMES = (HUB, *(member.name for member in MEMBERS))
ORGANIZATION = Organization(
    "", "o-1", {name: f"{number:012}" for number, name in enumerate(NAMES)}, {}
)
OVERVIEW = cast("Overview", None)  # the comparison of functions does not read it


def rows(*, everywhere: bool = False) -> list[ReportedFunction]:
    """What a report must say of the scenario; `everywhere`: of accounts without roles, too."""
    found = []
    for stack in (*STACKS, CUSTOM_STACK):
        for each in stack.functions:
            if not (stack.covered or everywhere):
                continue
            place: dict[str, Any] = {
                "account_id": ORGANIZATION.accounts[stack.account],
                "region": stack.region,
                "name": each.name,
            }
            found.append(a_row(place, each.runtime, each.bucket, each))
            found += [
                a_row(place, runtime, "", each, str(number))
                for number, runtime in enumerate(each.published, 1)
            ]
    return found


def a_row(
    place: dict[str, Any], runtime: str, bucket: str, function: Any, version: str = "$LATEST"
) -> ReportedFunction:
    lifetime = DATES.get(runtime)
    state = lifetime.state(TODAY) if lifetime else bucket.upper()
    dated = "affected" if lifetime and lifetime.is_reported(TODAY) else "fine"
    return ReportedFunction(
        **place,
        version=version,
        runtime_id=runtime or None,
        bucket=Bucket(bucket or dated),
        state=RuntimeState(state),
        reason="",
        outcome=Outcome.OPEN,
        owner=function.owner,
        origin=Origin(function.origin),
        blocking_layers=function.made_for,
        pinned="arn" if function.pinned else "",
    )


def differences(found: list[ReportedFunction], moment: Moment = MOMENT) -> dict[str, str]:
    compared = compare_report(ORGANIZATION, RuntimeReport(OVERVIEW, tuple(found)), moment)
    return {each.name: each.difference for each in compared if each.difference}


def test_a_right_report_has_no_differences() -> None:
    assert differences(rows()) == {}


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("orders-api", {"bucket": Bucket.FINE}, "expected affected, DEPRECATED"),
        ("index-suggest", {"state": RuntimeState.DEPRECATED}, "expected affected, CREATE_BLOCKED"),
        ("orders-api", {"owner": "nobody@example.com"}, "owner nobody@example.com"),
        ("cwsyn-checkout-5c1f0e6a", {"origin": Origin.APPLICATION}, "counts as application"),
        ("index-crawl", {"blocking_layers": ()}, "blocking layers: none"),
        ("index-query", {"blocking_layers": ("layer",)}, "blocking layers: layer"),
        ("reports-daily", {"pinned": ""}, "pinned: no"),
        ("reports-mystery", {"bucket": Bucket.FINE}, "expected unknown, UNKNOWN"),
    ],
)
def test_what_differs_is_said(name: str, changed: dict[str, Any], said: str) -> None:
    wrong = [
        row.model_copy(update=changed) if row.name == name and not row.is_version else row
        for row in rows()
    ]
    found = differences(wrong)
    assert found.keys() == {name}
    assert said in found[name]


def test_a_function_that_is_not_in_the_report_differs() -> None:
    found = differences([row for row in rows() if row.name != "etl-nightly"])
    assert found == {"etl-nightly": "expected affected, DEPRECATED"}


def test_an_old_version_that_is_missing_differs() -> None:
    found = differences([row for row in rows() if not row.is_version])
    assert found == {"orders-worker": "versions on nothing old, not on python3.9"}


def test_what_nobody_can_look_at_must_not_be_in_the_report() -> None:
    assert differences(rows(everywhere=True)) == {"vendor-feed": "expected nobody knows"}
    without_iam = Moment(TODAY, live=True, enforced=False)
    assert differences(rows(everywhere=True), without_iam) == {}
    assert "vendor-feed" in differences(rows(), without_iam)


def test_what_was_fixed_and_excepted_must_have_changed() -> None:
    later = Moment(TODAY, live=True, fixed=True, excepted=frozenset({"shop-cart"}))
    assert differences(rows(), later).keys() == {"orders-api", "orders-export", "shop-cart"}
