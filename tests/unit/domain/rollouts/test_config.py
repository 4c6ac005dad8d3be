"""What a configuration may say, and which mode its checks run in."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from steward.domain.rollouts.config import PostPhase, RolloutConfig
from steward.domain.rollouts.config_checks import (
    MOST_PAYLOAD_BYTES,
    AnyCheck,
    Assertion,
    InvokeCheck,
)
from steward.domain.rollouts.defaults import DEFAULTS, EMPTY_SMOKE
from steward.domain.rollouts.merging import merged
from steward.domain.rollouts.results import CheckMode, Phase

CHECK: TypeAdapter[AnyCheck] = TypeAdapter(AnyCheck)
OBSERVE, ENFORCE = CheckMode.OBSERVE, CheckMode.ENFORCE


def invoke(**given: Any) -> dict[str, Any]:
    return {"type": "invoke", "payload": {}, **given}


def metric(**given: Any) -> dict[str, Any]:
    return {"type": "metric", "namespace": "Shop", "metric_name": "Orders", **given}


def assertion(**given: Any) -> dict[str, Any]:
    return invoke(**{"assert": [{"path": "statusCode", **given}]})


GOOD = [
    pytest.param(invoke(), id="empty-payload"),
    pytest.param({"type": "invoke", "dry_run": True}, id="dry-run"),
    pytest.param({"type": "invoke", "payload_from": "ssm:/steward/rollout/p"}, id="from-ssm"),
    pytest.param({"type": "invoke", "payload_from": "s3://bucket/key.json"}, id="from-s3"),
    pytest.param(invoke(payload="x" * (MOST_PAYLOAD_BYTES - 2)), id="largest-payload"),
    pytest.param(assertion(value=200), id="eq-without-saying-so"),
    pytest.param(assertion(value=None), id="eq-null"),
    pytest.param(assertion(op="exists"), id="exists"),
    pytest.param(assertion(op="exists", value=False), id="exists-not"),
    pytest.param(assertion(op="lt", value=0.5), id="less-than-a-number"),
    pytest.param(assertion(op="matches", value="^v[0-9]+$"), id="matches"),
    pytest.param(assertion(op="matches", value="x" * 200), id="longest-pattern"),
    pytest.param(metric(minimum=1, maximum=1), id="exactly"),
    pytest.param({"type": "alarms", "names": ["a"] * 100}, id="most-alarms"),
    pytest.param({"type": "probe", "payload": {}}, id="probe"),
]
BAD = [
    pytest.param({"type": "invoke"}, "say what to send", id="nothing-to-send"),
    pytest.param(invoke(payload_from="ssm:/p"), "not both", id="two-payloads"),
    pytest.param(invoke(payload_from="http://x"), "payload_from", id="payload-from-the-web"),
    pytest.param(invoke(payload="x" * (MOST_PAYLOAD_BYTES - 1)), "262145 bytes", id="too-large"),
    pytest.param(invoke(payload="ü" * (MOST_PAYLOAD_BYTES // 2)), "bytes", id="too-many-bytes"),
    pytest.param(invoke(dry_run=True), "dry_run sends nothing", id="dry-run-with-payload"),
    pytest.param(
        {"type": "invoke", "dry_run": True, "assert": [{"path": "a", "op": "exists"}]},
        "dry_run sends nothing",
        id="dry-run-with-assertions",
    ),
    pytest.param(assertion(), "eq needs a value", id="eq-without-a-value"),
    pytest.param(assertion(op="gte"), "gte needs a value", id="gte-without-a-value"),
    pytest.param(assertion(op="exists", value=1), "exists takes no value", id="exists-one"),
    pytest.param(assertion(op="lt", value="3"), "lt needs a number", id="less-than-a-text"),
    pytest.param(assertion(op="lt", value=True), "lt needs a number", id="less-than-true"),
    pytest.param(assertion(op="matches", value="(a"), "no regular expression", id="bad-pattern"),
    pytest.param(assertion(op="matches", value=5), "needs a regular expression", id="no-pattern"),
    pytest.param(assertion(op="matches", value="x" * 201), "longer than 200", id="long-pattern"),
    pytest.param(assertion(op="matches", value="(" * 150), "no regular expr", id="deep-pattern"),
    pytest.param(metric(), "nothing can fail", id="unbounded"),
    pytest.param(metric(minimum=2, maximum=1), "not be greater", id="upside-down"),
    pytest.param(metric(minimum=1, namespace=":x"), "namespace", id="no-namespace"),
    pytest.param({"type": "alarms", "names": ["a"] * 101}, "names", id="too-many-alarms"),
    pytest.param({"type": "alarms", "names": [""]}, "names", id="nameless-alarm"),
    pytest.param({"type": "probe"}, "say what to send", id="probe-of-nothing"),
]


@pytest.mark.parametrize("check", GOOD)
def test_a_good_check_is_taken(check: dict[str, Any]) -> None:
    assert CHECK.validate_python(check).type == check["type"]


@pytest.mark.parametrize(("check", "complaint"), BAD)
def test_a_bad_check_is_refused(check: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        CHECK.validate_python(check)


def test_the_defaults_are_a_configuration_that_sends_no_payload() -> None:
    config = RolloutConfig.model_validate(DEFAULTS)
    calls = [each for each in config.pre.checks.values() if isinstance(each, InvokeCheck)]
    assert [each.dry_run for each in calls] == [True]
    assert not any(isinstance(each, InvokeCheck) for each in config.post.checks.values())


def test_the_defaults_enforce_errors_and_observe_latency_and_the_shift() -> None:
    config = RolloutConfig.model_validate(DEFAULTS)
    assert config.post.checks["errors"].mode is None
    assert config.mode_in(Phase.POST) is ENFORCE
    assert config.post.checks["latency"].mode is OBSERVE
    assert config.mode_in(Phase.SHIFT) is OBSERVE


def test_the_tag_for_empty_smoke_calls_adds_one_call_of_an_empty_object() -> None:
    config = RolloutConfig.model_validate(merged(DEFAULTS, EMPTY_SMOKE))
    smoke = config.pre.checks["smoke"]
    assert isinstance(smoke, InvokeCheck)
    assert (smoke.payload, smoke.dry_run) == ({}, False)


@pytest.mark.parametrize(
    ("document", "phase", "mode"),
    [
        pytest.param({}, Phase.PRE, ENFORCE, id="default"),
        pytest.param({"mode": "observe"}, Phase.PRE, OBSERVE, id="the-document's"),
        pytest.param({"mode": "observe"}, Phase.POST, OBSERVE, id="the-document's-after"),
        pytest.param({"mode": "enforce"}, Phase.SHIFT, OBSERVE, id="shift-has-its-own"),
        pytest.param({"shift": {"mode": "enforce"}}, Phase.SHIFT, ENFORCE, id="shift-enforced"),
        pytest.param(
            {"mode": "enforce", "pre": {"mode": "observe"}}, Phase.PRE, OBSERVE, id="the-phase's"
        ),
        pytest.param(
            {"mode": "observe", "post": {"mode": "enforce"}}, Phase.POST, ENFORCE, id="either-way"
        ),
    ],
)
def test_the_nearest_mode_counts(document: dict[str, Any], phase: Phase, mode: CheckMode) -> None:
    assert RolloutConfig.model_validate(document).mode_in(phase) is mode


@pytest.mark.parametrize(
    ("budget", "settle", "enough"),
    [
        pytest.param(10, "auto", True, id="as-long-as-there-is"),
        pytest.param(70, 60, True, id="just-enough"),
        pytest.param(69, 60, False, id="one-second-short"),
        pytest.param(10, 0, True, id="no-wait"),
    ],
)
def test_waiting_for_data_leaves_time_for_checks(
    budget: int, settle: int | str, enough: bool
) -> None:
    document = {"budget_seconds": budget, "settle_seconds": settle}
    if enough:
        assert PostPhase.model_validate(document).budget_seconds == budget
    else:
        with pytest.raises(ValidationError, match=f"{budget} leaves no time"):
            PostPhase.model_validate(document)


def test_true_is_no_version() -> None:
    with pytest.raises(ValidationError, match="version"):
        RolloutConfig.model_validate({"version": True})


def test_an_assertion_that_was_merged_from_nothing_has_the_operator_eq() -> None:
    assert Assertion(path="a", value=1).op == "eq"
