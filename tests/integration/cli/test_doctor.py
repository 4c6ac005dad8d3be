"""`steward doctor` against the small organization: what it reads is really there, or really not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from steward_cli.doctor.register import NAMES
from tests.integration.cli.conftest import Operator
from tests.integration.cli.world import KILL_SWITCH, World
from tests.unit.cli.running import steward


def examined(operator: Operator, *arguments: str) -> dict[str, Any]:
    """Checks by name, as the JSON document has them."""
    report = json.loads(operator("doctor", "--json", *arguments).out)
    assert report["format"] == "steward.doctor/1"
    return {check["name"]: check for check in report["checks"]}


@pytest.fixture
def kill_switch_on(world: World) -> Iterator[None]:
    client = world.organization.session().client("ssm")
    client.put_parameter(Name=KILL_SWITCH, Value="on", Overwrite=True)
    yield
    client.put_parameter(Name=KILL_SWITCH, Value="off", Overwrite=True)


def test_every_check_says_something_and_none_breaks(operator: Operator) -> None:
    found = examined(operator)
    assert tuple(found) == NAMES
    assert [each["why"] for each in found.values() if "the check broke" in each["why"]] == []
    well = {"clock", "kill-switch", "modes", "breaker", "dead-letters", "alarms"}
    assert {name for name in well if found[name]["status"] != "ok"} == set()
    assert "AppConfig does not ask policy_validator" in found["policy"]["why"]


def test_a_failed_check_decides_the_exit_code(operator: Operator) -> None:
    assert operator("doctor", "--only", "kill-switch").code == 0
    never_swept = operator("doctor", "--only", "kill-switch", "--only", "last-sweep")
    assert never_swept.code == 1
    assert "no sweep was ever planned" in never_swept.out
    assert "mend: " in never_swept.out


@pytest.mark.usefixtures("kill_switch_on")
def test_a_warning_alone_is_no_failure(operator: Operator) -> None:
    answer = operator("doctor", "--only", "kill-switch")
    assert answer.code == 0
    assert f"seen: ssm:GetParameter: {KILL_SWITCH} = on" in answer.out
    assert "1 check: 0 ok, 0 skipped, 1 warn, 0 fail" in answer.out


def test_an_account_without_the_role_is_named(operator: Operator, world: World) -> None:
    known = [world.account(name) for name in ("alpha-dev", "beta-dev")]
    _put_on_record(world, known)
    try:
        found = examined(operator, "--only", "member-roles")["member-roles"]
    finally:
        _strike(world, known)
    assert found["status"] == "fail"
    assert known[1] in found["why"]
    assert known[0] not in found["why"]
    assert found["evidence"][0]["call"] == "sts:AssumeRole"


def _put_on_record(world: World, account_ids: list[str]) -> None:
    for account_id in account_ids:
        item: Any = {
            "pk": {"S": "ACCOUNTS"},
            "sk": {"S": account_id},
            "account_id": {"S": account_id},
            "name": {"S": "dev"},
            "ou_path": {"L": [{"S": "r-root"}]},
            "tags": {"M": {}},
            "is_management": {"BOOL": False},
        }
        world.ledger.client.put_item(TableName=world.ledger.name, Item=item)


def _strike(world: World, account_ids: list[str]) -> None:
    for account_id in account_ids:
        key: Any = {"pk": {"S": "ACCOUNTS"}, "sk": {"S": account_id}}
        world.ledger.client.delete_item(TableName=world.ledger.name, Key=key)


@pytest.mark.usefixtures("operator")
def test_a_wrong_name_is_no_check() -> None:
    answer = steward("doctor", "--only", "kill-swich")
    assert answer.code == 2
    assert "did you mean kill-switch?" in answer.err


def test_without_a_hub_there_is_nothing_to_examine(operator: Operator) -> None:
    answer = operator("doctor", "--stack", "nowhere")
    assert (answer.code, answer.out) == (3, "")
    assert "there is no stack nowhere" in answer.err
