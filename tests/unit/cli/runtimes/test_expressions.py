"""How a template may name a runtime without writing it down."""

import pytest

from steward_cli.runtimes.rules import Level
from tests.unit.cli.runtimes.checking import checked, function, read_in

PARAMETERS = """\
Parameters:
  Chosen: {Type: String, Default: python3.12, AllowedValues: [python3.9, python3.12]}
  Free: {Type: String}
  Listed: {Type: String, AllowedValues: [python3.9, python3.14]}
  Version: {Type: String, Default: "3.9"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /runtimes/python}
Mappings:
  Runtimes:
    dev: {api: python3.14, job: python3.9}
    prod: {api: python3.12, job: !Ref Chosen}
"""
DEFAULT, ALLOWED = "the default of parameter Chosen", "an allowed value of parameter Chosen"
DEV, PROD = "mapping Runtimes, dev", "mapping Runtimes, prod"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("python3.9", {"python3.9": ""}, id="plain"),
        pytest.param("'python3.9'", {"python3.9": ""}, id="quoted"),
        pytest.param(
            "!Ref Chosen", {"python3.12": DEFAULT, "python3.9": ALLOWED}, id="parameter-short"
        ),
        pytest.param(
            "{Ref: Chosen}", {"python3.12": DEFAULT, "python3.9": ALLOWED}, id="parameter-long"
        ),
        pytest.param(
            "!Ref Listed",
            {
                "python3.9": "an allowed value of parameter Listed",
                "python3.14": "an allowed value of parameter Listed",
            },
            id="parameter-without-default",
        ),
        pytest.param(
            "!If [IsProd, python3.12, python3.9]",
            {"python3.12": "Fn::If IsProd when true", "python3.9": "Fn::If IsProd when false"},
            id="both-branches",
        ),
        pytest.param(
            "{'Fn::If': [IsProd, {'Fn::If': [IsEu, python3.14, python3.9]}, {Ref: AWS::NoValue}]}",
            {
                "python3.14": "Fn::If IsProd when true, Fn::If IsEu when true",
                "python3.9": "Fn::If IsProd when true, Fn::If IsEu when false",
            },
            id="nested-branches",
        ),
        pytest.param("!FindInMap [Runtimes, dev, job]", {"python3.9": f"{DEV}, job"}, id="mapping"),
        pytest.param(
            "!FindInMap [Runtimes, !Ref Stage, api]",
            {"python3.14": f"{DEV}, api", "python3.12": f"{PROD}, api"},
            id="mapping-by-a-key-nobody-knows",
        ),
        pytest.param(
            "!FindInMap [Runtimes, prod, job]",
            {"python3.12": f"{PROD}, job, {DEFAULT}", "python3.9": f"{PROD}, job, {ALLOWED}"},
            id="mapping-to-a-parameter",
        ),
        pytest.param(
            "!FindInMap [Runtimes, test, job, {DefaultValue: python3.9}]",
            {"python3.9": "the default of Fn::FindInMap"},
            id="mapping-with-default",
        ),
        pytest.param("!Sub python3.9", {"python3.9": "Fn::Sub"}, id="substitution-of-nothing"),
        pytest.param("!Sub 'python${Version}'", {"python3.9": "Fn::Sub"}, id="substitution"),
        pytest.param(
            "!Sub ['python${Own}', {Own: !Ref Version}]",
            {"python3.9": "Fn::Sub"},
            id="substitution-of-its-own",
        ),
        pytest.param("!Sub '${!Version}'", {"${Version}": "Fn::Sub"}, id="substitution-escaped"),
        pytest.param("!Join ['', [python, !Ref Version]]", {"python3.9": "Fn::Join"}, id="joined"),
    ],
)
def test_a_runtime_is_read_through(written: str, read: dict[str, str]) -> None:
    template = checked(function(written, more=PARAMETERS))
    assert read_in(template) == read
    assert template.remarks == ()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        pytest.param("!GetAtt A.B", "Fn::GetAtt: only a deploy tells", id="attribute"),
        pytest.param("!ImportValue rt", "Fn::ImportValue: only a deploy tells", id="import"),
        pytest.param("!Ref Nowhere", "Ref Nowhere: only a deploy tells", id="no-such-parameter"),
        pytest.param("!Ref Free", "parameter Free has no default", id="parameter-without-anything"),
        pytest.param("!Ref Stored", "parameter Stored is read from SSM", id="parameter-in-ssm"),
        pytest.param("'{{resolve:ssm:/rt}}'", "{{resolve:ssm:/rt}}: only", id="dynamic-reference"),
        pytest.param("!FindInMap [No, a, b]", "mapping No has no such value", id="no-mapping"),
        pytest.param("!FindInMap [Runtimes, x]", "Fn::FindInMap takes a", id="one-key"),
        pytest.param("!If [IsProd, python3.9]", "Fn::If takes a condition", id="one-branch"),
        pytest.param("!Sub '${A.B}'", "Ref A.B: only a deploy tells", id="substituted-attribute"),
        pytest.param("!Sub {a: b}", "Fn::Sub takes a text", id="substitution-in-nothing"),
        pytest.param("!Join [x, !Ref Free]", "Fn::Join: only a deploy tells", id="joined-unknown"),
        pytest.param("[python3.9]", "it is no text", id="list"),
        pytest.param("{a: b}", "it is no text", id="mapping"),
        pytest.param("", "it names no runtime", id="nothing"),
        pytest.param("~", "it names no runtime", id="null"),
        pytest.param("!Ref AWS::NoValue", "it names no runtime", id="left-out"),
    ],
)
def test_what_cannot_be_read_is_said(written: str, why: str) -> None:
    template = checked(function(written, more=PARAMETERS))
    assert (template.findings, template.passed) == ((), ())
    assert [each.why[: len(why)] for each in template.remarks] == [why]


def test_half_an_answer_is_told_as_half() -> None:
    template = checked(function("!If [IsProd, python3.9, !GetAtt A.B]"))
    assert [each.runtime_id for each in template.findings] == ["python3.9"]
    assert [each.why for each in template.remarks] == ["Fn::GetAtt: only a deploy tells what it is"]


@pytest.mark.parametrize(
    ("parameter", "level"),
    [
        pytest.param("Default: python3.9", Level.ERROR, id="default"),
        pytest.param(
            "Default: python3.12, AllowedValues: [python3.9]", Level.WARNING, id="allowed"
        ),
    ],
)
def test_only_what_a_deploy_takes_by_itself_is_an_error(parameter: str, level: Level) -> None:
    more = f"Parameters:\n  Rt: {{Type: String, {parameter}}}\n"
    [finding] = checked(function("!Ref Rt", more=more)).findings
    assert finding.level is level


@pytest.mark.parametrize("written", ["!Sub '${Rt}'", "!Join ['', [!Ref Rt]]"])
def test_what_is_made_of_an_allowed_value_is_a_warning(written: str) -> None:
    more = "Parameters: {Rt: {Type: String, Default: python3.12, AllowedValues: [python3.9]}}\n"
    [finding] = checked(function(written, more=more)).findings
    assert (finding.runtime_id, finding.level) == ("python3.9", Level.WARNING)


def test_a_finding_stands_where_the_runtime_is_written() -> None:
    template = checked(function("!FindInMap [Runtimes, dev, job]", more=PARAMETERS))
    [finding] = template.findings
    line = (function("x") + PARAMETERS).splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 : finding.place.end_column - 1] == "python3.9"


MANY = "Parameters:\n" + "".join(
    f"  P{each}: {{Type: String, AllowedValues: [a, b, c, d]}}\n" for each in range(4)
)


def test_more_outcomes_than_anybody_writes_are_not_counted_up() -> None:
    template = checked(function("!Sub '${P0}${P1}${P2}${P3}'", more=MANY))
    assert [each.why for each in template.remarks] == ["it has more than 200 outcomes"]


def doubling(depth: int) -> str:
    """Each part is twice the part before it: unfolded, two to the power of `depth`."""
    lines = [f"  a{each}: &a{each} !If [C, *a{each - 1}, *a{each - 1}]" for each in range(1, depth)]
    return "\n".join(["  a0: &a0 python3.9", *lines])


@pytest.mark.parametrize("depth", [2, 40])
def test_aliases_that_double_stay_small(depth: int) -> None:
    text = f"Mappings:\n{doubling(depth)}\n{function(f'*a{depth - 1}')}"
    [finding] = checked(text).findings
    assert finding.runtime_id == "python3.9"


@pytest.mark.parametrize(
    ("aliases", "written", "why"),
    [
        pytest.param("  a: &a !If [C, *a, *a]", "*a", "it refers to itself", id="circle"),
        pytest.param(doubling(2_000), "*a1999", "it is nested too deeply", id="deeper-than-text"),
    ],
)
def test_aliases_that_lead_nowhere_are_said(aliases: str, written: str, why: str) -> None:
    template = checked(f"Mappings:\n{aliases}\n{function(written)}")
    assert template.findings == ()
    assert [each.why for each in template.remarks] == [why]
