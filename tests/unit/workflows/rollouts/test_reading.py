"""What is wrong with a document, and where, in words that say what to write."""

import pytest

from steward.workflows.rollouts.configuration import BadConfiguration, read_document

SOURCE = "parameter /steward/rollout/shop version 3"


def problems(text: str) -> list[str]:
    with pytest.raises(BadConfiguration) as refused:
        read_document(text, SOURCE)
    assert refused.value.source == SOURCE
    return [str(problem) for problem in refused.value.problems]


def in_pre(check: str) -> str:
    return f"pre: {{checks: {{x: {check}}}}}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("moed: observe", "moed: there is no such key; did you mean mode?", id="key"),
        pytest.param(
            "pre: {zzz: 1}",
            "pre.zzz: there is no such key; known here: mode, budget_seconds, checks",
            id="key-like-no-other",
        ),
        pytest.param(
            in_pre("{type: invoke, payload: {}, timeout: 3}"),
            "pre.checks.x.timeout: there is no such key; did you mean timeout_seconds?",
            id="key-of-a-check",
        ),
        pytest.param(
            in_pre("{type: invoke, payload: {}, asert: []}"),
            "pre.checks.x.asert: there is no such key; did you mean assert?",
            id="key-that-is-written-otherwise-in-the-model",
        ),
        pytest.param(
            in_pre("{type: invoke, payload: {}, assertions: []}"),
            "pre.checks.x.assertions: there is no such key; did you mean assert?",
            id="name-in-the-model",
        ),
        pytest.param(
            in_pre("{type: invoke, payload: {}, assert: [{path: a, valeu: 1}]}"),
            "pre.checks.x.assert.0.valeu: there is no such key; did you mean value?",
            id="key-of-an-assertion",
        ),
        pytest.param(
            "shift: {checks: {errors: {alfa: 0.1}}}",
            "shift.checks.errors.alfa: there is no such key; did you mean alpha?",
            id="key-in-shift",
        ),
        pytest.param(
            in_pre("{type: smoke}"),
            "pre.checks.x: 'smoke' is no type of check; the types are invoke, config, alarms, "
            "metric, probe",
            id="type",
        ),
        pytest.param(
            "post: {checks: {x: {type: compere}}}",
            "post.checks.x: 'compere' is no type of check; did you mean compare? The types are "
            "invoke, config, alarms, metric, compare, probe",
            id="type-like-another",
        ),
        pytest.param(
            in_pre("{alpha: 0.1}"),
            "pre.checks.x: has no type; the types are invoke, config, alarms, metric, probe",
            id="no-type",
        ),
        pytest.param(
            in_pre("{type: compare}"),
            "pre.checks.x: compare cannot run before traffic shifts, as there is no traffic yet to "
            "compare; move it to post or shift, or use a probe",
            id="compare-before-traffic",
        ),
        pytest.param(
            "shift: {checks: {x: {type: invoke}}}",
            "shift.checks.x.type: only compare runs while traffic shifts, not 'invoke'",
            id="invoke-in-shift",
        ),
        pytest.param(
            "shift: {checks: {x: {}}}",
            "shift.checks.x.type: is missing; the types are compare",
            id="no-type-in-shift",
        ),
        pytest.param(in_pre("5"), "pre.checks.x: must be a mapping of keys to values, not 5"),
        pytest.param("pre: {checks: [{type: config}]}", "pre.checks: must be a mapping of keys"),
        pytest.param("pre:", "pre: is empty; leave the key out or give it a value", id="empty"),
        pytest.param("mode: enforced", "mode: must be observe or enforce, not 'enforced'; did you"),
        pytest.param("version: 2", "version: must be 1, not 2", id="version"),
        pytest.param("pre: {budget_seconds: 601}", "pre.budget_seconds: must be at most 600, not"),
        pytest.param('pre: {budget_seconds: "60"}', "must be a whole number, without quotes, not"),
        pytest.param("post: {settle_seconds: soon}", "post.settle_seconds: must be whole seconds"),
        pytest.param(
            "post: {budget_seconds: 69, settle_seconds: 60}", "post: budget_seconds 69 leaves no"
        ),
        pytest.param("owner: [nobody]", "owner.0: must be a mail address, not 'nobody'", id="mail"),
        pytest.param("owner: a@example.com", "owner: must be a list, not 'a@example.com'"),
        pytest.param("notify: [failure]", "did you mean failed?", id="choice"),
        pytest.param(
            "pre: {checks: {Health: {type: config}}}",
            "pre.checks.Health: a check's name has small letters",
            id="name-of-a-check",
        ),
        pytest.param(
            "post: {checks: {errors: {alpha: 1}}}",
            "post.checks.errors.alpha: must be less than 1, not 1",
            id="share",
        ),
        pytest.param(
            "post: {checks: {errors: {quantile: p9}}}",
            "post.checks.errors.quantile: must be one of p50, p75, p90, p95, p99, not 'p9'",
            id="quantile",
        ),
        pytest.param(
            in_pre("{type: metric, namespace: S, metric_name: m, stat: sum, minimum: 1}"),
            "pre.checks.x.stat: must be one of Sum, Average",
            id="statistic",
        ),
        pytest.param(
            in_pre("{type: metric, metric_name: m, minimum: 1}"),
            "pre.checks.x.namespace: is missing and has no default",
            id="missing",
        ),
        pytest.param(
            in_pre("{type: invoke, payload: {}, assert: [{path: 'a.[', value: 1}]}"),
            "pre.checks.x.assert.0.path: 'a.[' does not compile at character 4",
            id="expression",
        ),
        pytest.param(
            "post: {checks: {x: {type: invoke, payload: {}, assert: [{path: f(a), value: 1}]}}}",
            "post.checks.x.assert.0.path: 'f(a)' calls f()",
            id="function-in-an-expression",
        ),
        pytest.param(
            "pre: {checks: {dry-run: {payload: {}}}}",
            "pre.checks.dry-run: dry_run sends nothing",
            id="payload-for-the-default-dry-run",
        ),
        pytest.param(
            "a: 1\na: 2", "document: line 2, column 1: key 'a' is given twice", id="twice"
        ),
        pytest.param("- a", "document: it is a list, not a mapping", id="list"),
        pytest.param("", "document: it is empty", id="nothing"),
    ],
)
def test_a_problem_has_its_path_and_what_to_write(text: str, problem: str) -> None:
    found = problems(text)
    assert len(found) == 1
    assert problem in found[0]


def test_all_problems_are_told_at_once_and_in_one_line() -> None:
    with pytest.raises(BadConfiguration) as refused:
        read_document("moed: x\nversion: 2\nowner: x\nnotify: x\nextends: x\npre: 1\n", SOURCE)
    assert len(refused.value.problems) == 6
    told = str(refused.value)
    assert told.startswith(f"{SOURCE} cannot be used: ")
    assert "; and 1 more; correct it, check it with `steward rollouts validate`" in told
    assert "\n" not in told


def test_a_document_is_laid_over_the_defaults() -> None:
    config = read_document("post: {checks: {errors: {alpha: 0.05}}}", SOURCE)
    assert sorted(config.pre.checks) == ["alarms", "config", "dry-run"]
    assert getattr(config.post.checks["errors"], "alpha", None) == 0.05


def test_a_disabled_check_is_gone() -> None:
    config = read_document("pre: {checks: {dry-run: {enabled: false}}}", SOURCE)
    assert sorted(config.pre.checks) == ["alarms", "config"]


def test_json_and_yaml_make_the_same_configuration() -> None:
    written = '{"pre": {"checks": {"x": {"type": "invoke", "payload": {"a": 1}}}}}'
    yaml = "pre:\n  checks:\n    x:\n      type: invoke\n      payload: {a: 1}\n"
    assert read_document(written, SOURCE) == read_document(yaml, SOURCE)
