"""`steward rollouts validate`: every problem with its place, and what will run."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.unit.cli.running import Answer, steward

GOOD = """version: 1
pre:
  checks:
    health:
      type: invoke
      payload: {path: /health}
      assert:
        - {path: statusCode, value: 200}
post:
  checks:
    errors: {min_samples: 20}
"""
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Parameters:
  Samples: {Type: Number, Default: 20}
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler}
  Rollout:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Name: !Sub /steward/rollout/${Function}
      Value: |
        version: 1

        pre:
          checks:
            health: {type: invoke, payload: {path: /}, timeout: 3}
  Other:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Name: /somewhere/else
      Value: "moed: observe"
"""
PLAN = """  before traffic shifts, at most 120 s
    alarms   alarms   enforce
    config   config   enforce
    dry-run  invoke   enforce
    health   invoke   enforce
  while traffic shifts, 2 breaches in a row stop it
    errors   compare  observe
  after traffic has shifted, at most 300 s, of which it waits as long as the function's timeout \
asks for data
    alarms   alarms   enforce
    errors   compare  enforce
    latency  compare  observe
"""


def validate(text: str, *options: str) -> Answer:
    return steward("rollouts", "validate", "-", *options, stdin=text)


def template(value: str, name: str = "/steward/rollout/shop", more: str = "") -> str:
    return (
        "Parameters: {Samples: {Type: Number, Default: 20}, Table: {Type: String}}\n"
        "Resources:\n  Rollout:\n    Type: AWS::SSM::Parameter\n    Properties:\n"
        f"      Type: String\n      Name: {name}\n      Value: {value}\n{more}"
    )


def test_a_valid_configuration_is_shown_as_what_will_run() -> None:
    answer = validate(GOOD)
    assert (answer.code, answer.out) == (0, "standard input: valid\n" + PLAN)


def test_a_check_that_calls_the_function_needs_its_tag() -> None:
    assert validate(GOOD).err == (
        "warning: standard input: pre.checks.health calls the function, which hooks may do only if "
        "it carries the tag steward:rollout=enabled\n"
    )


def test_the_defaults_alone_warn_of_nothing() -> None:
    answer = validate("version: 1\n")
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param("payload:", "payloads:", "6:7: pre.checks.health.payloads: ", id="key"),
        pytest.param("value: 200", "valu: 200", "8:30: pre.checks.health.assert.0.valu: ", id="in"),
        pytest.param("20}", "none}", "11:14: post.checks.errors.min_samples: ", id="value"),
        pytest.param("type: invoke", "type: smoke", "4:5: pre.checks.health: ", id="type"),
        pytest.param("statusCode", "'a.['", "8:12: pre.checks.health.assert.0.path: ", id="path"),
        pytest.param("version: 1", "version: 1\nversion: 1", "2:1: document: key", id="unreadable"),
    ],
)
def test_a_problem_is_told_with_file_line_and_column(old: str, new: str, place: str) -> None:
    assert old in GOOD
    answer = validate(GOOD.replace(old, new))
    assert answer.code == 1
    assert f"standard input:{place}" in answer.out
    assert answer.err.startswith("to do: correct these places; docs/guide/rollout-configuration.md")


def test_problems_come_in_the_order_of_the_file() -> None:
    answer = validate("post: {budget_seconds: 9}\nmoed: x\npre:\n  zzz: 1\n")
    places = [line.split(": ")[0] for line in answer.out.splitlines()]
    assert places == ["standard input:1:8", "standard input:2:1", "standard input:4:3"]


def test_json_has_places_too() -> None:
    answer = validate('{\n  "pre": {\n    "zzz": 1\n  }\n}')
    assert "standard input:3:5: pre.zzz: there is no such key" in answer.out


def test_a_parameter_of_a_template_is_checked_where_it_stands() -> None:
    answer = validate(TEMPLATE)
    assert answer.code == 1
    lines = TEMPLATE.splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "timeout: 3" in text)
    column = lines[line - 1].index("timeout") + 1
    assert answer.out == (
        f"standard input:{line}:{column}: Rollout: pre.checks.health.timeout: there is no such "
        "key; did you mean timeout_seconds?\n"
    )


def test_only_parameters_of_rollouts_are_looked_at() -> None:
    answer = validate(TEMPLATE.replace(", timeout: 3", ""))
    assert (answer.code, answer.out) == (0, f"standard input, Rollout: valid\n{PLAN}")


def test_a_profile_in_a_template_is_checked() -> None:
    answer = validate(template("'moed: x'", name="/steward/rollout-profiles/web"))
    assert (answer.code, "Rollout: moed: there is no such key" in answer.out) == (1, True)


def test_a_value_in_quotes_is_pointed_at_as_a_whole() -> None:
    answer = validate(template("'{\"moed\": 1}'"))
    assert answer.out.startswith("standard input:8:14: Rollout: moed: ")


def test_a_placeholder_stands_for_the_default_of_its_parameter() -> None:
    value = "!Sub '{post: {checks: {errors: {min_samples: ${Samples}}}}}'"
    assert validate(template(value)).code == 0
    answer = validate(template(value).replace("Default: 20", "Default: 0"))
    assert "min_samples: must be at least 1, not 0" in answer.out


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("!Sub '{moed: x, pre: {budget_seconds: \"${Table}\"}}'", id="short"),
        pytest.param("{'Fn::Sub': '{moed: x, mode: \"${Table}\"}'}", id="long"),
        pytest.param(
            "!Sub ['{moed: x, mode: \"${Table}\"}', {Other: !GetAtt A.B}]", id="with-names"
        ),
    ],
)
def test_what_only_a_deploy_tells_hides_no_other_problem(value: str) -> None:
    answer = validate(template(value))
    assert answer.code == 1
    assert [line.split(": ")[2] for line in answer.out.splitlines()] == ["moed"]
    assert "Rollout: not checked: only a deploy tells what ${Table} is" in answer.err


def test_a_placeholder_that_may_be_any_text_is_read_as_it_stands() -> None:
    value = "!Sub '{pre: {checks: {x: {type: invoke, payload: \"${Table}\"}}}}'"
    answer = validate(template(value))
    assert answer.code == 0
    assert "only a deploy tells what ${Table} is; read as it stands" in answer.err


def test_a_placeholder_does_not_stand_for_the_default_of_another() -> None:
    payload = "{type: invoke, payload: [${Samples}, '${AWS::Region}', '${Table}']}"
    answer = validate(template(f'!Sub "{{pre: {{checks: {{x: {payload}}}}}}}"'))
    assert answer.code == 0
    assert "tells what ${AWS::Region} is" in answer.err
    assert "tells what ${Table} is" in answer.err


def test_a_document_that_only_a_deploy_makes_readable_is_no_problem() -> None:
    answer = validate(template("!Sub '{pre: {budget_seconds: ${Table}}}'"))
    assert (answer.code, answer.out) == (0, "")
    assert "not checked: only a deploy tells what ${Table} is" in answer.err


def test_a_value_that_only_a_deploy_tells_is_said_to_be_unchecked() -> None:
    answer = validate(template("!GetAtt A.B"))
    assert (answer.code, answer.out) == (0, "")
    assert "not checked: only a deploy tells what Fn::GetAtt" in answer.err


def test_a_value_that_is_empty_by_default_is_said_to_be_unchecked() -> None:
    answer = validate(template("!Ref Samples").replace("Default: 20", "Default: ''"))
    assert (answer.code, answer.out) == (0, "")
    assert "Rollout: not checked: its Value is empty unless a deploy gives another" in answer.err


def test_a_parameter_without_a_value_is_a_problem() -> None:
    answer = validate(template("x").replace("      Value: x\n", ""))
    assert answer.code == 1
    assert "Rollout: Value: it has no Value" in answer.out


@pytest.mark.parametrize(
    ("size", "tier", "complaint"),
    [
        pytest.param(4096, "", "", id="standard"),
        pytest.param(4097, "", "has 4097 characters, and a Standard parameter holds 4096", id="5k"),
        pytest.param(8192, "Advanced", "", id="advanced"),
        pytest.param(8193, "Advanced", "has 8193 characters, and a parameter holds 8192", id="9k"),
    ],
)
def test_a_parameter_holds_so_much(size: int, tier: str, complaint: str) -> None:
    value = "version: 1 #" + "x" * (size - 12)
    answer = validate(template(f"'{value}'", more=f"      Tier: {tier}\n" if tier else ""))
    assert answer.code == (1 if complaint else 0)
    assert complaint in answer.out


@pytest.mark.parametrize(
    ("size", "warning"),
    [
        pytest.param(4096, "", id="standard"),
        pytest.param(4097, "4097 characters need a parameter with Tier: Advanced", id="advanced"),
        pytest.param(8193, "8193 characters are more than a parameter holds", id="too-much"),
    ],
)
def test_a_file_that_does_not_fit_a_parameter_is_warned_of(size: int, warning: str) -> None:
    answer = validate("version: 1 #" + "x" * (size - 12))
    assert answer.code == 0
    assert warning in answer.err
    assert bool(warning) == bool(answer.err)


def test_all_files_are_checked_even_where_one_cannot_be_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD)
    bad.write_text("moed: x")
    answer = steward("rollouts", "validate", str(tmp_path / "none"), str(bad), str(good))
    assert answer.code == 3
    assert f"{bad}:1:1: moed: " in answer.out
    assert f"{good}: valid" in answer.out
    assert f"error: {tmp_path / 'none'}: No such file or directory" in answer.err


def test_a_template_without_any_configuration_is_no_success() -> None:
    answer = validate("Resources: {Topic: {Type: AWS::SNS::Topic}}\n")
    assert answer.code == 3
    assert "error: no template has a rollout configuration" in answer.err
    assert "to do: name the parameter /steward/rollout/<function>" in answer.err


def test_what_a_profile_declares_is_not_missed_where_the_profile_is_not_at_hand() -> None:
    answer = validate("extends: [web]\npost: {checks: {orders: {minimum: 5}}}\n")
    assert answer.code == 0
    assert "post.checks.orders has no type, so a profile has to declare it" in answer.err


def test_a_profile_at_hand_is_laid_below(tmp_path: Path) -> None:
    profile = tmp_path / "web.yaml"
    profile.write_text(
        "post: {checks: {orders: {type: metric, namespace: S, metric_name: O, minimum: 9}}}"
    )
    document = "extends: [web]\npost: {checks: {orders: {maximum: 5}}}\n"
    answer = validate(document, "--with-profile", str(profile))
    assert answer.code == 1
    assert "post.checks.orders: minimum must not be greater than maximum" in answer.out


@pytest.mark.parametrize(("text", "code"), [("- a", 1), (None, 2)], ids=["no-mapping", "not-there"])
def test_a_profile_that_cannot_be_read_ends_the_command(
    tmp_path: Path, text: str | None, code: int
) -> None:
    profile = tmp_path / "web.yaml"
    if text is not None:
        profile.write_text(text)
    answer = validate(GOOD, "--with-profile", str(profile))
    assert (answer.code, answer.out) == (code, "")
    assert str(profile) in answer.err


def test_a_check_that_nothing_declares_cannot_be_left_out() -> None:
    answer = validate("pre: {checks: {dry-rum: {enabled: false}}}\n")
    assert answer.code == 0
    assert "warning: standard input: pre.checks.dry-rum is disabled, and nothing" in answer.err


def test_json_says_the_same() -> None:
    report = json.loads(validate(GOOD, "--json").out)
    (document,) = report["documents"]
    assert (document["valid"], document["problems"], report["unread"]) == (True, [], [])
    calling = [each["name"] for each in document["checks"] if each["calls_function"]]
    assert calling == ["health"]
    assert {each["phase"] for each in document["checks"]} == {"pre", "shift", "post"}


def test_json_says_what_is_wrong_and_where() -> None:
    answer = validate(TEMPLATE, "--json")
    (document,) = json.loads(answer.out)["documents"]
    assert answer.code == 1
    assert (document["parameter"], document["valid"], document["checks"]) == ("Rollout", False, [])
    (problem,) = document["problems"]
    assert problem["path"] == "pre.checks.health.timeout"
    assert (problem["line"], problem["column"]) == (18, 56)


def test_a_hostile_key_forges_no_line() -> None:
    answer = validate('{"a\\u001b[2J\\nforged: valid": 1}')
    assert answer.code == 1
    assert "\x1b" not in answer.out
    assert len(answer.out.splitlines()) == 1


def test_on_a_terminal_sentences_are_wrapped_at_words() -> None:
    """A pseudo-terminal of 80 columns, as many people have."""
    program = "from steward_cli.main import app; app()"
    primary, secondary = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", program, "rollouts", "validate", "-"],
        stdin=subprocess.PIPE,
        stdout=secondary,
        stderr=secondary,
        env=environment,
    ) as process:
        process.communicate(GOOD.encode(), timeout=60)
    os.close(secondary)
    shown = _all_of(primary).replace("\r\n", "\n")
    lines = shown.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert " ".join(shown.split()) == " ".join((validate(GOOD).out + validate(GOOD).err).split())


def _all_of(descriptor: int) -> str:
    read = b""
    with suppress(OSError):
        while part := os.read(descriptor, 65536):
            read += part
    os.close(descriptor)
    return read.decode()
