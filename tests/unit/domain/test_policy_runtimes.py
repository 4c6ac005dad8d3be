"""What the policy says of Lambda runtimes: windows, places and dates."""

from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.policy import Policy
from steward.domain.runtimes.severity import DEFAULTS
from steward.domain.stacks import Account
from tests.factories import make_policy

ROOT, UNIT, NESTED = "r-abcd", "ou-abcd-11111111", "ou-abcd-22222222"
SAID: dict[str, Any] = {
    "runtime": "nodejs20.x",
    "update_block": None,
    "reason": "our own audit",
    "created": "2026-11-01",
    "expires": "2026-12-01",
}


def with_runtimes(**fields: Any) -> Policy:
    return make_policy(runtimes=fields)


def said(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in (SAID | changes).items() if value != "left out"}


@pytest.mark.parametrize(
    ("path", "info"),
    [
        pytest.param((ROOT,), 365, id="no unit is named"),
        pytest.param((ROOT, UNIT), 500, id="its unit"),
        pytest.param((ROOT, UNIT, NESTED), 600, id="the nearest of nested units"),
    ],
)
def test_r6_an_organizational_unit_has_its_own_windows(path: tuple[str, ...], info: int) -> None:
    units = {UNIT: {"info": 500}, NESTED: {"info": 600}}
    runtimes = with_runtimes(organizational_units=units).runtimes
    assert runtimes.windows_for(Account("111111111111", ou_path=path)).info == info


def test_the_windows_of_a_policy_that_names_none_are_those_of_the_rules() -> None:
    assert make_policy().runtimes.windows_for(Account("111111111111")) == DEFAULTS


def test_a_policy_without_the_section_keeps_its_fingerprint() -> None:
    assert with_runtimes().fingerprint == make_policy().fingerprint
    assert "runtimes" not in make_policy().model_dump()


def test_r2_a_date_that_is_left_out_is_not_read_back_as_not_scheduled() -> None:
    policy = with_runtimes(dates=[SAID])
    again = Policy.model_validate_json(policy.model_dump_json())
    claims = [claim for each in again.runtimes.dates for claim in each.claims()]
    assert [(claim.milestone, claim.day) for claim in claims] == [("update block", None)]
    assert again.fingerprint == policy.fingerprint


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        pytest.param({"windows": {"low": 400}}, "write info > low > medium > high", id="order"),
        pytest.param({"windows": {"high": 0}}, "greater than or equal to 1", id="no day"),
        pytest.param({"regions": ["europe"]}, "runtimes.regions.0", id="region"),
        pytest.param({"exclude_accounts": ["12"]}, "runtimes.exclude_accounts.0", id="account"),
        pytest.param({"organizational_units": {"Dev": {}}}, "pattern", id="unit"),
        pytest.param({"dates": [said(expires="left out")]}, "expires", id="no expiry"),
        pytest.param({"dates": [said(reason=" ")]}, "reason", id="no reason"),
        pytest.param({"dates": [said(expires="2026-11-01")]}, "after created", id="over at once"),
        pytest.param({"dates": [said(update_block="left out")]}, "names no date", id="no date"),
        pytest.param({"dates": [said(regions=["mars"])]}, "regions.0", id="region of a date"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        with_runtimes(**fields)
    assert wrong in str(caught.value)
