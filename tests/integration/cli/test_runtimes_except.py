"""`steward runtimes except`, `exceptions`, `revoke`, `acknowledge`, with the real function.

The function runs in this process: the organization of these tests has no deployed hub.
"""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from steward.domain.runtimes.exceptions import ScopeKind
from steward.domain.runtimes.states import RuntimeState
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.runtimes_hub import ReportingHub
from tests.integration.cli.runtimes_report import EXCEPTION, NOW, written
from tests.integration.cli.test_report_runtimes import READS_REPORTS

# Only reports are counted.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

WHY = ("--reason", "retired in March", "--approver", "head@example.com")
WISH = ("--stack", "orders", "--runtime", "python3.9", *WHY)
GROUP = "payments@example.com|application|orders|create block"


@pytest.fixture(autouse=True)
def _reported(hub: ReportingHub) -> None:
    hub.has(written())


@pytest.fixture
def real(
    operator: Operator,
    hub: ReportingHub,
    ledger_put_back: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Operator:
    """The hub answers by its own code, and what it writes is undone."""
    assert ledger_put_back is None
    hub.runs_the_real_function(operator.world, monkeypatch)
    return operator


def granted(operator: Operator, *arguments: str) -> Any:
    return operator("runtimes", "except", *WISH, "--expires", "2027-01-31", *arguments)


def test_an_exception_is_granted_by_the_hub(real: Operator) -> None:
    answer = granted(real, "--ticket", "PLAT-9", "--control", "no public route")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "stack orders may stay on python3.9 until 2027-01-31, by head@example.com\n"
    )
    (saved,) = real.world.ledger.exceptions()
    assert (saved.kind, saved.scope, saved.runtime) == (ScopeKind.STACK, "orders", "python3.9")
    assert (saved.created, saved.granted_in) == (NOW.date(), RuntimeState.DEPRECATED)
    assert (saved.ticket, saved.control) == ("PLAT-9", "no public route")


@pytest.mark.parametrize(
    ("asked", "by"),
    [([], "root of account 111111111111"), (["--by", "ada@example.com"], "ada@example.com")],
    ids=["caller", "named"],
)
def test_the_audit_trail_names_who_asked(real: Operator, asked: list[str], by: str) -> None:
    granted(real, *asked)
    history = real.world.ledger.exception_history(ScopeKind.STACK, "orders", "python3.9")
    assert [(event.what, event.actor) for event in history] == [("granted", by)]


def test_a_granted_exception_is_listed_and_can_be_revoked(real: Operator) -> None:
    granted(real)
    listed = real("runtimes", "exceptions").out
    assert listed.splitlines() == [
        "stack orders on python3.9: holds (ends in 69 days)",
        "  excepted until 2027-01-31 by head@example.com: retired in March",
        "  granted on 2026-11-23 by head@example.com, when it was DEPRECATED",
        "  not in the latest report yet",
        "1 exception, 1 of them hold today",
    ]
    revoked = real("runtimes", "revoke", "--stack", "orders", "--runtime", "python3.9")
    assert (revoked.code, revoked.out) == (
        0,
        "the exception of stack orders for python3.9 is over\n",
    )
    assert real("runtimes", "exceptions").out == "0 exceptions, 0 of them hold today\n"


def test_what_is_not_there_cannot_be_revoked(real: Operator) -> None:
    answer = real("runtimes", "revoke", "--stack", "orders", "--runtime", "python3.9")
    assert (answer.code, answer.out) == (1, "")
    assert "it was refused: there is no exception stack orders for python3.9" in answer.err


def test_the_list_counts_what_an_exception_covered(real: Operator) -> None:
    real.world.ledger.save_exception(EXCEPTION, "head@example.com", NOW)
    (found,) = json.loads(real("runtimes", "exceptions", "--json").out)["exceptions"]
    assert (found["scope"], found["functions"], found["holds"]) == ("reporting", 1, True)


def test_an_exception_that_has_ended_is_listed_as_such(real: Operator, hub: ReportingHub) -> None:
    real.world.ledger.save_exception(EXCEPTION, "head@example.com", NOW)
    hub.clock.at = NOW + timedelta(days=69)
    told = real("runtimes", "exceptions").out
    assert "stack reporting on nodejs18.x: does not hold (ends today)" in told
    assert "its exception ended on 2027-01-31" in told


def test_the_document_of_a_request_holds_what_was_asked(real: Operator) -> None:
    found = json.loads(granted(real, "--json").out)
    assert (found["done"], found["request"]["action"]) == (True, "except")
    assert found["request"]["expires"] == "2027-01-31"


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        pytest.param(
            [*WISH],
            2,
            "to do: give a day: 2027-03-03 is the latest, the update block of python3.9; with a "
            "--second-approver, 2027-05-22 is the latest, 180 days ahead",
            id="for-ever",
        ),
        pytest.param([*WISH, "--expires", "soon"], 2, "--expires soon is no date", id="no-date"),
        pytest.param(
            [*WISH, "--expires", "2027-05-23"], 2, "write 2027-05-22 or earlier", id="181-days"
        ),
        pytest.param([*WISH, "--expires", "2026-11-23"], 2, "write a later day", id="today"),
        pytest.param(
            [*WISH, "--expires", "2027-03-01", "--second-approver", "HEAD@example.com"],
            2,
            "approves twice",
            id="one-approves-twice",
        ),
        pytest.param(
            [*WISH, "--account", "222222222222", "--expires", "2027-03-01"],
            2,
            "give one of --arn, --stack, --owner and --account",
            id="two-scopes",
        ),
        pytest.param(
            ["--runtime", "python3.9", *WHY, "--expires", "2027-03-01"],
            2,
            "what it is for is not said",
            id="no-scope",
        ),
        pytest.param(
            ["--account", "payments-dev", *WISH[2:], "--expires", "2027-03-01"],
            2,
            "payments-dev is no account id",
            id="account-name",
        ),
        pytest.param(
            ["--arn", "orders-api", *WISH[2:], "--expires", "2027-03-01"],
            2,
            "orders-api is no ARN of a function",
            id="no-arn",
        ),
        pytest.param(
            ["--stack", "orders", "--runtime", "Python 3.9", *WHY, "--expires", "2027-03-01"],
            2,
            "--runtime: String should match",
            id="no-identifier",
        ),
    ],
)
def test_a_wrong_wish_is_told_before_anybody_is_asked(
    operator: Operator, calls: Calls, arguments: list[str], code: int, complaint: str
) -> None:
    calls.clear()
    answer = operator("runtimes", "except", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert complaint in answer.err
    assert calls == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(
            [*WISH, "--expires", "2027-03-04"], "is past python3.9's update block", id="past-block"
        ),
        pytest.param(
            ["--stack", "orders", "--runtime", "pyhton3.9", *WHY, "--expires", "2027-03-01"],
            "did you mean python3.9?",
            id="misspelt-runtime",
        ),
        pytest.param(
            ["--stack", "order", "--runtime", "python3.9", *WHY, "--expires", "2027-03-01"],
            "stack order has no function among the 12 functions of the report; did you mean orders",
            id="misspelt-stack",
        ),
        pytest.param(
            ["--stack", "shop", "--runtime", "python3.9", *WHY, "--expires", "2027-03-01"],
            "stack shop has nothing on python3.9: 1 on no runtime, 1 on nodejs20.x, 1 on nodejs2",
            id="another-runtime",
        ),
    ],
)
def test_what_the_hub_would_refuse_or_nobody_needs_is_not_asked_for(
    operator: Operator, calls: Calls, arguments: list[str], complaint: str
) -> None:
    answer = operator("runtimes", "except", *arguments)
    assert (answer.code, answer.out) == (1, "")
    assert complaint in answer.err
    assert "Invoke" not in calls


def test_an_operator_may_insist(real: Operator) -> None:
    wish = ["--stack", "shop", "--runtime", "python3.9", *WHY, "--expires", "2027-03-01"]
    answer = real("runtimes", "except", *wish, "--anyway")
    assert answer.code == 0
    assert "warning: stack shop has nothing on python3.9: " in answer.err


def test_the_hubs_dates_count_and_not_the_shipped_ones(real: Operator, hub: ReportingHub) -> None:
    """An update block that the hub knows to be later lets an exception last longer."""
    report = written()
    later = date(2027, 4, 1)
    lines = tuple(
        line.model_copy(update={"update_block": later}) if line.id == "python3.9" else line
        for line in report.overview.runtimes
    )
    report.overview = report.overview.model_copy(update={"runtimes": lines})
    hub.has(report)
    hub.answers({"done": True, "reason": "granted"})
    answer = real("runtimes", "except", *WISH, "--expires", "2027-03-31")
    assert (answer.code, answer.out) == (0, "granted\n")


def test_a_milestone_that_ends_it_before_is_told(real: Operator) -> None:
    on_the_day = real("runtimes", "except", *WISH, "--expires", "2027-02-01")
    assert (on_the_day.code, on_the_day.err) == (0, "")
    answer = real("runtimes", "except", *WISH, "--expires", "2027-02-02")
    assert answer.code == 0
    assert answer.err == (
        "warning: the create block of python3.9 ends it on 2027-02-01, before 2027-02-02\n"
    )


def test_a_refusal_of_the_hub_is_told(operator: Operator, hub: ReportingHub) -> None:
    hub.answers({"done": False, "reason": "no; ask head@example.com"})
    answer = granted(operator)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "error: it was refused: no\n  to do: ask head@example.com\n"
    refused = granted(operator, "--json")
    assert (refused.code, json.loads(refused.out)["done"]) == (1, False)


def test_without_a_report_an_exception_can_still_be_granted(
    real: Operator, hub: ReportingHub
) -> None:
    hub.clear()
    answer = granted(real)
    assert answer.code == 0
    assert "warning: there is no report yet" in answer.err


@pytest.mark.parametrize("named", [GROUP, "orders"], ids=["by-its-name", "by-its-place"])
def test_a_work_item_is_acknowledged(real: Operator, named: str) -> None:
    answer = real(
        "runtimes", "acknowledge", named, "--note", "on Thursday", "--by", "ada@b.example"
    )
    assert answer.code == 0
    assert answer.out == (
        "orders is acknowledged by ada@b.example; nobody else is told until create block on "
        "2027-02-01\n"
    )
    saved = real.world.ledger.acknowledgements()[GROUP]
    assert (saved.by, saved.note) == ("ada@b.example", "on Thursday")


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        pytest.param("order", "did you mean orders?", id="nearly"),
        pytest.param("zzz", "`steward report runtimes --all` lists them", id="nothing-like-it"),
    ],
)
def test_a_work_item_that_is_not_there_is_told(
    operator: Operator, calls: Calls, named: str, complaint: str
) -> None:
    answer = operator("runtimes", "acknowledge", named)
    assert (answer.code, answer.out) == (1, "")
    assert complaint in answer.err
    assert "Invoke" not in calls


def test_a_place_of_several_items_lists_them(operator: Operator, hub: ReportingHub) -> None:
    report = written()
    orders = report.overview.work[0]
    twin = orders.model_copy(update={"group": "web@example.com|application|orders|create block"})
    report.overview = report.overview.model_copy(update={"work": (orders, twin)})
    hub.has(report)
    answer = operator("runtimes", "acknowledge", "orders")
    assert (answer.code, answer.out) == (2, "")
    assert f"\n  {orders.group}\n  {twin.group}\n" in answer.err


def test_listing_only_reads(operator: Operator, calls: Calls) -> None:
    calls.clear()
    operator("runtimes", "exceptions")
    assert set(calls) - READS_REPORTS == set()
