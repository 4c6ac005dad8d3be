"""What Steward may do just now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.modes import MODE_TAG, Mode
from steward.domain.stacks import Account
from steward.workflows.policies import PolicyInForce
from steward_cli.doctor.findings import Status
from steward_cli.doctor.judging.policy import (
    PolicyFacts,
    Rollout,
    judge_kill_switch,
    judge_modes,
    judge_policy,
)
from tests.factories import make_policy
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
IN_FORCE = PolicyInForce(make_policy(mode="reap"), "abc")
FACTS = PolicyFacts(
    IN_FORCE, "", NOW - timedelta(days=3), Rollout("7", "COMPLETE", NOW), frozenset({"LAMBDA"})
)


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        pytest.param("off", OK, "are allowed", id="off"),
        pytest.param("on", WARN, "nothing is deleted", id="on"),
        pytest.param("Off", FAIL, "says 'Off'", id="a typing error"),
    ],
)
def test_the_kill_switch(value: str, status: Status, words: str) -> None:
    assert_says(judge_kill_switch(value, "/steward/kill-switch"), status, words)


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        pytest.param(FACTS, OK, "version 7 is in force: mode reap, abc (good since", id="well"),
        pytest.param(
            replace(FACTS, in_force=None, none="AppConfig holds no deployed policy"),
            FAIL,
            "holds no deployed policy",
            id="never any",
        ),
        pytest.param(
            replace(FACTS, in_force=replace(IN_FORCE, problem="the newest policy is invalid")),
            FAIL,
            "deletes nothing: the newest policy is invalid",
            id="the last good one",
        ),
        pytest.param(
            replace(FACTS, last=Rollout("8", "ROLLED_BACK", NOW)), WARN, "ROLLED_BACK", id="back"
        ),
        pytest.param(
            replace(FACTS, last=Rollout("8", "DEPLOYING", NOW)), WARN, "DEPLOYING", id="under way"
        ),
        pytest.param(
            replace(FACTS, validators=frozenset({"JSON_SCHEMA"})),
            WARN,
            "does not ask policy_validator",
            id="no validator",
        ),
    ],
)
def test_the_policy(facts: PolicyFacts, status: Status, words: str) -> None:
    assert_says(judge_policy(facts, NOW), status, words)


@pytest.mark.parametrize(
    ("tag", "status", "words"),
    [
        pytest.param(None, OK, "reap in 1 account", id="the policy's mode"),
        pytest.param("notify", OK, "lowered by the tag", id="lowered"),
        pytest.param("delete", WARN, "names no mode", id="no mode"),
    ],
)
def test_modes(tag: str | None, status: Status, words: str) -> None:
    account = Account("222222222222", ou_path=("r", "ou"), tags={MODE_TAG: tag} if tag else {})
    found = judge_modes(Mode.REAP, [account])
    assert_says(found, status, words)
    assert found.evidence[0].field == "ou"
