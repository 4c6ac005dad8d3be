"""Which parts of a template name a runtime, and for whom."""

import pytest

from steward_cli.runtimes.rules import Level, Rule
from tests.unit.cli.runtimes.checking import FILE, checked, function, read_in

SERVERLESS = "AWS::Serverless::Function"
GLOBALS = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.9
"""


def functions(*names: str, properties: str = "{Handler: a.b}") -> str:
    parts = (f"  {name}: {{Type: {SERVERLESS}, Properties: {properties}}}\n" for name in names)
    return f"Resources:\n{''.join(parts)}"


@pytest.mark.parametrize("kind", ["AWS::Lambda::Function", SERVERLESS])
def test_a_function_names_its_runtime(kind: str) -> None:
    [finding] = checked(function("python3.9", kind)).findings
    assert (finding.resource, str(finding.place)) == ("Orders", f"{FILE}:5")


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["A"], "taken by A"),
        (["A", "B", "C"], "taken by A, B, C"),
        (["A", "B", "C", "D", "E"], "taken by A, B, C and 2 more"),
    ],
)
def test_globals_are_one_finding_for_all_that_take_them(names: list[str], taken: str) -> None:
    [finding] = checked(GLOBALS + functions(*names)).findings
    assert (finding.resource, finding.via, str(finding.place)) == (
        "Globals.Function",
        taken,
        f"{FILE}:4",
    )
    assert finding.level is Level.ERROR


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param(functions("A", properties="{Runtime: python3.14}"), id="names-its-own"),
        pytest.param(functions("A", properties="{PackageType: Image}"), id="image"),
        pytest.param(function("python3.14"), id="no-serverless-function"),
    ],
)
def test_globals_that_nothing_takes_are_a_warning_only(resources: str) -> None:
    [finding] = checked(GLOBALS + resources).findings
    assert (finding.level, finding.via) == (Level.WARNING, "taken by no function")


def test_a_function_outside_sam_takes_nothing_from_globals() -> None:
    template = checked(GLOBALS + function("").replace("      Runtime: \n", "      Handler: a.b\n"))
    assert [each.why for each in template.remarks] == ["it names no runtime"]


@pytest.mark.parametrize(
    "package", ["Image", "!Ref Package", "!If [Local, Image, Image]"], ids=["plain", "ref", "if"]
)
def test_an_image_is_said_and_no_finding(package: str) -> None:
    more = "Parameters: {Package: {Type: String, Default: Image}}\n"
    text = functions("A", properties=f"{{PackageType: {package}, Runtime: python3.9}}") + more
    template = checked(text)
    assert template.findings == ()
    assert [each.why for each in template.remarks] == [
        "a container image: its runtime comes with its base image"
    ]


@pytest.mark.parametrize(
    "package",
    [
        "Zip",
        "!If [Local, Image, Zip]",
        "!GetAtt A.B",
        "!If [Local, Image, !GetAtt A.B]",
        "!If [Local, Image, !Ref AWS::NoValue]",
    ],
)
def test_what_may_be_a_zip_file_is_checked(package: str) -> None:
    properties = f"{{PackageType: {package}, Runtime: python3.9}}"
    assert len(checked(functions("A", properties=properties)).findings) == 1


@pytest.mark.parametrize(
    ("part", "why"),
    [
        pytest.param(
            "  C: {Type: AWS::Synthetics::Canary, Properties: {RuntimeVersion: syn-1}}",
            "a canary: CloudWatch Synthetics has runtimes and dates of its own",
            id="canary",
        ),
        pytest.param(
            "  Fn::Transform: {Name: AWS::Include}",
            "only a deploy tells which resources Fn::Transform adds",
            id="include",
        ),
        pytest.param(
            "  Fn::ForEach::F: [Name, [a]]",
            "only a deploy tells which resources Fn::ForEach adds",
            id="loop-without-body",
        ),
        pytest.param(
            "  L: {Type: AWS::Lambda::LayerVersion, Properties: {CompatibleRuntimes: !Ref All}}",
            "only a deploy tells what its CompatibleRuntimes are",
            id="layer-by-reference",
        ),
        pytest.param(
            "  L: {Type: AWS::Lambda::LayerVersion, Properties: {CompatibleRuntimes: [!Ref One]}}",
            "Ref One: only a deploy tells what it is",
            id="layer-with-a-reference",
        ),
        pytest.param(
            "  F: {Type: AWS::Lambda::Function}", "it names no runtime", id="no-properties"
        ),
    ],
)
def test_what_is_not_checked_is_said(part: str, why: str) -> None:
    template = checked(f"Resources:\n{part}\n")
    assert (template.findings, template.passed) == ((), ())
    assert [each.why for each in template.remarks] == [why]


@pytest.mark.parametrize(
    "part",
    [
        pytest.param("  T: {Type: AWS::SNS::Topic}", id="other-type"),
        pytest.param(
            "  F: {Type: AWS::CloudFront::Function, Properties: {Runtime: cloudfront-js-1.0}}",
            id="other-function",
        ),
        pytest.param("  L: {Type: AWS::Lambda::LayerVersion}", id="layer-for-anything"),
        pytest.param("  F: {Type: !Ref X}", id="type-by-reference"),
        pytest.param("  F: text", id="text"),
        pytest.param("  F:", id="null"),
    ],
)
def test_what_names_no_runtime_is_passed_over(part: str) -> None:
    template = checked(f"Resources:\n{part}\n")
    assert (template.findings, template.passed, template.remarks) == ((), (), ())


LOOP = """\
Resources:
  Fn::ForEach::Jobs:
    - Runtime
    - {collection}
    - "Job${{Runtime}}":
        Type: AWS::Lambda::Function
        Properties: {{Runtime: {runtime}}}
"""


@pytest.mark.parametrize(
    ("collection", "runtime", "read"),
    [
        pytest.param("[a, b]", "python3.9", {"python3.9": ""}, id="plain"),
        pytest.param(
            "[python3.9, python3.12]",
            "!Ref Runtime",
            {"python3.9": "", "python3.12": ""},
            id="by-its-name",
        ),
        pytest.param("['9']", "!Sub 'python3.${Runtime}'", {"python3.9": "Fn::Sub"}, id="part"),
    ],
)
def test_what_a_loop_repeats_is_read(collection: str, runtime: str, read: dict[str, str]) -> None:
    template = checked(LOOP.format(collection=collection, runtime=runtime))
    assert read_in(template) == read
    assert {each.resource for each in template.findings} == {"Fn::ForEach::Jobs.Job${Runtime}"}


def test_a_loop_over_what_nobody_knows_is_said() -> None:
    template = checked(LOOP.format(collection="!Ref All", runtime="!Ref Runtime"))
    assert template.findings == ()
    assert "only a deploy tells what Fn::ForEach::Jobs repeats" in template.remarks[0].why


MERGED = """\
Defaults: &defaults {Runtime: python3.9, Handler: a.b}
Resources:
  A: {Type: AWS::Lambda::Function, Properties: {<<: *defaults}}
  B: {Type: AWS::Lambda::Function, Properties: {<<: *defaults, Runtime: python3.14}}
  C: {Type: AWS::Lambda::Function, Properties: {<<: [*defaults, {Runtime: python3.12}]}}
"""


def test_merged_keys_count_and_own_ones_win() -> None:
    template = checked(MERGED)
    assert [each.resource for each in template.findings] == ["A", "C"]
    assert [(each.resource, each.runtime_id) for each in template.passed] == [("B", "python3.14")]


def test_a_resource_of_its_own_hides_a_merged_one() -> None:
    merged = "Shared: &shared {A: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.9}}}"
    own = "{<<: *shared, A: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.14}}}"
    assert read_in(checked(f"{merged}\nResources: {own}\n")) == {"python3.14": ""}


def test_findings_stand_in_the_order_of_their_lines() -> None:
    rt = "Parameters: {Rt: {Type: String, Default: python3.10}}\n"
    both = (
        function("python3.9") + "  B: {Type: AWS::Lambda::Function, Properties: {Runtime: !Ref Rt}}"
    )
    assert [each.place.line for each in checked(f"{rt}{both}\n").findings] == [1, 6]


def test_each_use_is_judged_in_the_order_of_the_file() -> None:
    text = GLOBALS + functions("A") + "  B: {Type: AWS::Lambda::Function}\n"
    template = checked(text)
    assert [each.rule for each in template.findings] == [Rule.UPDATE_BLOCKED]
    assert [each.resource for each in template.remarks] == ["B"]


def test_names_that_forge_lines_are_made_harmless() -> None:
    text = 'Resources:\n  "a\\n\\u202Eb: error": {Type: AWS::Lambda::Function}\n'
    assert [each.resource for each in checked(text).remarks] == ["a b: error"]
