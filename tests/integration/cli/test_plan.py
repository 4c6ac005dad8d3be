"""`steward plan` in an organization that enforces IAM: what a sweep would do, and never a write."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.world import REAP_POLICY
from tests.unit.cli.running import Answer

READS = {
    "AssumeRole",
    "DescribeOrganization",
    "DescribeStackEvents",
    "DescribeStacks",
    "GetCallerIdentity",
    "GetItem",
    "GetLatestConfiguration",
    "GetParameter",
    "ListAccountsForParent",
    "ListOrganizationalUnitsForParent",
    "ListRoots",
    "ListTagsForResource",
    "Query",
    "StartConfigurationSession",
}
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "cli.md"


def document(answer: Answer) -> Any:
    return json.loads(answer.out)


def actions(plan: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {(row["stack_name"], row["region"]): row["action"] for row in plan["stacks"]}


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(REAP_POLICY))
    return path


def test_the_plan_is_what_a_sweep_would_decide_from_ledger_and_policy(operator: Operator) -> None:
    plan = document(operator("plan", "--json"))
    assert actions(plan) == {
        ("feat-due", "eu-west-1"): "reap",
        ("feat-stale", "eu-west-1"): "mark",
        ("feat-twin", "eu-west-1"): "register",
        ("feat-twin", "us-east-1"): "register",
        ("feat-vanished", "eu-west-1"): "report",
        ("feat-young", "eu-west-1"): "register",
    }
    assert plan["actions"] == {"register": 3, "mark": 1, "reap": 1, "report": 1}
    assert plan["policy"]["source"] == "AppConfig"
    assert plan["policy"]["mode"] == "reap"
    assert plan["without_ledger"] == ""


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("plan", "--all"), id="plan"),
        pytest.param(("plan", "--json", "--at", "2031-01-01"), id="plan-of-another-day"),
        pytest.param(("explain", "feat-due"), id="explain"),
        pytest.param(("explain", "feat-young", "--json"), id="explain-without-a-lease"),
    ],
)
def test_nothing_is_written_anywhere(
    operator: Operator, calls: Calls, arguments: tuple[str, ...]
) -> None:
    before = operator.world.dump()
    operator(*arguments)
    assert set(calls) - READS == set()
    assert {"AssumeRole", "DescribeStacks", "Query"} <= set(calls)
    assert operator.world.dump() == before


def test_each_account_is_asked_for_its_role_once_and_each_unit_for_its_stacks_once(
    operator: Operator, calls: Calls
) -> None:
    operator("plan", "--account", operator.world.account("alpha-dev"))
    counted = Counter(calls)
    assert counted["AssumeRole"] == 1
    assert counted["DescribeStacks"] == 1 + 2 + 1, "the hub, two units, and a stack not listed"


def test_what_cannot_be_read_is_named_and_the_plan_is_not_whole(operator: Operator) -> None:
    hidden = operator.world.account("beta-dev")
    answer = operator("plan", "--json")
    plan = document(answer)
    assert answer.code == 1
    assert not plan["whole"]
    assert [(each["account_id"], each["region"]) for each in plan["units_not_read"]] == [
        (hidden, "eu-west-1"),
        (hidden, "us-east-1"),
    ]
    assert f"not read: {hidden} (eu-west-1, us-east-1): role operator-read of" in answer.err
    assert "this plan is not whole: 4 of 6 units were read" in answer.err


def test_a_plan_of_what_can_be_read_is_whole(operator: Operator) -> None:
    accounts = [operator.world.account(name) for name in ("alpha-dev", "shop-prod")]
    answer = operator("plan", "--account", accounts[0], "--account", accounts[1])
    assert (answer.code, answer.err) == (0, "")


def test_stacks_out_of_scope_are_counted_and_listed_on_demand(operator: Operator) -> None:
    plan = document(operator("plan", "--json"))
    everything = document(operator("plan", "--json", "--all"))
    assert not [row for row in plan["stacks"] if row["outside"]]
    outside = {row["stack_name"]: row["outside"] for row in everything["stacks"] if row["outside"]}
    assert plan["outside"] == everything["outside"] == 2
    assert outside == {
        "payments": "out of scope: neither its name nor its tags say feature stack",
        "feat-shop": "out of scope: its tag stage=prod is excluded",
    }


def test_newly_selected_stacks_are_counted_for_the_acknowledgement(
    operator: Operator, tmp_path: Path
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({**REAP_POLICY, "limits": {"new_leases": 3}}))
    plan = document(operator("plan", "--json", "--policy", str(path)))
    assert plan["selection"] == {"newly_selected": 4, "acknowledge": 4}, "one leased, three new"
    told = operator("plan", "--policy", str(path)).out
    assert "the scope newly selects 4 stacks older than itself" in told
    assert "limits.acknowledged_new_leases: 4" in told


def test_within_the_limit_nothing_needs_acknowledging(operator: Operator) -> None:
    assert document(operator("plan", "--json"))["selection"]["acknowledge"] == 0


def test_a_held_sweep_only_observes_and_the_plan_says_so(
    operator: Operator, tmp_path: Path
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({**REAP_POLICY, "limits": {"new_leases": 0}}))
    answer = operator("plan", "--policy", str(path))
    plan = document(operator("plan", "--json", "--policy", str(path)))
    assert "the sweep would only observe: the scope newly selects 1 stacks" in answer.out
    assert actions(plan)["feat-due", "eu-west-1"] == "report"


def test_another_moment_gives_another_plan(operator: Operator) -> None:
    past = (operator.world.now - timedelta(days=20)).isoformat()
    plan = document(operator("plan", "--json", "--at", past))
    assert actions(plan)["feat-stale", "eu-west-1"] == "keep"


def test_no_hub_means_no_leases_and_the_plan_says_so(operator: Operator, policy_file: Path) -> None:
    options = ("--hub-region", "us-east-1", "--read-role", "operator-read")
    answer = operator("plan", "--policy", str(policy_file), *options)
    assert "mark" not in answer.out
    assert "no ledger is used, so every stack counts as never seen before" in answer.out
    assert f"there is no stack steward in {operator.world.hub}/us-east-1" in answer.out


def test_the_callers_own_account_alone_needs_no_organization(
    operator: Operator, calls: Calls
) -> None:
    answer = operator("plan", "--json", "--account", "self")
    assert answer.code == 0
    assert {row["account_id"] for row in document(answer)["stacks"]} <= {operator.world.hub}
    assert not [call for call in calls if call.startswith(("List", "AssumeRole"))]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(("--account", "999999999999"), "no active account 999999999999", id="account"),
        pytest.param(("--at", "soon"), "--at: 'soon' is not a date", id="moment"),
        pytest.param(("--hub-region", "us-east-1"), "there is no policy to plan with", id="policy"),
        pytest.param(("--policy", "none.yaml"), "none.yaml: No such file", id="policy-file"),
    ],
)
def test_a_wrong_option_is_a_wrong_call(
    operator: Operator, arguments: tuple[str, ...], complaint: str
) -> None:
    answer = operator("plan", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err
    assert "to do: " in answer.err


def test_a_stack_that_is_no_hub_is_refused(operator: Operator) -> None:
    answer = operator("plan", "--stack", "nobody")
    assert answer.code == 3
    assert "there is no stack nobody" in answer.err


def test_a_pipe_gets_one_plain_line_for_each_stack(operator: Operator) -> None:
    answer = operator("plan")
    assert "\x1b" not in answer.out + answer.err
    rows = [line for line in answer.out.splitlines() if line.startswith("alpha-dev")]
    assert len(rows) == 6
    assert not [line for line in answer.out.splitlines() if line != line.rstrip()]


def test_every_field_of_the_document_is_in_the_guide(operator: Operator) -> None:
    plan = document(operator("plan", "--json", "--all"))
    fields = {*plan, *plan["policy"], *plan["selection"], *plan["caps"]}
    fields |= {*plan["stacks"][0], *plan["units_not_read"][0]}
    guide = GUIDE.read_text()
    assert sorted(field for field in fields if f"`{field}`" not in guide) == []
