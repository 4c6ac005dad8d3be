"""How the app is built and deployed, and the policy schema inside the template."""

import json
import re
import tomllib

import pytest

from tests.template.documents import ROOT, Document, load

_SCHEMA = re.compile(r"# policy-schema: begin\n(?P<schema>.+?)\n *# policy-schema: end", re.DOTALL)


def _samconfig() -> Document:
    return tomllib.loads((ROOT / "samconfig.toml").read_text())


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_deployment_is_marked_as_stewards_own(stage: str) -> None:
    parameters = _samconfig()[stage]["deploy"]["parameters"]
    assert parameters["tags"] == ["steward:component=hub"]
    assert f"Stage={stage}" in parameters["parameter_overrides"]
    assert "CAPABILITY_NAMED_IAM" in parameters["capabilities"]


def test_only_prod_deploys_gradually() -> None:
    overrides = {
        s: _samconfig()[s]["deploy"]["parameters"]["parameter_overrides"] for s in ("dev", "prod")
    }
    assert {"GradualDeployment=true", "RolloutHooks=true"} <= set(overrides["prod"])
    assert not {"GradualDeployment=true", "RolloutHooks=true"} & set(overrides["dev"])


@pytest.mark.parametrize("stage", ["default", "dev", "prod"])
def test_builds_are_cached_and_validation_lints(stage: str) -> None:
    config = _samconfig()[stage]
    assert config["build"]["parameters"] == {"cached": True, "parallel": True}
    assert config["validate"]["parameters"] == {"lint": True}


def test_the_policy_schema_stands_between_its_marks() -> None:
    assert _SCHEMA.search((ROOT / "template.yaml").read_text())


def test_a_policy_passes_a_schema_and_our_own_validator() -> None:
    profile = load("template.yaml")["Resources"]["PolicyProfile"]["Properties"]
    validators = {validator["Type"]: validator["Content"] for validator in profile["Validators"]}
    assert validators["LAMBDA"] == {"Fn::GetAtt": ["PolicyValidatorFunction", "Arn"]}
    assert "version" in json.loads(validators["JSON_SCHEMA"])["required"]


def test_appconfig_accepts_the_size_of_the_schema() -> None:
    """At most 32,768 characters ("Validator", AWS AppConfig API Reference)."""
    profile = load("template.yaml")["Resources"]["PolicyProfile"]["Properties"]
    assert all(len(str(validator["Content"])) <= 32_768 for validator in profile["Validators"])


def test_without_a_deployed_policy_steward_only_observes() -> None:
    types = {resource["Type"] for resource in load("template.yaml")["Resources"].values()}
    assert not types & {"AWS::AppConfig::HostedConfigurationVersion", "AWS::AppConfig::Deployment"}


def test_the_kill_switch_starts_off_and_says_what_it_does() -> None:
    switch = load("template.yaml")["Resources"]["KillSwitch"]["Properties"]
    assert switch["Value"] == "off"
    assert switch["AllowedPattern"] == "^(on|off)$"
    assert '"on" stops Steward from deleting any stack' in switch["Description"]
