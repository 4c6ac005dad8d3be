"""Accounts on record that the last sweep did not plan: have they left, or are they only closed?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from steward.domain.coverage import Answers, PlannedSweep, SweepCoverage, coverage_of
from steward.domain.modes import Mode
from steward.domain.stacks import Account, Unit
from steward.ledger.attributes import UnreadableItem
from steward_cli.doctor.membership import members

STAYS, GONE = Account("222222222222"), Account("333333333333")
AT = datetime(2026, 11, 23, tzinfo=UTC)
UNITS = frozenset({Unit(STAYS.account_id, "eu-west-1")})
SWEEP = PlannedSweep("s", AT, "policy", Mode.REAP, "", UNITS, {})
LAST = coverage_of(SWEEP, Answers(UNITS))


@dataclass
class Books:
    """A ledger, as far as its sweeps are concerned."""

    last: SweepCoverage | None = LAST
    plan: PlannedSweep | None = SWEEP

    def sweeps(self, _limit: int) -> Iterator[SweepCoverage]:
        return iter([self.last] if self.last else [])

    def book(self, coverage: SweepCoverage) -> tuple[PlannedSweep, Answers]:
        if self.plan is None:
            raise UnreadableItem("SWEEPS", coverage.sweep_id, "is gone")
        return self.plan, Answers()


@pytest.fixture
def organizations() -> Iterator[Stubber]:
    with Stubber(boto3.client("organizations")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def found(stub: Stubber, books: Any, policy: str = "policy") -> tuple[Account, ...]:
    client: Any = stub.client
    return members(client, books, [STAYS, GONE], policy)


def test_an_account_that_organizations_does_not_know_has_left(organizations: Stubber) -> None:
    asked = {"AccountId": GONE.account_id}
    code = "AccountNotFoundException"
    organizations.add_client_error("describe_account", code, expected_params=asked)
    assert found(organizations, Books()) == (STAYS,)


def test_an_account_that_was_closed_is_a_member_still(organizations: Stubber) -> None:
    row = {"Account": {"Id": GONE.account_id, "Status": "SUSPENDED", "State": "SUSPENDED"}}
    organizations.add_response("describe_account", row)
    assert found(organizations, Books()) == (STAYS, GONE)


def test_an_account_that_may_not_be_asked_after_counts_as_a_member(organizations: Stubber) -> None:
    organizations.add_client_error("describe_account", "AccessDeniedException")
    assert found(organizations, Books()) == (STAYS, GONE)


@pytest.mark.parametrize(
    "books",
    [
        pytest.param(Books(None), id="no sweep yet"),
        pytest.param(Books(replace(LAST, policy="another")), id="of another policy"),
        pytest.param(Books(replace(LAST, unreadable="torn")), id="unreadable"),
        pytest.param(Books(plan=None), id="its plan is gone"),
        pytest.param(Books(plan=replace(SWEEP, units=frozenset())), id="of nothing"),
    ],
)
def test_without_a_plan_to_compare_with_nobody_is_asked_after(
    organizations: Stubber, books: Books
) -> None:
    assert found(organizations, books) == (STAYS, GONE)
