"""`steward policy`: every error with its place, and the document that AppConfig takes."""

import json
from pathlib import Path

import jsonschema
import pytest

from steward.domain.policy import Policy
from steward_cli.policy_schema import policy_schema, schema_text
from tests.unit.cli.policies import MINIMAL, WHOLE
from tests.unit.cli.running import Answer, steward


def validate(text: str, *options: str) -> Answer:
    return steward("policy", "validate", "-", *options, stdin=text)


@pytest.mark.parametrize(
    ("text", "mode"),
    [pytest.param(MINIMAL, "observe", id="minimal"), pytest.param(WHOLE, "reap", id="whole")],
)
def test_a_valid_policy_is_named_by_its_fingerprint(text: str, mode: str) -> None:
    answer = validate(text)
    written = validate(text, "--to-json").out
    fingerprint = Policy.model_validate_json(written).fingerprint
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"valid: policy {fingerprint}, mode {mode}\n"


def test_the_json_is_what_was_written_and_nothing_more() -> None:
    answer = validate(MINIMAL, "--to-json")
    assert json.loads(answer.out) == {
        "version": 1,
        "scope": {"name_patterns": ["feat-*"], "regions": ["eu-west-1"]},
        "owners": {"fallback": "platform@example.com"},
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MINIMAL, id="minimal"),
        pytest.param(WHOLE, id="whole"),
        pytest.param(MINIMAL + "minimum_notice: ' 1D '\n", id="duration-in-capitals"),
        pytest.param(MINIMAL + 'limits: {reaps_per_sweep: "7"}\n', id="number-in-quotes"),
        pytest.param(MINIMAL + "deletion: {force: on}\n", id="truth-in-words"),
    ],
)
def test_the_json_passes_the_schema_that_appconfig_checks(text: str) -> None:
    document = json.loads(validate(text, "--to-json").out)
    jsonschema.Draft4Validator(policy_schema()).validate(document)


def test_yaml_and_its_json_are_the_same_policy() -> None:
    written = validate(WHOLE, "--to-json").out
    assert validate(written, "--to-json").out == written


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        pytest.param(
            "reaps_per_sweep:",
            "reaps_per_sweeps:",
            "line 22: limits.reaps_per_sweeps: no such field; did you mean reaps_per_sweep?",
            id="misspelt-field",
        ),
        pytest.param(
            "match: any",
            "xyz: any",
            "line 4: scope.xyz: no such field; known here: match, name_patterns, tags",
            id="unknown-field",
        ),
        pytest.param(
            "last: 2027",
            "until: 2027",
            "line 21: windows.freeze.0.until: no such field; known here: first, last",
            id="unknown-field-in-a-list",
        ),
        pytest.param(
            "ttl: 14d",
            "ttl: 14",
            "line 14: lease.ttl: '14' is not a duration; write it like 14d",
            id="bare-number",
        ),
        pytest.param(
            "Europe/Berlin",
            "Berlin",
            "line 18: windows.timezone: 'Berlin' is no IANA time zone",
            id="unknown-zone",
        ),
        pytest.param(
            '"pr-*"',
            '"*"',
            "line 5: scope.name_patterns.1: '*' matches every stack",
            id="matches-everything",
        ),
        pytest.param(
            "  fallback: platform@example.com\n",
            "",
            "line 23: owners.fallback: is missing and has no default",
            id="missing-field",
        ),
        pytest.param("version: 1\n", "", "version: is missing", id="missing-at-the-top"),
        pytest.param(
            "first: 2026-12-20, last: 2027",
            "first: 2020-12-20, last: 2037",
            "windows: none opens within 400 days",
            id="never-open",
        ),
    ],
)
def test_an_error_is_told_with_its_line_and_field(old: str, new: str, complaint: str) -> None:
    assert old in WHOLE
    answer = validate(WHOLE.replace(old, new))
    assert (answer.code, answer.out) == (1, "")
    assert complaint in answer.err
    assert "to do: " in answer.err


def test_all_errors_are_told_at_once() -> None:
    answer = validate("version: 2\nmode: delete\nscope: {regions: [mars]}\n")
    assert answer.code == 1
    for place in ("version:", "mode:", "scope.regions.0:", "owners:"):
        assert place in answer.err


def test_a_list_is_no_policy() -> None:
    answer = validate("- a\n")
    assert answer.code == 1
    assert "policy: " in answer.err


def test_an_unreadable_document_is_told_with_its_line() -> None:
    answer = validate("version: 1\nversion: 1\n")
    assert answer.code == 1
    assert "standard input: line 2: key 'version' is given twice" in answer.err


def test_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    answer = steward("policy", "validate", str(tmp_path / "policy.yaml"))
    assert answer.code == 2
    assert "No such file" in answer.err


def test_the_schema_is_printed_as_committed() -> None:
    answer = steward("policy", "schema")
    assert (answer.code, answer.out) == (0, schema_text())
