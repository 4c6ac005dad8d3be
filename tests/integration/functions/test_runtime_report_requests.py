"""What operators ask runtime_report for: exceptions, their end, and acknowledgements."""

from datetime import timedelta
from typing import Any

import pytest

from functions.runtime_report import app
from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.exceptions import ScopeKind
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.states import RuntimeState
from tests.factories import UNIT, make_policy
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_reports import (
    DAY,
    OWNER,
    SCANNED_AT,
    TODAY,
    ReportHub,
    open_report_hub,
    row,
)

ARN = "arn:aws:lambda:eu-west-1:222222222222:function:orders-get"
UPDATE_BLOCK = "2027-03-03"
WORK_ITEM = f"{OWNER}|application|orders|create block"
WISH: dict[str, Any] = {
    "action": "except",
    "kind": "stack",
    "scope": "orders",
    "runtime": "python3.9",
    "reason": "the vendor is late",
    "approver": "cto@example.com",
    "expires": "2027-01-15",
}


@pytest.fixture
def reports(hub: Hub) -> ReportHub:
    return open_report_hub(hub, app)


def test_r11_an_exception_is_granted_with_the_state_of_the_day_and_who_asked(
    reports: ReportHub,
) -> None:
    answer = reports.ask(**WISH, ticket="OPS-7")
    assert answer == {
        "done": True,
        "reason": "stack orders may stay on python3.9 until 2027-01-15, by cto@example.com",
    }
    (granted,) = reports.hub.ledger.exceptions()
    assert (granted.created, granted.granted_in) == (TODAY, RuntimeState.DEPRECATED)
    assert granted.ticket == "OPS-7"
    (event,) = reports.hub.ledger.exception_history(ScopeKind.STACK, "orders", "python3.9")
    assert (event.actor, event.what) == ("ops@example.com", "granted")


def test_r11_the_exception_counts_in_the_next_report(reports: ReportHub) -> None:
    reports.ask(**WISH)
    rows = [row(exceptions=reports.hub.ledger.exceptions())]
    overview = reports.scanned(SCANNED_AT, {UNIT: rows})
    assert overview.buckets["excepted"] == 1


@pytest.mark.parametrize(
    ("changes", "is_done"),
    [
        pytest.param({"expires": UPDATE_BLOCK}, True, id="on-the-update-block"),
        pytest.param({"expires": "2027-03-04"}, False, id="a-day-past-it"),
        pytest.param(
            {"expires": "2027-03-04", "second_approver": "ceo@example.com"},
            True,
            id="past-it-by-two",
        ),
        pytest.param(
            {"expires": "2027-03-04", "second_approver": "CTO@example.com"},
            False,
            id="past-it-by-one-twice",
        ),
        pytest.param({"expires": str(TODAY + DAY)}, True, id="a-day"),
        pytest.param({"expires": str(TODAY)}, False, id="over-today"),
        pytest.param({"runtime": "java11", "expires": str(TODAY + 180 * DAY)}, True, id="180-days"),
        pytest.param(
            {"runtime": "java11", "expires": str(TODAY + 181 * DAY)}, False, id="181-days"
        ),
    ],
)
def test_r11_when_an_exception_may_end(
    reports: ReportHub, changes: dict[str, Any], is_done: bool
) -> None:
    answer = reports.ask(**WISH | changes)
    assert answer["done"] is is_done
    assert len(reports.hub.ledger.exceptions()) == is_done
    assert "; write" in answer["reason"] or "name another" in answer["reason"] or is_done


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"runtime": "python9.9"}, "not in the lifecycle table", id="unknown runtime"),
        pytest.param({"runtime": "Python 3"}, "runtime: String should match", id="no runtime"),
        pytest.param({"kind": "account"}, "no account id", id="no account"),
        pytest.param({"kind": "arn"}, "no ARN of a function", id="no arn"),
        pytest.param({"kind": "arn", "scope": f"{ARN}:3"}, "without a version", id="a version"),
        pytest.param({"kind": "region"}, "kind: Input should be", id="another kind"),
        pytest.param({"expires": None}, "expires: Input should be", id="no end"),
        pytest.param({"reason": " "}, "reason: String should have", id="no reason"),
        pytest.param({"more": 1}, "more: Extra inputs", id="unknown field"),
        pytest.param({"by": ""}, "by: String should have", id="nobody asks"),
        pytest.param({"action": "forgive"}, "'forgive'", id="unknown action"),
    ],
)
def test_a_wrong_request_is_answered_with_what_is_wrong(
    reports: ReportHub, changes: dict[str, Any], says: str
) -> None:
    answer = reports.ask(**WISH | changes)
    assert not answer["done"]
    assert says in answer["reason"]
    assert reports.hub.exchange.writes == []


@pytest.mark.parametrize("kind", ["arn", "account", "owner", "stack"])
def test_every_kind_of_scope_can_be_excepted(reports: ReportHub, kind: str) -> None:
    scopes = {"arn": ARN, "account": UNIT.account_id, "owner": OWNER, "stack": "orders"}
    assert reports.ask(**WISH | {"kind": kind, "scope": scopes[kind]})["done"]
    rows = [row(exceptions=reports.hub.ledger.exceptions())]
    overview = reports.scanned(SCANNED_AT, {UNIT: rows})
    assert (overview.buckets["excepted"], overview.exceptions[0].functions) == (1, 1)


def test_r2_the_dates_of_the_latest_scan_decide(reports: ReportHub) -> None:
    earlier = Claim(Speaker.CATALOG, "python3.9", Milestone.UPDATE_BLOCK, TODAY + 30 * DAY, TODAY)
    reports.scanned(SCANNED_AT, {UNIT: [row()]}, claims=(earlier,))
    answer = reports.ask(**WISH)
    assert not answer["done"]
    assert "update block on 2026-12-23" in answer["reason"]


def test_r2_a_block_of_one_region_holds_for_its_functions_alone(reports: ReportHub) -> None:
    day = TODAY + 30 * DAY
    regions = frozenset({"us-east-1"})
    claim = Claim(Speaker.CATALOG, "python3.9", Milestone.UPDATE_BLOCK, day, TODAY, regions)
    reports.scanned(SCANNED_AT, {UNIT: [row()]}, claims=(claim,))
    assert not reports.ask(**WISH)["done"]
    assert reports.ask(**WISH | {"kind": "arn", "scope": ARN})["done"]
    there = ARN.replace("eu-west-1", "us-east-1")
    assert not reports.ask(**WISH | {"kind": "arn", "scope": there})["done"]


def test_r2_before_the_first_scan_the_policys_dates_decide(reports: ReportHub) -> None:
    override = {
        "runtime": "python3.9",
        "update_block": "2026-12-24",
        "reason": "said our account manager",
        "created": "2026-11-01",
        "expires": "2027-11-01",
    }
    policy = make_policy(runtimes={"dates": [override]})
    reports.hub.ledger.save_policy(policy.fingerprint, policy.model_dump_json(), SCANNED_AT)
    answer = reports.ask(**WISH)
    assert not answer["done"]
    assert "update block on 2026-12-24" in answer["reason"]


def test_an_exception_is_revoked_and_that_is_audited(reports: ReportHub) -> None:
    reports.ask(**WISH)
    reports.hub.clock += timedelta(hours=1)
    which = {name: WISH[name] for name in ("kind", "scope", "runtime")}
    assert reports.ask(action="revoke", **which)["done"]
    assert reports.hub.ledger.exceptions() == []
    events = reports.hub.ledger.exception_history(ScopeKind.STACK, "orders", "python3.9")
    assert [(each.what, each.actor) for each in events] == [
        ("granted", "ops@example.com"),
        ("revoked", "ops@example.com"),
    ]


def test_revoking_what_is_not_there_names_what_is(reports: ReportHub) -> None:
    nothing = reports.ask(action="revoke", kind="stack", scope="order", runtime="python3.9")
    assert nothing["reason"].endswith("there is none at all")
    reports.ask(**WISH)
    answer = reports.ask(action="revoke", kind="stack", scope="order", runtime="python3.9")
    assert not answer["done"]
    assert "did you mean stack orders for python3.9?" in answer["reason"]


def test_a_work_item_is_acknowledged_until_its_milestone(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    answer = reports.ask(action="acknowledge", group=WORK_ITEM, note="in sprint 12")
    assert answer == {
        "done": True,
        "reason": "orders is acknowledged by ops@example.com; nobody else is told until create "
        "block on 2027-02-01",
    }
    given = reports.hub.ledger.acknowledgements()[WORK_ITEM]
    assert (given.by, given.milestone, str(given.day), given.note) == (
        "ops@example.com",
        Milestone.CREATE_BLOCK,
        "2027-02-01",
        "in sprint 12",
    )


def test_an_unknown_work_item_is_refused_with_near_names(reports: ReportHub) -> None:
    early = reports.ask(action="acknowledge", group="orders")
    assert (early["done"], "ask for a scan first" in early["reason"]) == (False, True)
    reports.scanned(SCANNED_AT, {UNIT: [row(), row("b", stack="billing")]})
    answer = reports.ask(action="acknowledge", group=WORK_ITEM.replace("orders|", "order|"))
    assert not answer["done"]
    assert f"did you mean {WORK_ITEM}" in answer["reason"]
    assert reports.hub.ledger.acknowledgements() == {}


@pytest.mark.parametrize(
    ("event", "says"),
    [
        pytest.param({}, "holds nothing", id="empty"),
        pytest.param(
            {"time": "2026-11-23T05:00:00Z", "source": "aws.events"}, "source", id="timer"
        ),
    ],
)
def test_an_event_of_another_kind_is_refused_clearly(
    reports: ReportHub, event: dict[str, Any], says: str
) -> None:
    with pytest.raises(Exception, match="Records of the runtime reports queue") as caught:
        reports.function(event)
    assert says in str(caught.value)
