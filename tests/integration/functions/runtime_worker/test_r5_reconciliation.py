"""R5: Config, Lambda and Health side by side, from their answers to the finding on record."""

from datetime import timedelta

import pytest

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reconciliation import Outcome
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState
from tests.integration.functions.runtime_units import Units, shown, told

OLD, NEW = "python3.9", "python3.14"
LONG = timedelta(hours=73)
NOT_ALLOWED = "AccessDeniedException"


def test_r5_old_in_config_and_new_in_lambda_is_fixed_while_health_lags(units: Units) -> None:
    units.function("orders", OLD)
    units.scan(shown("orders", OLD))
    units.moved("orders", NEW)
    units.scan(shown("orders", OLD), told("orders", "PENDING", day=1), day=1, live=True)
    row = units.row("orders")
    assert (row.outcome, row.bucket, row.runtime_id) == (Outcome.LAGGING, Bucket.FINE, NEW)
    assert units.findings() == {}
    assert units.history("orders") == ["opened", "closed"]


def test_r5_old_in_config_and_gone_in_lambda_closes_after_the_second_scan(units: Units) -> None:
    units.function("orders", OLD)
    units.scan(shown("orders", OLD, tags={"owner": "dev@example.com"}))
    units.deleted("orders")
    units.scan(shown("orders", OLD, tags={"owner": "dev@example.com"}), day=1, live=True)
    row = units.row("orders")
    assert (row.outcome, row.bucket) == (Outcome.ABSENT_ONCE, Bucket.AFFECTED)
    assert (row.owner, row.owned) == ("dev@example.com", True)
    assert units.findings()["orders"].absences == 1
    header = units.scan(shown("orders", OLD), day=2, live=True)
    assert (header.functions, units.rows(), units.findings()) == (0, [], {})
    events = units.hub.ledger.finding_history(header.unit, "orders", "$LATEST")
    assert events[-1].why == "Lambda does not know it, in 2 scans in a row: deleted"


def test_r5_a_function_that_is_back_after_one_absence_was_never_gone(units: Units) -> None:
    units.scan(shown("orders", OLD))
    units.scan(day=1)
    assert units.row("orders").outcome is Outcome.ABSENT_ONCE
    units.scan(shown("orders", OLD), day=2)
    assert units.findings()["orders"].absences == 0
    units.scan(day=3)
    assert units.row("orders").outcome is Outcome.ABSENT_ONCE


def test_r5_an_absence_changes_nothing_else_of_what_is_known(units: Units) -> None:
    """Its severity came from its calls and its stack, which nobody shows any more."""
    units.answers.invoked = {"orders": 12.0}
    tags = {"owner": "dev@example.com", "aws:cloudformation:stack-name": "shop"}
    units.scan(shown("orders", "nodejs22.x", tags=tags))
    known = units.findings()["orders"]
    units.answers.invoked = {}
    units.scan(day=1)
    after = units.findings()["orders"]
    assert (after.level, after.story, after.absences) == (known.level, known.story, 1)
    assert (units.row("orders").owner, units.row("orders").stack) == ("dev@example.com", "shop")


def test_r5_absent_in_config_and_old_in_lambda_is_a_gap_in_coverage(units: Units) -> None:
    units.function("orders", OLD)
    header = units.scan(shown("fresh", NEW), live=True)
    row = units.row("orders")
    assert (row.outcome, row.bucket) == (Outcome.CONFIG_BLIND, Bucket.AFFECTED)
    assert header.problems[0].startswith("Config does not show 1 function that Lambda has")
    assert set(units.findings()) == {"orders"}


def test_r5_where_config_claims_no_coverage_it_has_no_gap(units: Units) -> None:
    units.function("orders", OLD)
    header = units.scan(in_config=False)
    assert units.row("orders").outcome is Outcome.OPEN
    assert header.problems == ()


def test_r5_new_everywhere_and_long_pending_is_a_reason_to_look_at_versions(units: Units) -> None:
    units.function("orders", NEW)
    units.scan(shown("orders", NEW), told("orders", "PENDING", LONG))
    row = units.row("orders")
    assert (row.outcome, row.bucket) == (Outcome.CHECK_VERSIONS, Bucket.FINE)
    units.scan(shown("orders", NEW), told("orders", "PENDING", LONG, day=1), day=1, live=True)
    assert units.row("orders").outcome is Outcome.FINE
    assert "look at other regions" in units.row("orders").outcome_reason


@pytest.mark.parametrize(
    ("runtime", "outcome", "is_open"),
    [
        pytest.param(OLD, Outcome.OPEN, True, id="still-old"),
        pytest.param(NEW, Outcome.LAGGING, False, id="fixed"),
    ],
)
def test_r5_resolved_in_health_and_old_in_config_is_decided_by_one_live_read(
    units: Units, runtime: str, outcome: Outcome, is_open: bool
) -> None:
    units.function("orders", runtime)
    units.scan(shown("orders", OLD))
    units.hub.exchange.calls.clear()
    units.scan(shown("orders", OLD), told("orders", "RESOLVED", day=1), day=1)
    assert len(units.hub.exchange.sent("GetFunctionConfiguration")) == 1
    assert units.hub.exchange.sent("ListFunctions") == []
    assert units.row("orders").outcome is outcome
    assert ("orders" in units.findings()) is is_open


def test_r5_new_in_config_closes_nothing_without_a_live_read(units: Units) -> None:
    units.scan(shown("orders", OLD))
    units.hub.exchange.refuse("GetFunctionConfiguration", NOT_ALLOWED, times=1)
    header = units.scan(shown("orders", NEW), day=1)
    row = units.row("orders")
    assert (row.outcome, row.runtime_id) == (Outcome.NEEDS_LIVE_CHECK, OLD)
    assert row.bucket is Bucket.AFFECTED
    assert set(units.findings()) == {"orders"}
    assert any("function orders" in each for each in header.problems)
    units.function("orders", NEW)
    units.scan(shown("orders", NEW), day=2)
    assert units.row("orders").outcome is Outcome.FIXED
    assert units.findings() == {}


@pytest.mark.parametrize("in_config", [True, False], ids=["config-is-blind", "no-config"])
def test_r5_what_only_health_names_is_looked_at_once(units: Units, in_config: bool) -> None:
    units.function("orders", OLD)
    units.scan(told("orders", "PENDING"), told("gone", "PENDING"), in_config=in_config)
    assert [row.name for row in units.rows()] == ["orders"]
    assert units.row("orders").bucket is Bucket.AFFECTED
    assert set(units.findings()) == {"orders"}


def test_r5_what_only_health_names_and_nobody_can_read_is_unknown(units: Units) -> None:
    units.hub.exchange.refuse_role("steward-read")
    header = units.scan(shown("fresh", NEW), told("orders", "PENDING"))
    row = units.row("orders")
    assert (row.bucket, row.state) == (Bucket.UNKNOWN, RuntimeState.UNKNOWN)
    assert row.reason == "Health has it as affected, and its runtime could not be read"
    assert row.outcome is Outcome.NEEDS_LIVE_CHECK
    assert "role steward-read of account 222222222222 cannot be assumed" in header.problems[0]


@pytest.mark.parametrize(
    ("used_by", "level"),
    [
        pytest.param("", Level.LOW, id="nothing-uses-it"),
        pytest.param("alias", Level.CRITICAL, id="an-alias"),
        pytest.param("weight", Level.CRITICAL, id="a-weight-of-an-alias"),
        pytest.param("trigger", Level.CRITICAL, id="a-trigger"),
        pytest.param("invoked", Level.CRITICAL, id="it-was-invoked"),
    ],
)
def test_r5_an_old_published_version_is_low_unless_something_uses_it(
    units: Units, used_by: str, level: Level
) -> None:
    version = units.published("orders", OLD, later=NEW)
    new = units.lambda_().publish_version(FunctionName="orders")["Version"]
    if used_by == "alias":
        units.lambda_().create_alias(FunctionName="orders", Name="live", FunctionVersion=version)
    if used_by == "weight":
        units.lambda_().create_alias(
            FunctionName="orders",
            Name="live",
            FunctionVersion=new,
            RoutingConfig={"AdditionalVersionWeights": {version: 0.1}},
        )
    if used_by == "trigger":
        units.answers.triggers = [f"orders:{version}"]
    if used_by == "invoked":
        units.answers.invoked = {f"orders:{version}": 3.0}
    units.scan(shown("orders", NEW), live=True)
    latest, old = units.row("orders"), units.row("orders", version)
    assert (latest.outcome, latest.bucket) == (Outcome.VERSION_ONLY, Bucket.FINE)
    assert (old.level, old.in_use) == (level, bool(used_by))
    assert old.aliases == (("live",) if used_by in {"alias", "weight"} else ())
    assert {row.version for row in units.rows()} == {"$LATEST", version}
    assert set(units.findings()) == {f"orders:{version}"}
    assert units.header().versions == 2


def test_r5_a_version_stays_on_record_until_lambda_shows_twice_that_it_is_gone(
    units: Units,
) -> None:
    version = units.published("orders", OLD, later=NEW)
    units.scan(shown("orders", NEW), live=True)
    units.scan(shown("orders", NEW), day=1)
    row = units.row("orders", version)
    assert (row.bucket, row.outcome) == (Bucket.AFFECTED, Outcome.OPEN)
    assert "published versions were not read in this scan" in row.outcome_reason
    units.lambda_().delete_function(FunctionName="orders", Qualifier=version)
    units.scan(shown("orders", NEW), day=2, live=True)
    assert units.row("orders", version).outcome is Outcome.ABSENT_ONCE
    units.scan(shown("orders", NEW), day=3)
    assert set(units.findings()) == {f"orders:{version}"}
    units.scan(shown("orders", NEW), day=4, live=True)
    assert units.findings() == {}
    assert units.history("orders", version) == ["opened", "changed", "closed"]


def test_r5_a_latest_that_was_fixed_closes_although_a_version_is_left(units: Units) -> None:
    version = units.published("orders", OLD, later=OLD)
    units.scan(shown("orders", OLD), live=True)
    assert set(units.findings()) == {"orders", f"orders:{version}"}
    units.moved("orders", NEW)
    units.scan(shown("orders", NEW), day=1, live=True)
    assert set(units.findings()) == {f"orders:{version}"}


def test_r5_a_deleted_function_takes_its_versions_with_it(units: Units) -> None:
    version = units.published("orders", OLD, later=OLD)
    units.scan(shown("orders", OLD), live=True)
    units.deleted("orders")
    for day in (1, 2):
        units.scan(day=day)
    assert units.findings() == {}
    assert units.history("orders", version)[-1] == "closed"
