"""The JSON Schema of configurations: fresh, valid draft 2020-12, and of one mind with the model."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.defaults import DEFAULTS
from steward.domain.rollouts.merging import merged
from steward.workflows.rollouts.reading import config_or_problems
from steward_cli.rollouts.refresh_schema import COMMITTED
from steward_cli.rollouts.schema import rollout_schema, schema_text
from tests.unit.cli.running import steward

VALIDATOR = jsonschema.Draft202012Validator(rollout_schema())
INVOKE = {"type": "invoke", "payload": {"path": "/"}}
METRIC = {"type": "metric", "namespace": "Shop", "metric_name": "Orders", "minimum": 1}


def test_the_committed_schema_is_the_one_generated() -> None:
    assert COMMITTED.read_bytes() == schema_text().encode(), "make rollout-schema writes it anew"


def test_the_schema_is_printed_as_committed() -> None:
    answer = steward("rollouts", "schema")
    assert (answer.code, answer.out, answer.err) == (0, COMMITTED.read_text(), "")


def test_the_schema_is_valid_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(rollout_schema())
    assert rollout_schema()["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]


def test_every_reference_leads_somewhere() -> None:
    schema = rollout_schema()
    found = set(filter(None, (each.get("$ref") for each in _mappings(schema))))
    assert len(found) > 10
    assert {each.removeprefix("#/$defs/") for each in found} == schema["$defs"].keys()


def _mappings(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(each for inner in value.values() for each in _mappings(inner))]
    return [each for inner in value for each in _mappings(inner)] if isinstance(value, list) else []


def is_valid(document: dict[str, Any]) -> bool:
    return isinstance(config_or_problems(merged(DEFAULTS, document)), RolloutConfig)


def pre(**checks: Any) -> dict[str, Any]:
    return {"pre": {"checks": checks}}


def post(**checks: Any) -> dict[str, Any]:
    return {"post": {"checks": checks}}


def asserting(**assertion: Any) -> dict[str, Any]:
    return pre(x={**INVOKE, "assert": [assertion]})


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="empty"),
        pytest.param(dict(DEFAULTS), id="defaults"),
        pytest.param({"version": 1, "mode": "observe", "owner": ["a@example.com"]}, id="top"),
        pytest.param({"extends": ["http-api", "team/shop"]}, id="profiles"),
        pytest.param({"notify": []}, id="tell-nothing"),
        pytest.param({"post": {"settle_seconds": "auto"}}, id="settle-by-itself"),
        pytest.param({"post": {"settle_seconds": 0}}, id="settle-not-at-all"),
        pytest.param(pre(x=INVOKE), id="invoke"),
        pytest.param(pre(x=METRIC), id="metric"),
        pytest.param(pre(x={"type": "probe", "payload": []}), id="probe"),
        pytest.param(post(x={"type": "compare", "metric": "duration"}), id="compare"),
        pytest.param(post(errors={"alpha": 0.05}), id="change-a-default"),
        pytest.param(post(latency={"enabled": False}), id="leave-out-a-default"),
        pytest.param({"shift": {"checks": {"errors": {"alpha": 0.05}}}}, id="change-in-shift"),
        pytest.param(asserting(path="a", value=None), id="assert-null"),
        pytest.param(asserting(path="a", op="exists"), id="assert-exists"),
        pytest.param(asserting(path="a", op="exists", value=False), id="assert-absent"),
        pytest.param(asserting(path="a", op="matches", value="^a$"), id="assert-pattern"),
        pytest.param(pre(x={**INVOKE, "mode": "observe", "timeout_seconds": 840}), id="slow"),
    ],
)
def test_schema_and_model_take_a_good_document(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)
    assert is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"version": 2}, id="another-version"),
        pytest.param({"version": True}, id="true-as-version"),
        pytest.param({"moed": "observe"}, id="unknown-key"),
        pytest.param({"mode": "enforced"}, id="unknown-mode"),
        pytest.param({"owner": "a@example.com"}, id="no-list"),
        pytest.param({"owner": ["nobody"]}, id="no-address"),
        pytest.param({"owner": ["a@example.com"] * 6}, id="too-many-owners"),
        pytest.param({"extends": ["Web"]}, id="no-name-of-a-profile"),
        pytest.param({"extends": [f"p{number}" for number in range(6)]}, id="too-many-profiles"),
        pytest.param({"notify": ["failure"]}, id="unknown-news"),
        pytest.param({"pre": None}, id="empty-phase"),
        pytest.param({"pre": {"budget_seconds": 9}}, id="budget-too-small"),
        pytest.param({"pre": {"budget_seconds": 601}}, id="budget-too-large"),
        pytest.param({"pre": {"budget_seconds": "60"}}, id="number-in-quotes"),
        pytest.param({"post": {"settle_seconds": 601}}, id="settle-too-long"),
        pytest.param({"post": {"settle_seconds": "soon"}}, id="settle-sometime"),
        pytest.param({"shift": {"breaches": 0}}, id="no-breach"),
        pytest.param({"pre": {"checks": [INVOKE]}}, id="checks-as-a-list"),
        pytest.param(pre(X=INVOKE), id="name-in-capitals"),
        pytest.param(pre(**{"x" * 41: INVOKE}), id="name-too-long"),
        pytest.param(pre(**{f"c{number}": INVOKE for number in range(21)}), id="too-many-checks"),
        pytest.param(pre(x={"type": "smoke"}), id="unknown-type"),
        pytest.param(pre(x={"type": "compare"}), id="compare-before-traffic"),
        pytest.param({"shift": {"checks": {"x": INVOKE}}}, id="invoke-while-shifting"),
        pytest.param(pre(x={**INVOKE, "timeout": 3}), id="unknown-key-of-a-check"),
        pytest.param(pre(x={**INVOKE, "assertions": []}), id="name-in-the-model"),
        pytest.param(pre(x={**INVOKE, "attempts": 6}), id="too-many-attempts"),
        pytest.param(pre(x={**INVOKE, "fail_on_error": "yes"}), id="no-truth-value"),
        pytest.param(pre(x={**INVOKE, "payload_from": "http://x"}), id="payload-from-the-web"),
        pytest.param(asserting(path="a"), id="assert-nothing"),
        pytest.param(asserting(value=1), id="assert-nowhere"),
        pytest.param(asserting(path="a", op="is", value=1), id="unknown-operator"),
        pytest.param(asserting(path="a", op="lt", value="1"), id="less-than-a-text"),
        pytest.param(asserting(path="a", op="exists", value=1), id="exists-one"),
        pytest.param(asserting(path="a" * 513, value=1), id="expression-too-long"),
        pytest.param(asserting(path="a", op="matches", value="x" * 201), id="pattern-too-long"),
        pytest.param(pre(x={"type": "config", "deny": ["everything"]}), id="unknown-difference"),
        pytest.param(pre(x={**METRIC, "stat": "sum"}), id="unknown-statistic"),
        pytest.param(pre(x={**METRIC, "namespace": ""}), id="no-namespace"),
        pytest.param(pre(x={**METRIC, "dimensions": {"a": 1}}), id="dimension-as-a-number"),
        pytest.param(post(errors={"alpha": 1}), id="changed-beyond-bounds"),
        pytest.param(post(errors={"alfa": 0.1}), id="changed-by-no-key"),
        pytest.param(post(x={"type": "compare", "quantile": "p9"}), id="unknown-quantile"),
    ],
)
def test_schema_and_model_refuse_a_bad_document(document: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(document))
    assert not is_valid(document)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 1000),
    st.sampled_from([0.01, 0.5, 1.5]),
    st.sampled_from(["observe", "enforce", "auto", "p95", "Sum", "", "x", "ssm:/x"]),
    st.just([]),
    st.just({}),
)
PHASE = st.fixed_dictionaries(
    {},
    optional={
        "mode": SCALARS,
        "budget_seconds": SCALARS,
        "settle_seconds": SCALARS,
        "breaches": SCALARS,
        "checks": st.one_of(SCALARS, st.dictionaries(st.sampled_from(["x", "X"]), SCALARS)),
    },
)
ANY_CHECK = st.fixed_dictionaries(
    {"type": st.sampled_from(["invoke", "config", "alarms", "metric", "compare", "probe", "x"])},
    optional=dict.fromkeys(
        [
            *("mode", "enabled", "timeout_seconds", "fail_on_error", "attempts", "names", "alpha"),
            *("qualifier", "dry_run", "min_samples", "quantile", "stat", "iterations", "metric"),
            *("payload_from", "client_context", "window_minutes", "min_delta_ms", "deny"),
        ],
        SCALARS,
    ),
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "version": SCALARS,
        "mode": SCALARS,
        "extends": SCALARS,
        "owner": SCALARS,
        "pre": st.one_of(SCALARS, PHASE),
        "shift": st.one_of(SCALARS, PHASE),
        "post": st.one_of(PHASE, st.builds(lambda check: post(x=check)["post"], ANY_CHECK)),
    },
)


@given(DOCUMENTS)
def test_what_the_model_takes_the_schema_takes(document: dict[str, Any]) -> None:
    """The other way round a schema cannot say all: what is missing, and what fits together."""
    disabled = '"enabled": false' in json.dumps(document)
    if is_valid(document) and not disabled:
        VALIDATOR.validate(document)
