"""What org/members/roles.yaml trusts and grants."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from steward.domain import protected
from tests.template import access_rules as access
from tests.template import parameter_rules as parameters
from tests.template.documents import Document, changed, chosen, load, resources
from tests.template.member_rules import EVERY_TEMPLATE

_HUB = "arn:${AWS::Partition}:iam::${HubAccountId}:role/${HubRoleNamePrefix}-"
_SESSION = "arn:${AWS::Partition}:sts::${HubAccountId}:assumed-role/${HubRoleNamePrefix}-"
_STACKS = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/"
HUB_READERS = {"lease-worker", "lease-events", "runtime-worker", "rollout-history", "operator"}
_AS_INSTALLED = frozenset({"UsesConditionKeys", "Reaps", "Tags"})


@pytest.fixture(scope="module")
def template() -> Document:
    return load("org/members/roles.yaml")


def _trust(template: Document, role: str, true: frozenset[str] = _AS_INSTALLED) -> Document:
    document = chosen(template["Resources"][role], true)["Properties"]["AssumeRolePolicyDocument"]
    (statement,) = document["Statement"]
    assert isinstance(statement, dict)
    return statement


def _grants(
    template: Document, resource: str, true: frozenset[str] = _AS_INSTALLED
) -> dict[str, Document]:
    """The statements of a role or policy, by Sid."""
    only = {"Resources": {resource: chosen(template["Resources"][resource], true)}}
    return {s["Sid"]: s for s in access.statements(only) if "Sid" in s}


@pytest.mark.parametrize(
    "rule",
    [
        *EVERY_TEMPLATE,
        parameters.units_in_names,
    ],
    ids=lambda rule: rule.__name__,
)
def test_the_member_template_keeps_the_rule(template: Document, rule: Any) -> None:
    assert rule(template) == []


def test_only_the_hub_account_has_no_default(template: Document) -> None:
    assert parameters.sane_defaults(template, frozenset({"HubAccountId"})) == []
    assert parameters.sane_defaults(template) != []


def test_a_stack_set_can_deploy_it(template: Document) -> None:
    """Service-managed stack sets take neither macros nor nested stacks."""
    assert "Transform" not in template
    assert {r["Type"].split("::")[1] for r in template["Resources"].values()} == {"IAM"}


@pytest.mark.parametrize(
    ("role", "callers"),
    [
        ("ReadRole", HUB_READERS),
        ("TagRole", {"lease-worker"}),
        ("ReapRole", {"lease-reaper"}),
    ],
)
def test_a_role_trusts_exactly_its_callers(
    template: Document, role: str, callers: set[str]
) -> None:
    trust = _trust(template, role)
    trusted = [arn["Fn::Sub"] for arn in trust["Condition"]["ArnLike"]["aws:PrincipalArn"]]
    exact = {_HUB + caller for caller in callers}
    sessions = {f"{_SESSION}{caller}/*" for caller in callers}
    assert set(trusted) == exact | sessions
    assert trust["Condition"]["StringEquals"] == {"aws:PrincipalAccount": {"Ref": "HubAccountId"}}


def test_the_hub_has_the_roles_that_members_trust(template: Document) -> None:
    hub = load("template.yaml")
    named = {role["RoleName"]["Fn::Sub"] for role in resources(hub, "AWS::IAM::Role").values()}
    wanted = {"${RoleNamePrefix}-" + each for each in HUB_READERS | {"lease-reaper"}}
    assert wanted <= named
    prefix = hub["Parameters"]["RoleNamePrefix"]["Default"]
    assert template["Parameters"]["HubRoleNamePrefix"]["Default"] == prefix


@pytest.mark.parametrize(
    "name",
    ["ReadRoleName", "TagRoleName", "ReapRoleName", "CloudFormationRoleName", "RolloutsTableName"],
)
def test_hub_and_member_agree_on_the_name(template: Document, name: str) -> None:
    hub = load("template.yaml")["Parameters"][name]
    assert template["Parameters"][name]["Default"] == hub["Default"]


def test_functions_are_read_by_name_wherever_iam_can_name_them(template: Document) -> None:
    """A dataset, which GetMetricData may name, is no metric of Lambda's."""
    reads = _grants(template, "ReadRole")
    unnamed = set(access.actions_of(reads["FindFunctions"])) - {"cloudwatch:GetMetricData"}
    assert [action for action in sorted(unnamed) if access.may_name_a_resource(action)] == []
    named = access.actions_of(reads["ReadFunctions"]) + access.actions_of(reads["ReadLayers"])
    assert all(access.may_name_a_resource(action) for action in named)
    assert "*" not in (reads["ReadFunctions"]["Resource"], reads["ReadLayers"]["Resource"])


@pytest.mark.parametrize("role", ["ReadRole", "TagRole", "ReapRole"])
@pytest.mark.parametrize(
    ("condition", "key", "parameter"),
    [
        ("HasOrganizationId", "aws:PrincipalOrgID", "OrganizationId"),
        ("HasExternalId", "sts:ExternalId", "ExternalId"),
    ],
)
def test_trust_asks_for_what_is_given(
    template: Document, role: str, condition: str, key: str, parameter: str
) -> None:
    with_it = _trust(template, role, _AS_INSTALLED | {condition})
    assert with_it["Condition"]["StringEquals"][key] == {"Ref": parameter}
    assert key not in _trust(template, role)["Condition"]["StringEquals"]


@pytest.mark.parametrize(
    "action",
    [
        "lambda:GetFunction",
        "ssm:GetParameter",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
        "iam:PassRole",
        "sts:AssumeRole",
    ],
)
def test_the_read_role_is_denied_code_and_secrets(template: Document, action: str) -> None:
    denied = _grants(template, "ReadRole")["NeverCodeNorSecrets"]
    assert denied["Effect"] == "Deny"
    assert denied["Resource"] == "*"
    assert action in denied["Action"]


def test_the_read_role_writes_nothing(template: Document) -> None:
    allowed = [s for s in _grants(template, "ReadRole").values() if s["Effect"] == "Allow"]
    assert [a for s in allowed for a in access.actions_of(s) if access.is_write(a)] == []


def test_change_sets_are_confined_to_our_own(template: Document) -> None:
    statement = _grants(template, "TagRole")["RunOwnChangeSets"]
    assert statement["Condition"] == {"StringLike": {"cloudformation:ChangeSetName": "steward-*"}}
    assert statement["Resource"] == {"Fn::Sub": _STACKS + "*/*"}


def test_tags_reach_resources_through_cloudformation_only(template: Document) -> None:
    for sid in ("TagResources", "TagBuckets", "ReadTaggedResources"):
        through = _grants(template, "TagRole")[sid]["Condition"]["ForAnyValue:StringEquals"]
        assert through == {"aws:CalledVia": "cloudformation.amazonaws.com"}


_SERVICE_OF = {"StepFunctions": "states"}


def test_every_taggable_type_can_be_tagged(template: Document) -> None:
    grants = _grants(template, "TagRole")
    actions = access.actions_of(grants["TagResources"]) + access.actions_of(grants["TagBuckets"])
    tagging = {a.partition(":")[0] for a in actions if "Tag" in a and access.is_write(a)}
    types = template["Metadata"]["Steward"]["TaggableResourceTypes"]
    services = {kind.split("::")[1] for kind in types}
    assert {_SERVICE_OF.get(service, service.lower()) for service in services} == tagging


@pytest.mark.parametrize("resource", ["ReapRole", "CloudFormationRole", "CloudFormationBoundary"])
def test_reaping_is_opt_in(template: Document, resource: str) -> None:
    assert template["Resources"][resource]["Condition"] == "Reaps"
    assert template["Parameters"]["EnableReaping"]["Default"] == "false"


def test_emptying_buckets_is_opt_in_beside_reaping(template: Document) -> None:
    assert template["Resources"]["EmptyBucketsPolicy"]["Condition"] == "EmptiesBuckets"
    assert template["Parameters"]["EnableEmptyingBuckets"]["Default"] == "false"
    assert {"Condition": "Reaps"} in template["Conditions"]["EmptiesBuckets"]["Fn::And"]


def test_only_feature_stacks_can_be_deleted(template: Document) -> None:
    """Every DeleteStack is bound to a feature stack's name or to its tag."""
    assert template["Parameters"]["UseConditionKeys"]["Default"] == "true"
    grants = _grants(template, "ReapRole").values()
    deletes = [
        s for s in grants if s["Effect"] == "Allow" and "cloudformation:DeleteStack" in s["Action"]
    ]
    by_name, by_tag = deletes
    assert by_name["Resource"]["Fn::Split"][1]["Fn::Sub"][0].endswith(":stack/${Names}/*")
    assert by_tag["Condition"]["StringEquals"] == {
        "aws:ResourceTag/stage": {"Ref": "FeatureStageTagValues"}
    }


def test_a_delete_uses_our_cloudformation_role_or_none(template: Document) -> None:
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${CloudFormationRoleName}"
    for sid in ("DeleteFeatureStacksByName", "DeleteFeatureStacksByTag"):
        condition = _grants(template, "ReapRole")[sid]["Condition"]["ArnEqualsIfExists"]
        assert condition == {"cloudformation:RoleArn": {"Fn::Sub": role}}


def test_production_is_denied_whatever_its_name(template: Document) -> None:
    denied = _grants(template, "ReapRole")["NeverProduction"]
    assert denied["Effect"] == "Deny"
    assert denied["Condition"]["StringEquals"] == {
        "aws:ResourceTag/stage": {"Ref": "ProductionStageTagValues"}
    }


@pytest.mark.parametrize("prefix", [*protected._NAME_PREFIXES, "CDKToolkit", "steward"])
def test_what_is_never_reaped_is_denied_to_the_role_too(template: Document, prefix: str) -> None:
    denied = _grants(template, "ReapRole")["NeverOtherPeoplesStacks"]
    patterns = [resource["Fn::Sub"].removeprefix(_STACKS) for resource in denied["Resource"]]
    assert denied["Effect"] == "Deny"
    assert any(fnmatchcase(f"{prefix}x/0a1b", pattern) for pattern in patterns)


@pytest.mark.parametrize("name", ["feat-checkout", "pr-17", "feature-flags-service"])
def test_the_denied_names_leave_feature_stacks_alone(template: Document, name: str) -> None:
    denied = _grants(template, "ReapRole")["NeverOtherPeoplesStacks"]
    patterns = [resource["Fn::Sub"].removeprefix(_STACKS) for resource in denied["Resource"]]
    assert not any(fnmatchcase(f"{name}/0a1b", pattern) for pattern in patterns)


@pytest.mark.parametrize("pattern", ["*", "fe at", ""])
def test_a_tag_or_name_for_everything_is_refused(template: Document, pattern: str) -> None:
    for name in ("FeatureStackNames", "FeatureStageTagValues"):
        assert parameters.defaults_are_allowed(
            changed(template, f"Parameters/{name}/Default", pattern)
        )


def test_cloudformation_works_under_the_boundary(template: Document) -> None:
    role = template["Resources"]["CloudFormationRole"]["Properties"]
    assert role["PermissionsBoundary"] == {"Ref": "CloudFormationBoundary"}
    denied = {
        sid: access.actions_of(s)
        for sid, s in _grants(template, "CloudFormationBoundary").items()
        if s["Effect"] == "Deny"
    }
    assert {"organizations:*", "account:*", "kms:ScheduleKeyDeletion"} <= set(
        denied["NeverTheOrganizationOrItsKeys"]
    )
    assert {"iam:Create*", "iam:Put*", "iam:Attach*", "iam:PassRole"} <= set(
        denied["NeverMoreRights"]
    )
    assert denied["NeverTheRolesOfTheOrganization"] == ["iam:*"]


def test_both_templates_say_that_they_are_stewards_own(template: Document) -> None:
    assert protected.STEWARD_OUTPUT in template["Outputs"]
    assert protected.STEWARD_OUTPUT in load("template.yaml")["Outputs"]
