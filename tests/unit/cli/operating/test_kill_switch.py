"""`steward kill-switch`: what it says, writes and asks."""

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.unit.cli.hub_stack import KILL_SWITCH, HubStack, hub_stack
from tests.unit.cli.running import steward


@pytest.fixture
def hub() -> Iterator[HubStack]:
    with mock_aws():
        yield hub_stack({})


def value(hub: HubStack) -> str:
    found: str = hub.client("ssm").get_parameter(Name=KILL_SWITCH)["Parameter"]["Value"]
    return found


def test_off_lets_the_policy_decide(hub: HubStack) -> None:
    answer = steward("kill-switch", "status")
    assert answer.code == 0
    assert answer.out.startswith("kill switch: off; the policy decides")
    assert value(hub) == "off"


def test_turning_it_on_asks_nobody_and_says_who_and_why(hub: HubStack) -> None:
    answer = steward("kill-switch", "on", "--reason", "feat-crm was deleted")
    assert (answer.code, value(hub)) == (0, "on")
    assert "kill switch: on; no stack is deleted anywhere" in answer.out
    report = json.loads(steward("kill-switch", "status", "--json").out)
    assert report["state"] == "on"
    assert report["note"].endswith(": feat-crm was deleted")
    assert report["note"].startswith("on by ")


def test_on_is_a_no_to_whoever_asks_whether_stacks_may_be_deleted(hub: HubStack) -> None:
    hub.client("ssm").put_parameter(Name=KILL_SWITCH, Value="on", Overwrite=True)
    assert steward("kill-switch", "status").code == 1


def test_a_word_that_is_neither_counts_as_on(hub: HubStack) -> None:
    hub.client("ssm").put_parameter(Name=KILL_SWITCH, Value="maybe", Overwrite=True)
    answer = steward("kill-switch", "status")
    assert (answer.code, answer.out.splitlines()[0]) == (
        1,
        "kill switch: unread; it says neither on nor off, which counts as on: no stack is deleted",
    )


def test_nobody_turns_it_off_by_accident(hub: HubStack) -> None:
    hub.client("ssm").put_parameter(Name=KILL_SWITCH, Value="on", Overwrite=True)
    answer = steward("kill-switch", "off", "--reason", "mended")
    assert (answer.code, value(hub)) == (2, "on")
    assert "give --yes" in answer.err
    assert steward("kill-switch", "off", "--reason", "mended", "--yes").code == 0
    assert value(hub) == "off"


def test_a_switch_that_is_gone_is_said(hub: HubStack) -> None:
    hub.client("ssm").delete_parameter(Name=KILL_SWITCH)
    answer = steward("kill-switch", "status")
    assert answer.code == 3
    assert "there is no parameter /steward/kill-switch, which counts as on" in answer.err


def test_a_reason_is_demanded(hub: HubStack) -> None:
    assert steward("kill-switch", "on").code == 2
    assert value(hub) == "off"


def test_a_long_reason_is_cut_not_refused(hub: HubStack) -> None:
    assert steward("kill-switch", "on", "--reason", "x" * 2000).code == 0
    assert value(hub) == "on"
