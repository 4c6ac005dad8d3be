"""`steward runtimes list`: functions of the latest report, filtered, the most urgent first."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from steward.domain.runtimes.reporting.csv_rows import COLUMNS
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.runtimes_hub import ReportingHub
from tests.integration.cli.runtimes_report import written
from tests.integration.cli.test_report_runtimes import READS_REPORTS


@pytest.fixture(autouse=True)
def _reported(hub: ReportingHub) -> None:
    hub.has(written())


def names(operator: Operator, *arguments: str) -> list[str]:
    found = json.loads(operator("runtimes", "list", *arguments, "--json").out)["functions"]
    return [f"{row['name']}:{row['version']}".removesuffix(":$LATEST") for row in found]


ALL = [
    "orders-api",
    "orders-api:7",
    "orders-worker",
    "orders-api",
    "shop-render",
    "legacy-import",
    "rules",
    "nightly",
    "lake-in",
    "lake-out",
    "shop-thumbnails",
]


def test_what_needs_something_is_listed_by_urgency(operator: Operator) -> None:
    assert names(operator) == ALL


def test_fine_functions_are_only_counted_unless_they_are_asked_for(operator: Operator) -> None:
    assert "2 others on runtimes that do not end soon (--all)" in operator("runtimes", "list").out
    assert names(operator, "--all") == [*ALL, "shop-search", "orders-audit"]
    assert names(operator, "--bucket", "fine") == ["shop-search", "orders-audit"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        pytest.param(
            ["--owner", "WEB@example.com"], ["shop-render", "nightly", ALL[-1]], id="owner"
        ),
        pytest.param(["--owner", "web"], [], id="half-an-owner"),
        pytest.param(["--stack", "reporting", "--stack", "lake"], ALL[7:10], id="stacks"),
        pytest.param(
            ["--account", "web-prod", "--level", "low"], [ALL[4], ALL[7]], id="account-name"
        ),
        pytest.param(["--account", "444444444444"], ALL[8:10], id="account-id"),
        pytest.param(["--region", "us-east-1"], ["orders-api"], id="region"),
        pytest.param(["--runtime", "python3.8"], ["orders-api:7"], id="runtime"),
        pytest.param(["--state", "create_blocked"], ["legacy-import"], id="state"),
        pytest.param(["--bucket", "not covered"], ALL[8:10], id="bucket"),
        pytest.param(["--level", "BREACH"], [], id="nothing-as-grave"),
        pytest.param(["--stack", "orders", "--region", "us-east-1"], ["orders-api"], id="both"),
    ],
)
def test_filters_narrow_it(operator: Operator, arguments: list[str], found: list[str]) -> None:
    assert names(operator, *arguments) == found


def test_an_empty_list_still_says_what_was_covered(operator: Operator) -> None:
    answer = operator("runtimes", "list", "--level", "BREACH")
    assert answer.code == 1
    assert answer.out.splitlines()[0] == "0 functions listed of 12 functions"
    assert "  3 of 4 account regions, 1 of them read from Lambda itself" in answer.out
    assert "  not covered: data-prod (444444444444), eu-west-1: " in answer.out


def test_each_line_says_what_to_change_it_to(operator: Operator) -> None:
    heading, first, *_ = operator("runtimes", "list", "--stack", "orders").out.splitlines()
    assert heading.split() == [
        *("LEVEL", "ACCOUNT", "REGION", "FUNCTION", "RUNTIME", "STACK", "OWNER", "WHAT")
    ]
    assert first.split()[:6] == [
        *("CRITICAL", "payments-dev", "eu-west-1", "orders-api", "python3.9", "orders")
    ]
    assert first.endswith("; change it to python3.12, the latest is python3.14")


def test_an_exception_is_told_in_its_line(operator: Operator) -> None:
    told = operator("runtimes", "list", "--bucket", "excepted").out.splitlines()[1]
    assert told.startswith("excepted")
    assert "; excepted until 2027-01-31 by head@example.com: is retired in January; " in told


def test_csv_has_the_columns_and_cells_of_the_hubs_table(
    operator: Operator, hub: ReportingHub
) -> None:
    whole = hub.has(written()).files["csv"].decode()
    told = operator("runtimes", "list", "--all", "--csv").out
    mine, hubs = list(csv.reader(StringIO(told))), list(csv.reader(StringIO(whole)))
    assert tuple(mine[0]) == COLUMNS
    assert sorted(mine[1:]) == sorted(hubs[1:])


def test_the_document_says_what_it_is_out_of(operator: Operator) -> None:
    found: Any = json.loads(
        operator("runtimes", "list", "--stack", "orders", "--level", "low", "--json").out
    )
    assert found["asked_for"] == {"stack": ["orders"], "level": ["LOW"]}
    assert (found["total"], found["fine_left_out"], found["whole"]) == (12, 0, False)
    assert found["coverage"]["covered"] == 3


def test_it_only_reads(operator: Operator, calls: Calls) -> None:
    calls.clear()
    operator("runtimes", "list")
    assert set(calls) - READS_REPORTS == set()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["--csv", "--json"], "exclude each other", id="two-forms"),
        pytest.param(["--state", "OLD"], "Invalid value", id="no-such-state"),
        pytest.param(["--level", "bad"], "Invalid value", id="no-such-level"),
        pytest.param(["--bucket", "old"], "Invalid value", id="no-such-bucket"),
    ],
)
def test_a_wrong_call_is_told(operator: Operator, arguments: list[str], complaint: str) -> None:
    answer = operator("runtimes", "list", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err
