"""The rules beside cfn-lint's W2531, E2531 and E2533, wherever both speak.

`KNOWS_MORE` lists what Steward says where cfn-lint is silent or fails.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from cfnlint.core import get_rules  # type: ignore[import-untyped]
from cfnlint.jsonschema import CfnTemplateValidator  # type: ignore[import-untyped]

from steward.data.runtime_table import bundled
from steward_cli.runtimes.findings import Finding
from steward_cli.runtimes.judging import Terms, judged
from steward_cli.runtimes.reading import read_nodes
from steward_cli.runtimes.rules import Rule
from steward_cli.runtimes.uses import uses_of

type Travel = Callable[[date], None]
type Rules = Any

THEIRS: dict[str, dict[str, str | None]] = json.loads(
    (files("cfnlint.data.AdditionalSpecs") / "LmbdRuntimeLifecycle.json").read_text()
)
CODES = {Rule.DEPRECATED: "W2531", Rule.CREATE_BLOCKED: "E2531", Rule.UPDATE_BLOCKED: "E2533"}
# Without block dates cfn-lint ends in an error of its own (strptime of None).
WITHOUT_BLOCKS = {name for name, row in THEIRS.items() if row["create-block"] is None}
DATED = sorted(THEIRS.keys() - WITHOUT_BLOCKS)
DAY = timedelta(days=1)
WAVE = date(2026, 11, 23)
_DEPRECATED_ON = re.compile(r"was deprecated on '([0-9-]+)'")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return get_rules([], [], ["I", "W", "E"])


def one(rules: Rules, code: str) -> Any:
    return next(rule for rule in rules if rule.id == code)


@pytest.fixture
def on(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Sets the day that cfn-lint's rules take for today: each calls `datetime.today()`."""

    def travel(day: date) -> None:
        class Frozen(datetime):
            @classmethod
            def today(cls) -> "Frozen":
                return cls.combine(day, time(12))

        for code in CODES.values():
            names = type(one(rules, code)).validate.__globals__
            monkeypatch.setitem(names, "datetime", Frozen)

    return travel


def template(*runtimes: Any, **parts: Any) -> str:
    """One function for each of `runtimes`."""
    resources = {
        f"F{number}": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": runtime}}
        for number, runtime in enumerate(runtimes)
    }
    return json.dumps({"Resources": resources, **parts}, indent=1)


def found_in(text: str, day: date) -> tuple[Finding, ...]:
    return judged("t", uses_of(read_nodes(text)), Terms(bundled(), day, warn_days=180)).findings


def ours(text: str, day: date) -> set[tuple[str, int]]:
    """Code, in cfn-lint's terms, and line of each finding that they can have too."""
    found = found_in(text, day)
    return {(CODES[each.rule], each.place.line) for each in found if each.rule in CODES}


def theirs(text: str, rules: Rules) -> set[tuple[str, int]]:
    return {
        (match.rule.id, match.linenumber)
        for match in lint(text, rules)
        if match.rule.id in CODES.values()
    }


def boundaries(runtime: str) -> Iterator[date]:
    """The day before, of and after each milestone."""
    row = THEIRS[runtime]
    for written in {row["deprecated"], row["create-block"], row["update-block"]}:
        day = date.fromisoformat(str(written))
        yield from (day - DAY, day, day + DAY)


def spoken(runtime: str, rules: Rules) -> set[str]:
    """The codes of the rules that speak of `runtime` on the day that is set."""
    validator = CfnTemplateValidator({})
    found: set[str] = set()
    for code in CODES.values():
        told = one(rules, code).validate(validator, None, runtime, {})
        found |= {code for _ in told}
    return found


@pytest.mark.parametrize("runtime", DATED)
def test_each_boundary_of_each_runtime_is_judged_alike(
    runtime: str, rules: Rules, on: Travel
) -> None:
    for day in sorted(set(boundaries(runtime))):
        on(day)
        assert spoken(runtime, rules) == {code for code, _ in ours(template(runtime), day)}, day


DAYS = [date(2019, 6, 1), WAVE, date(2027, 2, 1), date(2027, 3, 3), date(2030, 1, 1)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_whole_templates_are_judged_alike(day: date, rules: Rules, on: Travel) -> None:
    on(day)
    text = template(*DATED)
    assert ours(text, day) == theirs(text, rules)
    assert ours(text, day)


SERVERLESS = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Globals": {"Function": {"Runtime": "python3.9", "Handler": "a.b"}},
    "Resources": {
        "A": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "s3://b/k"}},
        "B": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"CodeUri": "s3://b/k", "Runtime": "python3.7"},
        },
    },
}


def test_serverless_functions_and_globals_are_judged_alike(rules: Rules, on: Travel) -> None:
    on(WAVE)
    text = json.dumps(SERVERLESS, indent=1)
    codes = {code for code, _line in ours(text, WAVE)}
    assert codes == {code for code, _line in theirs(text, rules)} == {"W2531", "E2531"}


PARTS = {
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Rt": {"Type": "String", "Default": "go1.x", "AllowedValues": ["go1.x", "python3.6"]},
        "Version": {"Type": "String", "Default": "3.8"},
    },
    "Mappings": {"Runtimes": {"prod": {"job": "ruby2.7"}}},
}


@pytest.mark.parametrize(
    ("runtime", "named"),
    [
        pytest.param({"Ref": "Rt"}, {"go1.x", "python3.6"}, id="parameter"),
        pytest.param(
            {"Fn::If": ["IsProd", "python3.9", "python3.7"]}, {"python3.9", "python3.7"}, id="if"
        ),
        pytest.param({"Fn::FindInMap": ["Runtimes", "prod", "job"]}, {"ruby2.7"}, id="mapping"),
        pytest.param({"Fn::Sub": "python${Version}"}, {"python3.8"}, id="substitution"),
        pytest.param(
            {"Fn::Join": ["", ["python", {"Ref": "Version"}]]}, {"python3.8"}, id="joined"
        ),
    ],
)
def test_what_is_not_written_down_is_read_alike(
    runtime: Any, named: set[str], rules: Rules, on: Travel
) -> None:
    """cfn-lint tells what a function resolves to under other codes, but with the same dates."""
    on(WAVE)
    text = template(runtime, **PARTS)
    assert {each.runtime_id for each in found_in(text, WAVE)} == named
    told = {day for match in lint(text, rules) for day in _DEPRECATED_ON.findall(match.message)}
    assert told == {str(bundled().runtimes[each].deprecated) for each in named}


LAYER = {
    "Resources": {
        "L": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {}, "CompatibleRuntimes": ["python3.7"]},
        }
    }
}
KNOWS_MORE = [
    pytest.param(template("python3.11"), date(2027, 1, 1), Rule.ENDING, id="before-the-end"),
    pytest.param(template("dotnet9"), WAVE, Rule.DEPRECATED, id="without-blocks"),
    pytest.param(template("java8.al2023"), date(2029, 7, 1), Rule.DEPRECATED, id="not-in-theirs"),
    pytest.param(template("python3.99"), WAVE, Rule.UNKNOWN, id="unknown"),
    pytest.param(json.dumps(LAYER), WAVE, Rule.LAYER, id="layer"),
]


@pytest.mark.parametrize(("text", "day", "rule"), KNOWS_MORE)
def test_steward_speaks_where_cfn_lint_is_silent(
    text: str, day: date, rule: Rule, rules: Rules, on: Travel
) -> None:
    on(day)
    assert [each.rule for each in found_in(text, day)] == [rule]
    assert theirs(text, rules) == set()


def test_the_table_has_every_runtime_of_theirs() -> None:
    assert THEIRS.keys() - bundled().runtimes.keys() == set()
    assert {"dotnet9"} == WITHOUT_BLOCKS
