"""Units of which little or nothing can be read: nothing closes, and the reason is said."""

from typing import Any

import pytest

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reconciliation import Outcome
from steward.observability import metrics
from tests.integration.functions.runtime_units import Units, shown, told
from tests.integration.functions.samples import failed, queued

OLD, NEW = "python3.9", "python3.14"
WHY = "Config has no recorder there; turn it on"


def shut_role(units: Units) -> None:
    """The process that still has the role's credentials ends, too."""
    units.hub.exchange.refuse_role("steward-read")
    units.worker.restart()


def deny_listing(units: Units) -> None:
    units.hub.exchange.refuse("ListFunctions", "AccessDeniedException", "no lambda here", times=99)


def disable_region(units: Units) -> None:
    units.hub.exchange.refuse("ListFunctions", "UnrecognizedClientException", times=99)


SHUT = [
    pytest.param(shut_role, "cannot be assumed", id="role"),
    pytest.param(deny_listing, "no lambda here", id="listing-denied"),
    pytest.param(disable_region, "enable the region", id="region-off"),
]


@pytest.mark.parametrize(("shut", "says"), SHUT)
def test_a_unit_that_nobody_shows_is_not_covered_and_closes_nothing(
    units: Units, shut: Any, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    units.function("orders", OLD)
    units.scan(in_config=False)
    shut(units)
    for day in (1, 2, 3):
        header = units.scan(told("orders", "PENDING"), day=day, in_config=False, config_reason=WHY)
        assert (header.covered, header.functions, units.rows()) == (False, 0, [])
        assert says in header.reason
        assert WHY in header.reason
        assert header.problems == ("Health has 1 function there as affected",)
    assert set(units.findings()) == {"orders"}
    assert units.history("orders") == ["opened"]
    assert capsys.readouterr().out.count('"RuntimeUnitsNotCovered":[1.0]') == 3
    metrics.clear_metrics()
    units.hub.exchange.heal()
    assert units.scan(day=4, in_config=False).covered


@pytest.mark.parametrize(("shut", "says"), SHUT)
def test_what_config_covers_is_reported_without_lambda_and_says_what_is_missing(
    units: Units, shut: Any, says: str
) -> None:
    version = units.published("kept", OLD, later=NEW)
    units.scan(shown("kept", NEW), live=True)
    shut(units)
    header = units.scan(shown("kept", NEW), shown("orders", OLD), day=1, live=True)
    assert (header.covered, header.config, header.live, header.versions) == (True, True, False, 0)
    assert header.problems[0].startswith("published versions")
    assert says in header.problems[0]
    row = units.row("orders")
    assert (row.bucket, row.outcome) == (Bucket.AFFECTED, Outcome.OPEN)
    assert set(units.findings()) == {"orders", f"kept:{version}"}
    assert units.row("kept", version).bucket is Bucket.AFFECTED


def test_a_list_that_breaks_off_closes_nothing(units: Units) -> None:
    """What its later pages would have shown is not absent."""
    names = [f"function-{number:02d}" for number in range(60)]
    units.answers.list_pages(names, OLD)
    units.scan(in_config=False)
    assert len(units.findings()) == 60
    functions = [shown(name, OLD) for name in names]
    for day in (1, 2):
        units.hub.exchange.refuse("ListFunctions", "AccessDeniedException", skip=1)
        assert not units.scan(day=day, in_config=False).covered
        units.hub.exchange.refuse("ListFunctions", "AccessDeniedException", skip=1)
        header = units.scan(*functions, day=day + 2, live=True)
        assert (header.covered, header.functions, header.live) == (True, 60, False)
    assert [each.absences for each in units.findings().values()] == [0] * 60


def test_a_throttled_unit_is_tried_again_and_closes_nothing(units: Units) -> None:
    units.scan(shown("orders", OLD))
    work = units.planned(shown("orders", OLD), day=1, live=True)
    units.hub.exchange.refuse("ListFunctions", "TooManyRequestsException")
    message = queued("runtime_unit", work.model_dump_json())
    assert failed(units.worker(message)) == ["0"]
    assert set(units.findings()) == {"orders"}


@pytest.mark.parametrize(
    ("operation", "missing"),
    [
        pytest.param("ListFunctionUrlConfigs", "function URLs", id="urls"),
        pytest.param("GetMetricData", "invocations", id="invocations"),
        pytest.param("GetRuntimeManagementConfig", "held at", id="pinned"),
        pytest.param("ListEventSourceMappings", "triggers", id="triggers"),
        pytest.param("ListAliases", "aliases", id="aliases"),
        pytest.param("GetResources", "tags of functions", id="tags"),
        pytest.param("DescribeStacks", "root stacks", id="stacks"),
        pytest.param("DescribeCanaries", "canaries", id="canaries"),
    ],
)
def test_a_question_that_is_denied_is_asked_once_and_named(
    units: Units, operation: str, missing: str
) -> None:
    stack = {"aws:cloudformation:stack-id": "arn:aws:cloudformation:x:1:stack/shop/1"}
    for name in ("orders", "shop"):
        units.published(name, OLD, later=OLD)
        units.answers.tags[name] = stack
    units.hub.exchange.refuse(operation, "AccessDeniedException", "not for you", times=99)
    header = units.scan(in_config=False, live=True)
    (problem,) = header.problems
    assert missing in problem
    assert "not for you" in problem
    assert len(units.hub.exchange.sent(operation)) == 1
    assert (header.covered, header.functions) == (True, 2)


def test_what_nobody_answered_is_not_made_up(units: Units) -> None:
    shut_role(units)
    header = units.scan(shown("orders", OLD))
    row = units.row("orders")
    assert (row.invocations, row.internet_facing, row.pinned) == (None, False, "")
    assert len(header.problems) == 1
    assert len(units.hub.exchange.sent("AssumeRole")) == 1
