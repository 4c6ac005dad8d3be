"""What the SAM CLI makes of template.yaml."""

import json
import os
import re
import subprocess
from functools import cache

from tests.template.dashboard_rules import body_of
from tests.template.documents import ROOT, Document, load

_ALIASED = {
    "LeaseWorker",
    "LeaseReaper",
    "LeaseEvents",
    "LeaseExtension",
    "NoticeDelivery",
    "NoticeDigest",
    "RolloutHistory",
    "RuntimePlanner",
    "RuntimeReport",
    "RuntimeWorker",
}
NO_VALUE = {"Ref": "AWS::NoValue"}
_PYTHON = ROOT / ".tools" / "sam" / "bin" / "python"
_PROGRAM = ROOT / "tests" / "template" / "translate_with_sam.py"


@cache
def _translated(layer: str = "a", gradual: str = "false") -> dict[str, Document]:
    """The resources that CloudFormation gets, when the layer's code is `layer`."""
    asked = {"template": _uploaded(layer), "parameters": {"GradualDeployment": gradual}}
    done = subprocess.run(
        [_PYTHON, _PROGRAM],
        input=json.dumps(asked),
        env=os.environ | {"AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    resources: dict[str, Document] = json.loads(done.stdout)
    return resources


def _uploaded(layer: str) -> Document:
    template = load("template.yaml")
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://bucket/{name}"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = f"s3://bucket/{layer}"
    return template


def _of_type(resources: dict[str, Document], kind: str) -> set[str]:
    return {name for name, resource in resources.items() if resource["Type"] == kind}


def test_a_layer_edit_reaches_every_alias() -> None:
    before = _of_type(_translated("a"), "AWS::Lambda::Version")
    after = _of_type(_translated("b"), "AWS::Lambda::Version")
    assert len(before) == len(_ALIASED)
    assert before & after == set()


def test_gradual_deployment_publishes_no_other_version() -> None:
    versions = "AWS::Lambda::Version"
    assert _of_type(_translated(), versions) == _of_type(_translated(gradual="true"), versions)


def test_gradual_deployment_is_a_parameter() -> None:
    groups = "AWS::CodeDeploy::DeploymentGroup"
    wanted = {f"{name}FunctionDeploymentGroup" for name in _ALIASED}
    assert _of_type(_translated(gradual="true"), groups) == wanted
    assert _of_type(_translated(), groups) == set()


def test_new_versions_are_checked_by_our_own_hooks() -> None:
    """SAM hands the condition on, so CloudFormation takes the hooks out without RolloutHooks."""
    aliases = [
        resource["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        for resource in _translated(gradual="true").values()
        if resource["Type"] == "AWS::Lambda::Alias"
    ]
    assert len(aliases) == len(_ALIASED)
    for event, hook in (("Before", "pre"), ("After", "post")):
        given = {"Fn::If": ["UsesRolloutHooks", f"CodeDeployHook_steward-{hook}", NO_VALUE]}
        assert [alias[f"{event}AllowTrafficHook"] for alias in aliases] == [given] * len(aliases)


def test_no_role_is_generated_for_a_function() -> None:
    """A generated role writes any log and has a name that no member can trust."""
    resources = _translated()
    written = load("template.yaml")["Resources"]
    assert _of_type(resources, "AWS::IAM::Role") == _of_type(written, "AWS::IAM::Role")


def test_triggers_call_the_alias() -> None:
    resources = _translated()
    mapping = resources["LeaseWorkerFunctionUnits"]["Properties"]["FunctionName"]
    (target,) = resources["LeaseEventsFunctionStackStatus"]["Properties"]["Targets"]
    assert mapping == {"Ref": "LeaseWorkerFunctionAliaslive"}
    assert target["Arn"] == {"Ref": "LeaseEventsFunctionAliaslive"}


def test_the_dashboard_is_still_json() -> None:
    """SAM renames what it makes of a function, which must not reach into the text."""
    body = _translated()["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert json.loads(body) == body_of(load("template.yaml"))


def test_the_dashboard_names_functions_and_aliases_that_there_are() -> None:
    resources = _translated()
    text = json.dumps(body_of(load("template.yaml")))
    named = set(re.findall(r"\$\{(\w+Function)\}", text))
    aliased = set(re.findall(r"\$\{(\w+)Function\}:live", text))
    assert named == _of_type(resources, "AWS::Lambda::Function")
    assert aliased == _ALIASED


def test_only_what_has_a_condition_may_use_the_customers_key() -> None:
    users = {
        name: resource.get("Condition")
        for name, resource in _translated().items()
        if resource["Type"] == "AWS::IAM::Policy" and "kms:" in json.dumps(resource)
    }
    assert len(users) == 7
    assert set(users.values()) == {"HasEncryptionKey"}
