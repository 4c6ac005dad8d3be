"""What the dashboard draws: leases by state, what sweeps decided, how deletes went."""

import json
from collections import Counter

import pytest

from functions.lease_planner import app as planner_app
from tests.factories import make_policy
from tests.integration.functions.asking import ask
from tests.integration.functions.hub import Function, Hub
from tests.integration.functions.leased import due, known, reaping
from tests.integration.functions.samples import reap_work, sample

CHECKOUT = reap_work().stack_id


def counted(capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """The sum of every metric since the last look."""
    sums: Counter[str] = Counter()
    for line in capsys.readouterr().out.splitlines():
        logged = json.loads(line)
        for directive in logged.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in directive["Metrics"]:
                sums[metric["Name"]] += int(sum(logged[metric["Name"]]))
    return sums


@pytest.fixture
def planner(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Function:
    """In single-account mode, which asks no organization."""
    monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    return hub.function(planner_app)


def test_a_sweep_counts_the_leases_it_finds_by_their_state(
    hub: Hub, planner: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.appconfig.deploy(make_policy())
    due(hub, "feat-marked")
    hub.save(known(hub, hub.members.add("feat-young")))
    capsys.readouterr()
    planner(sample("schedule"))
    sums = counted(capsys)
    states = ("LeasesActive", "LeasesMarked", "LeasesReaping", "LeasesExempt", "LeasesBlocked")
    assert [sums[name] for name in states] == [1, 1, 0, 0, 0]
    assert sums["SweepsHeld"] == 0


def test_a_sweep_that_may_only_observe_is_counted_as_held(
    hub: Hub, planner: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = make_policy(limits={"new_leases": 0})
    hub.appconfig.deploy(policy)
    hub.save(known(hub, hub.members.add("feat-old"), selected_by=policy.scope.fingerprint))
    capsys.readouterr()
    planner(sample("schedule"))
    assert counted(capsys)["SweepsHeld"] == 1


def test_a_unit_counts_what_it_saw_and_decided(
    hub: Hub, worker: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.members.add("feat-new")
    due(hub, "feat-due")
    capsys.readouterr()
    worker(sample("sqs_unit"))
    sums = counted(capsys)
    assert (sums["StacksSeen"], sums["StacksLeased"], sums["ReapsRequested"]) == (2, 1, 1)


def test_a_delete_that_is_taken_is_counted_once(
    hub: Hub, reaper: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    due(hub, StackId=CHECKOUT)
    capsys.readouterr()
    for _ in range(2):
        ask(reaper)
    assert counted(capsys)["ReapsStarted"] == 1


@pytest.mark.parametrize(("position", "stopped"), [("on", 1), ("maybe", 1), ("off", 0)])
def test_only_what_the_kill_switch_stops_is_counted_as_stopped(
    hub: Hub, reaper: Function, capsys: pytest.CaptureFixture[str], position: str, stopped: int
) -> None:
    due(hub, StackId=CHECKOUT)
    hub.turn_kill_switch(position)
    capsys.readouterr()
    ask(reaper)
    assert counted(capsys)["ReapsStopped"] == stopped
    assert len(hub.members.deletes) == 1 - stopped


def test_another_refusal_is_not_the_kill_switchs(
    hub: Hub, reaper: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    due(hub, StackId=CHECKOUT, EnableTerminationProtection=True)
    capsys.readouterr()
    ask(reaper)
    assert (counted(capsys)["ReapsStopped"], hub.members.deletes) == (0, [])


def test_a_stack_that_is_gone_by_our_delete_is_counted(
    hub: Hub, worker: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    stack_id = hub.members.add("feat-gone")
    hub.save(reaping(hub, stack_id))
    del hub.members.stacks[stack_id]
    capsys.readouterr()
    worker(sample("sqs_unit"))
    assert counted(capsys)["StacksReaped"] == 1
