"""AppSpecs as CloudFormation and as people write them; what is none is refused and says why."""

import json
from typing import Any

import pytest

from steward.aws.app_specs import UnusableRevision, content_of, revision_of
from steward.domain.rollouts.deployments import LifecycleEvent, Target

ID = "d-A1B2C3D4E"
PROPERTIES = {"Name": "shop", "Alias": "live", "CurrentVersion": "3", "TargetVersion": "4"}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": PROPERTIES}
TARGET = Target("shop", "live", "3", "4")
HOOKS = {
    LifecycleEvent.BEFORE_ALLOW_TRAFFIC: "CodeDeployHook_steward-pre",
    LifecycleEvent.AFTER_ALLOW_TRAFFIC: "CodeDeployHook_steward-post",
}
YAML = """
version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties: {Name: shop, Alias: live, CurrentVersion: 3, TargetVersion: 4}
hooks:
  - BeforeAllowTraffic: CodeDeployHook_steward-pre
  - AfterAllowTraffic: CodeDeployHook_steward-post
"""


def spec(*resources: Any, **sections: Any) -> str:
    return json.dumps({"version": "0.0", "Resources": list(resources), **sections})


AS_LIST = [{str(event): name} for event, name in HOOKS.items()]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(spec({"shop": FUNCTION}, Hooks=AS_LIST), id="as-CloudFormation"),
        pytest.param(spec({"shop": FUNCTION}, hooks=AS_LIST), id="hooks-in-lower-case"),
        pytest.param(spec({"shop": FUNCTION}, Hooks=dict(HOOKS)), id="hooks-as-one-mapping"),
        pytest.param(
            json.dumps({"resources": {"shop": FUNCTION}, "hooks": dict(HOOKS)}), id="all-lower-case"
        ),
        pytest.param(YAML, id="yaml"),
        pytest.param(
            spec({"shop": FUNCTION}, {"table": {"Type": "AWS::DynamoDB::Table"}}, Hooks=AS_LIST),
            id="beside-another-type",
        ),
    ],
)
def test_an_app_spec_says_what_is_deployed_and_by_which_hooks(content: str) -> None:
    revision = revision_of(content, ID)
    assert revision.target == TARGET
    assert revision.hooks == HOOKS


def test_functions_may_be_named_by_their_arns() -> None:
    arn = "arn:aws:lambda:eu-west-1:222222222222:function:"
    named = FUNCTION | {"Properties": PROPERTIES | {"Name": f"{arn}shop"}}
    hooks = [{"BeforeAllowTraffic": f"{arn}CodeDeployHook_steward-pre:live"}]
    revision = revision_of(spec({"shop": named}, Hooks=hooks), ID)
    assert revision.target == TARGET
    assert list(revision.hooks.values()) == ["CodeDeployHook_steward-pre"]


def test_an_app_spec_without_hooks_or_current_version_is_one() -> None:
    unnamed = {name: value for name, value in PROPERTIES.items() if name != "CurrentVersion"}
    revision = revision_of(spec({"shop": FUNCTION | {"Properties": unnamed}}), ID)
    assert (revision.target, revision.hooks) == (Target("shop", "live", "", "4"), {})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("", "has no content", id="nothing"),
        pytest.param("  \n", "has no content", id="blank"),
        pytest.param("[1, 2]", "neither a JSON nor a YAML object", id="a-list"),
        pytest.param("just words", "neither a JSON nor a YAML object", id="words"),
        pytest.param("{a: [", "is neither JSON nor YAML", id="broken"),
        pytest.param("a: !!python/object:os.system {}", "is neither JSON nor YAML", id="a-tag"),
        pytest.param("[" * 5_000, "is neither JSON nor YAML", id="too-deep"),
        pytest.param(spec(), "its resources are: none", id="no-resources"),
        pytest.param(
            spec({"service": {"Type": "AWS::ECS::Service"}}),
            "its resources are: AWS::ECS::Service",
            id="another-platform",
        ),
        pytest.param(
            spec({"shop": FUNCTION}, {"cart": FUNCTION}), "exactly one resource", id="two-functions"
        ),
        pytest.param(
            spec({"shop": FUNCTION | {"Properties": {"Name": "shop"}}}),
            "does not say Alias, TargetVersion",
            id="half-a-function",
        ),
        pytest.param(
            spec({"shop": {"Type": "AWS::Lambda::Function"}}),
            "does not say Name, Alias, TargetVersion",
            id="no-properties",
        ),
        pytest.param(spec("shop"), "its resources are: none", id="resources-are-names"),
    ],
)
def test_what_names_no_one_function_is_refused(content: str, says: str) -> None:
    with pytest.raises(UnusableRevision, match=f"the revision of deployment {ID} .*{says}"):
        revision_of(content, ID)


@pytest.mark.parametrize(
    ("location", "content"),
    [
        ({"revisionType": "String", "string": {"content": "a"}}, "a"),
        ({"revisionType": "String", "string": {"sha256": "0"}}, ""),
        ({"revisionType": "AppSpecContent", "appSpecContent": {"content": "b"}}, "b"),
        ({"revisionType": "AppSpecContent"}, ""),
    ],
)
def test_content_that_is_kept_back_is_empty(location: dict[str, Any], content: str) -> None:
    assert content_of(location, ID) == content


@pytest.mark.parametrize("kind", ["S3", "GitHub", ""])
def test_a_file_elsewhere_is_no_content(kind: str) -> None:
    with pytest.raises(UnusableRevision, match="give the AppSpec as text"):
        content_of({"revisionType": kind}, ID)
