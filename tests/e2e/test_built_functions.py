"""Every built function under Lambda's own runtime client, with its code, its layers and no more."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from local.build import build_copy
from local.host_layer import host_packages, is_built_for_this_machine
from local.tool_environment import REPOSITORY, tool_environment
from tests.e2e.lambda_sandbox import Outcome, Sandbox, make_runtime
from tests.template.documents import Document, load, resources

pytestmark = pytest.mark.e2e

TEMPLATE = load("template.yaml")
FUNCTIONS = resources(TEMPLATE, "AWS::Serverless::Function")
SAMPLES: dict[str, Document] = {
    file.name: json.loads(file.read_text()) for file in sorted((REPOSITORY / "events").iterdir())
}
BEHIND_URLS = {
    url["TargetFunctionArn"]["Ref"] for url in resources(TEMPLATE, "AWS::Lambda::Url").values()
}
every_function = pytest.mark.parametrize("function", FUNCTIONS)
type Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox(make_runtime(tmp_path_factory.mktemp("var") / "runtime"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the build whose layers have their compiled modules for this machine, too."""
    copy = build_copy(tmp_path_factory.mktemp("build") / "build")
    if not is_built_for_this_machine():
        host = host_packages(REPOSITORY, tool_environment())
        for layer in resources(TEMPLATE, "AWS::Serverless::LayerVersion"):
            _add_compiled_modules(host, copy / layer / "python")
    return copy


def _add_compiled_modules(host: Path, layer: Path) -> None:
    """Only beside what the build has put there: a package it forgot must stay missing."""
    for module in host.rglob("*.so"):
        target = layer / module.relative_to(host)
        if target.parent.is_dir():
            shutil.copy2(module, target)


def settings_of(function: str) -> Document:
    common: Document = TEMPLATE["Globals"]["Function"]
    return common | FUNCTIONS[function]


def layers_of(function: str, built: Path) -> list[Path]:
    return [built / layer["Ref"] for layer in settings_of(function).get("Layers", [])]


@pytest.fixture
def run(sandbox: Sandbox, built: Path, function: str) -> Run:
    def run_with(
        event: Document, environment: dict[str, str] | None = None, layers: list[Path] | None = None
    ) -> Outcome:
        return sandbox.run(
            built / function,
            layers_of(function, built) if layers is None else layers,
            settings_of(function)["Handler"],
            event,
            environment or {},
        )

    return run_with


def sample_for(function: str) -> Document:
    """The event in events/ that has the shape of the function's first trigger."""
    without_events = {"none": {"Type": "Url" if function in BEHIND_URLS else "AppConfig"}}
    triggers = FUNCTIONS[function].get("Events", without_events).values()
    first, *_ = [_fitting(trigger, function) for trigger in triggers]
    return first


def _fitting(trigger: Document, function: str) -> Document:
    found = [event for event in SAMPLES.values() if fits(trigger, event)]
    assert found, f"events/ has no sample for {function}: add one of type {trigger['Type']}"
    return found[0]


def fits(trigger: Document, event: Document) -> bool:
    match trigger:
        case {"Type": "Schedule"}:
            return event.get("detail-type") == "Scheduled Event"
        case {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": [queue, "Arn"]}}}:
            sources = (record["eventSourceARN"] for record in event.get("Records", []))
            return any(f"-{queue}-" in source for source in sources)
        case {"Type": "EventBridgeRule", "Properties": {"Pattern": pattern}}:
            return event.get("detail-type") in pattern["detail-type"]
        case {"Type": "AppConfig"}:
            return "configurationProfileId" in event
        case {"Type": "Url"}:
            return "rawPath" in event
        case _:
            return False


def declared_variables(function: str) -> dict[str, str]:
    """The names from the template, with values that only have to have the right form."""
    names = FUNCTIONS[function]["Environment"]["Variables"]
    return {name: "7" if name.endswith(("_DAYS", "_MINUTES")) else "any" for name in names}


@every_function
def test_an_unconfigured_function_starts_and_says_what_is_missing(run: Run, function: str) -> None:
    outcome = run(sample_for(function))
    assert outcome.kind in {"response", "error"}, outcome
    if outcome.kind == "response":
        assert outcome.body == {"batchItemFailures": everything_in(sample_for(function))}
    said = str(outcome.body) + outcome.printed
    assert "environment variables of this function are wrong" in said
    assert "LEDGER_TABLE: Field required" in said


def everything_in(event: Document) -> list[dict[str, str]]:
    return [{"itemIdentifier": record["messageId"]} for record in event["Records"]]


@every_function
def test_a_layer_without_pydantic_is_found_out(
    run: Run, function: str, built: Path, tmp_path: Path
) -> None:
    (layer,) = layers_of(function, built)
    crippled = tmp_path / "python"
    crippled.mkdir()
    for entry in (layer / "python").iterdir():
        if not entry.name.startswith("pydantic"):
            (crippled / entry.name).symlink_to(entry)
    outcome = run(sample_for(function), layers=[tmp_path])
    if function in BEHIND_URLS:
        # It imports pydantic for genuine links only, and to say what its environment lacks.
        assert (outcome.kind, outcome.body["errorType"]) == ("error", "ModuleNotFoundError")
    else:
        assert outcome.kind == "init/error"
        assert outcome.body["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'pydantic'" in outcome.body["errorMessage"]


@pytest.mark.parametrize("function", ["PolicyValidatorFunction"])
@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(None, "", id="the-sample"),
        pytest.param("%%%", "no UTF-8 text in base64", id="garbage"),
    ],
)
def test_the_policy_validator_answers_without_calling_aws(
    run: Run, function: str, content: str | None, refusal: str
) -> None:
    event = sample_for(function)
    if content:
        event = event | {"content": content}
    outcome = run(event, declared_variables(function))
    assert outcome.kind == ("error" if refusal else "response"), outcome
    assert refusal in str(outcome.body)


@pytest.mark.parametrize(
    ("module", "kind"), [("boto3", "response"), ("typer", "init/error"), ("pip", "init/error")]
)
def test_nothing_of_this_machine_leaks_into_a_function(
    sandbox: Sandbox, tmp_path: Path, module: str, kind: str
) -> None:
    (tmp_path / "app.py").write_text(f"import {module}\n\nanswer = lambda event, context: 1\n")
    outcome = sandbox.run(tmp_path, [], "app.answer", {}, {})
    assert outcome.kind == kind, outcome
