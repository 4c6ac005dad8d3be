"""`steward explain`: why, when, who, what would change it, and what has happened."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.test_plan import GUIDE
from tests.integration.cli.world import KILL_SWITCH, REAP_POLICY


def explained(operator: Operator, *arguments: str) -> Any:
    answer = operator("explain", *arguments, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_the_reason_is_the_one_of_the_plan(operator: Operator) -> None:
    moment = ("--at", operator.world.now.isoformat())
    plan = json.loads(operator("plan", "--json", *moment).out)
    planned = {row["stack_id"]: row for row in plan["stacks"]}
    assert planned
    for stack_id, row in planned.items():
        verdict = explained(operator, stack_id, *moment)["verdict"]
        assert (verdict["action"], verdict["reason"]) == (row["action"], row["reason"])


def test_a_marked_stack_is_explained_with_its_past(operator: Operator) -> None:
    explanation = explained(operator, "feat-due")
    assert explanation["verdict"]["lease_state"] == "marked"
    assert explanation["dates"]["expiry_source"] == "the policy's ttl 14d after its creation"
    assert explanation["who"]["source"] == "the policy's fallback contact"
    assert [event["what"] for event in explanation["history"]] == ["marked"]
    (notice,) = explanation["notices"]
    assert (notice["stage"], notice["state"]) == ("7d", "pending")
    assert notice["delivered_at"] is not None


def test_owners_are_explained_with_every_step_and_nothing_costly_is_asked(
    operator: Operator, calls: Calls
) -> None:
    arguments = ("feat-twin", "--region", "us-east-1")
    who = explained(operator, *arguments)["who"]
    assert who["owners"] == ["platform@example.com"]
    assert who["source"] == (
        "the policy's fallback contact; no tag owner, contact or team; "
        "its creator is not known: not asked yet; no account tag owner, contact or team; "
        "the account's operations contact is not known: not asked yet"
    )
    assert f"found by: {who['source']}" in operator("explain", *arguments).out
    assert not {"LookupEvents", "GetAlternateContact"} & set(calls)


def test_an_owner_of_the_stacks_tags_is_found_by_them(operator: Operator) -> None:
    who = explained(operator, "feat-young")["who"]
    assert who == {"owners": ["dev@example.com"], "source": "tag owner=dev@example.com"}


def test_a_deleted_stack_is_explained_by_its_id(operator: Operator) -> None:
    explanation = explained(operator, operator.world.earlier_id)
    assert explanation["stack"]["status"] == ""
    assert explanation["verdict"] == {
        "action": "",
        "reason": "deleted by Steward; a test says so",
        "until": None,
        "lease_state": "reaped",
    }
    assert [event["what"] for event in explanation["history"]] == ["active", "reaped"]
    assert explanation["changes"] == []


def test_a_stack_its_owner_deleted_is_explained_before_a_sweep_saw_it(operator: Operator) -> None:
    explanation = explained(operator, "feat-vanished")
    assert explanation["verdict"]["action"] == "report"
    assert explanation["verdict"]["reason"].startswith("deleted by its owner")
    assert explanation["verdict"]["lease_state"] == "active"


def test_a_name_means_the_living_stack_and_earlier_ones_are_named(operator: Operator) -> None:
    explanation = explained(operator, "feat-young")
    assert explanation["stack"]["stack_id"] == operator.world.stack_ids["feat-young"]
    (earlier,) = explanation["earlier_stacks"]
    assert earlier.startswith(operator.world.earlier_id)


def test_a_name_of_several_stacks_lists_them(operator: Operator) -> None:
    answer = operator("explain", "feat-twin")
    assert (answer.code, answer.out) == (2, "")
    for key in ("feat-twin", "feat-twin-elsewhere"):
        assert operator.world.stack_ids[key] in answer.err


def test_a_region_tells_namesakes_apart(operator: Operator) -> None:
    explanation = explained(operator, "feat-twin", "--region", "us-east-1")
    assert explanation["stack"]["stack_id"] == operator.world.stack_ids["feat-twin-elsewhere"]


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("nobody", id="name"),
        pytest.param(
            "arn:aws:cloudformation:eu-west-1:{account}:stack/nobody/11111111-2222", id="id"
        ),
    ],
)
def test_an_unknown_stack_is_not_found(operator: Operator, wanted: str) -> None:
    answer = operator("explain", wanted.format(account=operator.world.account("alpha-dev")))
    assert (answer.code, answer.out) == (1, "")
    assert "was found, and the ledger knows no lease of it" in answer.err


def test_units_that_could_not_be_searched_are_named(operator: Operator) -> None:
    hidden = operator.world.account("beta-dev")
    assert f"not searched: {hidden} (eu-west-1, us-east-1)" in operator("explain", "nobody").err
    assert f"not searched: {hidden} (eu-west-1, us-east-1)" in operator("explain", "feat-due").err


def test_a_stack_in_an_account_without_the_role_is_out_of_reach(operator: Operator) -> None:
    answer = operator("explain", operator.world.stack_ids["feat-hidden"])
    assert (answer.code, answer.out) == (3, "")
    assert "role operator-read of account" in answer.err
    assert "to do: " in answer.err


def test_a_stack_out_of_scope_is_explained(operator: Operator) -> None:
    explanation = explained(operator, "feat-shop")
    assert explanation["verdict"]["reason"].endswith("its tag stage=prod is excluded")
    assert explanation["who"]["owners"] == []
    assert explanation["changes"][0]["what"].startswith("it would be leased if it were not")


def test_an_observing_policy_is_named_as_what_keeps_the_stack(
    operator: Operator, tmp_path: Path
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({**REAP_POLICY, "mode": "observe"}))
    explanation = explained(operator, "feat-due", "--policy", str(path))
    assert explanation["verdict"]["action"] == "report"
    assert explanation["holds"] == ["the policy's mode is observe, and only reap deletes"]


def test_the_kill_switch_is_named_as_what_keeps_the_stack(operator: Operator) -> None:
    ssm = operator.world.organization.session().client("ssm")
    ssm.put_parameter(Name=KILL_SWITCH, Value="on", Overwrite=True)
    try:
        explanation = explained(operator, "feat-due")
    finally:
        ssm.put_parameter(Name=KILL_SWITCH, Value="off", Overwrite=True)
    assert explanation["holds"] == [f"the kill switch {KILL_SWITCH} is on"]
    assert explained(operator, "feat-due")["holds"] == []


def test_people_read_the_same_facts(operator: Operator) -> None:
    told = operator("explain", "feat-due").out
    for title in ("Stack", "Why", "When", "Who is told", "What would change it", "History"):
        assert f"\n{title}\n" in f"\n{told}"
    assert "reap: expired, told and due" in told
    assert "tag steward:keep=true" in told


def test_every_field_of_the_document_is_in_the_guide(operator: Operator) -> None:
    explanation = explained(operator, "feat-due")
    fields = set(explanation)
    for part in ("stack", "verdict", "dates", "who"):
        fields |= set(explanation[part])
    for listed in ("changes", "history", "notices"):
        fields |= set(explanation[listed][0])
    guide = GUIDE.read_text()
    assert sorted(field for field in fields if f"`{field}`" not in guide) == []
