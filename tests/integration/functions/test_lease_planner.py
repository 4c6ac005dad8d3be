"""A planned sweep: which units are queued, under which clock and policy, and what holds it back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.lease_planner import app
from steward.domain.policy import Policy
from steward.domain.stacks import Unit
from steward.messages import UnitWork
from tests.factories import FINGERPRINT, make_lease, make_policy
from tests.integration.digest_hub import aws
from tests.integration.functions.cloudformation import HUB
from tests.integration.functions.hub import SKEW, SWEPT_AT, Function, Hub
from tests.integration.functions.samples import sample

SECOND = timedelta(seconds=1)
# One chunk of units, however many accounts there are up to thousands, and the header.
PLAN_WRITES = ["PutItem", "PutItem"]
REGIONS = ("eu-west-1", "us-east-1")
INVALID = '{"version": 1, "scope": {"name_patterns": ["*"]}, "mode": "reap", "typo": 1}'


@dataclass
class Members:
    """The organization: two development accounts, one in production, one that was closed."""

    root: str
    production: str
    dev: str
    test: str
    prod: str
    closed: str


@pytest.fixture
def members(hub: Hub) -> Members:
    assert hub
    client = aws().client("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]

    def unit(parent: str, name: str) -> str:
        made = client.create_organizational_unit(ParentId=parent, Name=name)
        return made["OrganizationalUnit"]["Id"]

    def account(name: str, parent: str, **tags: str) -> str:
        made = client.create_account(
            Email=f"{name}@example.com",
            AccountName=name,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )["CreateAccountStatus"]["AccountId"]
        client.move_account(AccountId=made, SourceParentId=root, DestinationParentId=parent)
        return made

    workloads = unit(root, "workloads")
    production = unit(workloads, "production")
    members = Members(
        root=root,
        production=production,
        dev=account("dev", workloads, team="payments"),
        test=account("test", workloads),
        prod=account("prod", production),
        closed=account("closed", workloads),
    )
    client.close_account(AccountId=members.closed)
    return members


@pytest.fixture
def planner(hub: Hub, members: Members) -> Function:
    hub.appconfig.deploy(policy_without(members))
    return hub.function(app)


def policy_without(members: Members, **overrides: Any) -> Policy:
    """The usual policy, with production out of scope."""
    scope = {
        "name_patterns": ["feat-*"],
        "regions": list(REGIONS),
        "exclude": {"organizational_units": [members.production]},
    }
    return make_policy(scope=scope, **overrides)


def planned(hub: Hub) -> list[UnitWork]:
    works = [UnitWork.model_validate(body) for body in hub.queued(hub.units_url)]
    return sorted(works, key=lambda work: work.unit)


def units(*account_ids: str) -> list[Unit]:
    return sorted(Unit(account_id, region) for account_id in account_ids for region in REGIONS)


def test_the_sample_schedule_queues_every_unit_in_scope(
    hub: Hub, planner: Function, members: Members
) -> None:
    result = planner(sample("schedule"))
    works = planned(hub)
    assert [work.unit for work in works] == units(members.dev, members.test)
    assert result == {
        "sweep": "2026-11-23T08:00:00Z",
        "units": 4,
        "mode": "reap",
        "held": "",
        "passed_over": {
            HUB: "the management account is never reaped",
            members.prod: f"organizational unit {members.production} is excluded",
        },
        "closed": [],
    }
    assert len({work.sweep for work in works}) == 1
    assert (works[0].sweep.swept_at, works[0].scope_since) == (SWEPT_AT, SWEPT_AT)
    assert works[0].sweep.policy == policy_without(members).fingerprint


def test_what_was_read_of_an_account_goes_along_and_on_record(
    hub: Hub, planner: Function, members: Members
) -> None:
    planner(sample("schedule"))
    (work, *_) = [work for work in planned(hub) if work.account.account_id == members.dev]
    assert (work.account.name, work.account.tags) == ("dev", {"team": "payments"})
    assert work.account.ou_path[0] == members.root
    assert hub.ledger.account(members.dev) == work.account.account()
    in_production = hub.ledger.account(members.prod)
    assert in_production is not None
    assert in_production.ou_path[-1] == members.production
    assert hub.ledger.account(members.closed) is None


def test_a_second_sweep_with_nothing_new_writes_its_plan_only(hub: Hub, planner: Function) -> None:
    planner(sample("schedule"))
    assert "TransactWriteItems" in hub.exchange.writes
    hub.exchange.calls.clear()
    hub.clock += timedelta(hours=1)
    planner(sample("schedule") | {"time": hub.clock.isoformat()})
    assert hub.exchange.writes == PLAN_WRITES
    planner.restart()
    planner(sample("schedule"))
    assert hub.exchange.writes == PLAN_WRITES + PLAN_WRITES


def test_units_are_sent_ten_at_a_time(hub: Hub, planner: Function, members: Members) -> None:
    regions = [f"eu-west-{number}" for number in range(1, 10)] + ["us-east-1", "us-east-2"]
    scope = {"name_patterns": ["feat-*"], "regions": regions}
    hub.appconfig.deploy(make_policy(scope=scope))
    assert planner(sample("schedule"))["units"] == 33
    batches = [len(params["Entries"]) for params in hub.exchange.sent("SendMessageBatch")]
    assert batches == [10, 10, 10, 3]
    assert {work.account.account_id for work in planned(hub)} == {
        members.dev,
        members.test,
        members.prod,
    }


@pytest.mark.parametrize(
    ("moved", "is_kept"),
    [
        pytest.param(SKEW, True, id="exactly-the-skew-ago"),
        pytest.param(SKEW + SECOND, False, id="a-second-more"),
        pytest.param(-SKEW, True, id="exactly-the-skew-ahead"),
        pytest.param(-SKEW - SECOND, False, id="a-second-more-ahead"),
        pytest.param(timedelta(days=300), False, id="an-old-sample"),
    ],
)
def test_the_events_time_is_the_sweeps_clock_when_it_is_near(
    hub: Hub, planner: Function, moved: timedelta, is_kept: bool
) -> None:
    hub.clock = SWEPT_AT + moved
    planner(sample("schedule"))
    expected = SWEPT_AT if is_kept else hub.clock
    assert {work.sweep.swept_at for work in planned(hub)} == {expected}


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({}, id="empty"),
        pytest.param({"time": "2026-11-23T08:00:00"}, id="naive"),
        pytest.param({"time": None}, id="no-time"),
        pytest.param({"time": "9999-12-31T23:59:59Z"}, id="end-of-time"),
        pytest.param({"time": "0001-01-01T00:00:00+14:00"}, id="beginning-of-time"),
    ],
)
def test_an_event_of_another_shape_sweeps_now(
    hub: Hub, planner: Function, event: dict[str, object]
) -> None:
    assert planner(event)["units"] == 4
    assert {work.sweep.swept_at for work in planned(hub)} == {hub.clock}


def document(text: str | None) -> Callable[[Hub], None]:
    def change(hub: Hub) -> None:
        hub.appconfig.document = text

    return change


def appconfig_down(hub: Hub) -> None:
    hub.exchange.refuse("GetLatestConfiguration", "InternalServerException", "down", times=9)


PROBLEMS = [
    pytest.param(document(None), "AppConfig holds no deployed policy", id="vanished"),
    pytest.param(document("{"), "invalid: policy: Invalid JSON", id="not-json"),
    pytest.param(document(INVALID), "typo: Extra inputs", id="unknown-key"),
    pytest.param(document(INVALID), "scope.name_patterns.0: '*' matches every", id="bare-star"),
    pytest.param(appconfig_down, "could not be read: AppConfig refused", id="unreadable"),
]


@pytest.mark.parametrize(("change", "problem"), PROBLEMS)
def test_with_a_problem_the_last_good_policy_stays_in_force_and_deletes_nothing(
    hub: Hub, planner: Function, members: Members, change: Callable[[Hub], None], problem: str
) -> None:
    planner(sample("schedule"))
    planned(hub)
    change(hub)
    result = planner(sample("schedule"))
    assert problem in result["held"]
    assert result["mode"] == "notify"
    assert {(work.sweep.mode, work.sweep.policy) for work in planned(hub)} == {
        ("notify", policy_without(members).fingerprint)
    }


def test_a_problem_never_raises_the_mode(hub: Hub, planner: Function, members: Members) -> None:
    hub.appconfig.deploy(policy_without(members, mode="observe"))
    planner(sample("schedule"))
    hub.appconfig.document = None
    assert planner(sample("schedule"))["mode"] == "observe"


@pytest.mark.parametrize(("change", "problem"), PROBLEMS)
def test_without_any_good_policy_nothing_is_swept_and_that_is_said(
    hub: Hub, planner: Function, change: Callable[[Hub], None], problem: str
) -> None:
    hub.forget_policies()
    change(hub)
    result = planner(sample("schedule"))
    assert result["units"] == 0
    assert problem in result["held"]
    assert "deploy one to AppConfig" in result["held"]
    assert planned(hub) == []
    (sweep,) = hub.ledger.sweeps(1)
    assert (sweep.planned, sweep.whole, sweep.unanswered) == (0, False, frozenset())
    assert problem in sweep.sentence(hub.clock)


def test_a_policy_that_is_back_is_in_force_again(hub: Hub, planner: Function) -> None:
    planner(sample("schedule"))
    good, hub.appconfig.document = hub.appconfig.document, None
    planner(sample("schedule"))
    hub.appconfig.document = good
    result = planner(sample("schedule"))
    assert (result["mode"], result["held"]) == ("reap", "")


def lease_some(hub: Hub, members: Members, count: int, selected_by: str) -> None:
    unit = Unit(members.dev, "eu-west-1")
    for number in range(count):
        hub.save(make_lease(f"feat-{number}", unit, selected_by=selected_by))


@pytest.mark.parametrize(
    ("count", "limits", "is_held"),
    [
        pytest.param(3, {"new_leases": 3}, False, id="as-many-as-allowed"),
        pytest.param(4, {"new_leases": 3}, True, id="one-more"),
        pytest.param(4, {"new_leases": 3, "acknowledged_new_leases": 4}, False, id="acknowledged"),
        pytest.param(4, {"new_leases": 0, "acknowledged_new_leases": 3}, True, id="too-few"),
    ],
)
def test_a_scope_that_newly_selects_too_much_is_held(
    hub: Hub,
    planner: Function,
    members: Members,
    count: int,
    limits: dict[str, int],
    is_held: bool,
) -> None:
    policy = policy_without(members, limits=limits)
    hub.appconfig.deploy(policy)
    lease_some(hub, members, count, policy.scope.fingerprint)
    result = planner(sample("schedule"))
    says = f"newly selects {count} stacks" in result["held"]
    assert says is is_held
    assert {bool(work.sweep.held) for work in planned(hub)} == {is_held}


def test_what_another_scope_selected_holds_nothing(
    hub: Hub, planner: Function, members: Members
) -> None:
    hub.appconfig.deploy(policy_without(members, limits={"new_leases": 0}))
    lease_some(hub, members, 3, FINGERPRINT)
    assert planner(sample("schedule"))["held"] == ""


@pytest.mark.parametrize(
    ("count", "caps"), [(0, 0), (1, 1), (10, 1), (11, 2)], ids=lambda value: str(value)
)
def test_the_caps_of_a_sweep_count_live_leases(
    hub: Hub, planner: Function, members: Members, count: int, caps: int
) -> None:
    lease_some(hub, members, count, "")
    planner(sample("schedule"))
    assert {work.sweep.most_reaps for work in planned(hub)} == {caps}


def test_a_unit_that_left_the_scope_is_visited_until_its_leases_are_released(
    hub: Hub, planner: Function, members: Members
) -> None:
    left = [
        Unit(members.dev, "ap-south-1"),
        Unit(members.prod, "eu-west-1"),
        Unit(HUB, "eu-west-1"),
    ]
    for unit in left:
        hub.save(make_lease("feat-left", unit))
    result = planner(sample("schedule"))
    assert [work.unit for work in planned(hub)] == sorted(
        [*units(members.dev, members.test), *left]
    )
    assert result["passed_over"].keys() == {HUB, members.prod}


def test_leases_of_an_account_that_is_closed_are_said_and_not_swept(
    hub: Hub, planner: Function, members: Members
) -> None:
    hub.save(make_lease("feat-left", Unit(members.closed, "eu-west-1")))
    result = planner(sample("schedule"))
    assert "no active account" in result["passed_over"][members.closed]
    assert members.closed not in {work.account.account_id for work in planned(hub)}


def test_a_unit_that_was_not_covered_is_told_so(
    hub: Hub, planner: Function, members: Members
) -> None:
    gap = Unit(members.test, "us-east-1")
    hub.ledger.note_gap(gap, "closed", SWEPT_AT)
    planner(sample("schedule"))
    assert [work.unit for work in planned(hub) if work.was_uncovered] == [gap]


def test_alone_only_the_own_account_is_swept_and_organizations_is_not_asked(
    hub: Hub, planner: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    planner.restart()
    result = planner(sample("schedule"))
    assert (result["units"], result["passed_over"]) == (2, {})
    assert [work.unit for work in planned(hub)] == units(HUB)
    assert {call.service for call in hub.exchange.calls} == {"appconfigdata", "dynamodb", "sqs"}


@pytest.mark.parametrize("operation", ["DescribeOrganization", "ListAccountsForParent"])
def test_accounts_that_cannot_be_listed_are_no_empty_organization(
    hub: Hub, planner: Function, operation: str
) -> None:
    hub.exchange.refuse(operation, "AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        planner(sample("schedule"))
    assert planned(hub) == []


def test_a_queue_that_refuses_is_asked_again_for_the_same_sweep(
    hub: Hub, planner: Function
) -> None:
    hub.exchange.refuse("SendMessageBatch", "InternalError")
    with pytest.raises(Exception, match="InternalError"):
        planner(sample("schedule"))
    assert planned(hub) == []
    planner(sample("schedule"))
    assert {work.sweep.sweep_id for work in planned(hub)} == {"2026-11-23T08:00:00Z"}


def test_a_sweep_is_counted(planner: Function, capsys: pytest.CaptureFixture[str]) -> None:
    planner(sample("schedule"))
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert (line["SweepsPlanned"], line["UnitsPlanned"]) == ([1.0], [4.0])


def test_all_missing_variables_are_named(
    planner: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UNITS_QUEUE_URL", "HUB_ACCOUNT_ID"):
        monkeypatch.delenv(name)
    planner.restart()
    with pytest.raises(Exception, match=r"(?s)UNITS_QUEUE_URL.*template\.yaml") as caught:
        planner(sample("schedule"))
    assert "HUB_ACCOUNT_ID" in str(caught.value)
