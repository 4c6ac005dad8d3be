"""What org/template.yaml brings into members, and which input it refuses."""

import re
from collections import Counter
from typing import Any

import pytest

from steward.workflows.following import SETTLED
from tests.template import access_rules as access
from tests.template import parameter_rules as parameters
from tests.template import queue_rules as queues
from tests.template.documents import ROOT, Document, changed, load, resources, values_of
from tests.template.member_rules import EVERY_TEMPLATE

_SET = "AWS::CloudFormation::StackSet"
_A, _B = "ou-ab12-11111111", "ou-ab12-22222222"
_MEMBERS = {
    "MemberRoles": "roles",
    "MemberReaping": "roles",
    "MemberEvents": "events",
    "RolloutHooks": "hooks",
}


@pytest.fixture(scope="module")
def template() -> Document:
    return load("org/template.yaml")


def _given(template: Document, name: str) -> dict[str, Any]:
    rows = resources(template, _SET)[name]["Parameters"]
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}


@pytest.mark.parametrize(
    "name",
    ["org/template.yaml", "org/management.yaml", "org/artifacts.yaml", "org/members/events.yaml"],
)
@pytest.mark.parametrize(
    "rule",
    [
        *EVERY_TEMPLATE,
        queues.encrypted_queues,
    ],
    ids=lambda rule: rule.__name__,
)
def test_a_template_keeps_the_rule(name: str, rule: Any) -> None:
    assert rule(load(name)) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("org/template.yaml", {"OrganizationalUnitIds", "Regions", "HubEventBusArn"}),
        ("org/management.yaml", {"HubAccountId"}),
        ("org/members/events.yaml", {"HubEventBusArn"}),
    ],
)
def test_only_what_nobody_can_guess_has_no_default(name: str, told: set[str]) -> None:
    published = {"ArtifactBucketPrefix", "ArtifactPrefix", "OrganizationId"}
    assert parameters.sane_defaults(load(name), frozenset(told | published)) == []


@pytest.mark.parametrize("name", _MEMBERS)
def test_a_stack_set_gives_its_template_only_what_it_takes(template: Document, name: str) -> None:
    taken = load(f"org/members/{_MEMBERS[name]}.yaml")["Parameters"]
    given = _given(template, name)
    needed = {key for key, parameter in taken.items() if "Default" not in parameter}
    assert set(given) <= set(taken)
    assert needed <= set(given)


@pytest.mark.parametrize("name", _MEMBERS)
def test_a_stack_set_takes_the_template_that_publish_uploads(template: Document, name: str) -> None:
    url = resources(template, _SET)[name]["TemplateURL"]["Fn::Sub"]
    assert url.endswith(f"${{ArtifactPrefix}}/members/{_MEMBERS[name]}.yaml")
    assert url.startswith("https://${ArtifactBucketPrefix}-${AWS::Region}.s3.")


@pytest.mark.parametrize("name", _MEMBERS)
def test_a_stack_set_covers_accounts_that_join(template: Document, name: str) -> None:
    stack_set = resources(template, _SET)[name]
    assert stack_set["PermissionModel"] == "SERVICE_MANAGED"
    assert stack_set["AutoDeployment"]["Enabled"] is True
    assert stack_set["ManagedExecution"] == {"Active": True}
    (group,) = stack_set["StackInstancesGroup"]
    assert "ParameterOverrides" not in group


@pytest.mark.parametrize(
    ("name", "retained"), [("MemberRoles", False), ("MemberReaping", False), ("RolloutHooks", True)]
)
def test_only_hooks_outlive_a_move_to_another_unit(
    template: Document, name: str, retained: bool
) -> None:
    deployment = resources(template, _SET)[name]["AutoDeployment"]
    assert deployment["RetainStacksOnAccountRemoval"] is retained


def test_named_roles_are_made_in_one_region_only(template: Document) -> None:
    here = [{"Ref": "AWS::Region"}]
    for name, stack_set in resources(template, _SET).items():
        named = any(values_of(load(f"org/members/{_MEMBERS[name]}.yaml")["Resources"], "RoleName"))
        (group,) = stack_set["StackInstancesGroup"]
        assert (group["Regions"] == here) is named
        assert (stack_set["Capabilities"] == ["CAPABILITY_NAMED_IAM"]) is named


def _made(template: Document, name: str) -> set[str]:
    """The resources that a set's parameters make, by the conditions of roles.yaml."""
    given = _given(template, name)
    defaults = load("org/members/roles.yaml")
    switches = {"Reads": "EnableReading", "Tags": "EnableTagging", "Reaps": "EnableReaping"}
    on = {
        condition
        for condition, key in switches.items()
        if given.get(key, defaults["Parameters"][key]["Default"]) != "false"
    }
    return {
        resource for resource, each in defaults["Resources"].items() if each.get("Condition") in on
    }


def test_the_two_sets_of_roles_share_no_role(template: Document) -> None:
    reading, reaping = _made(template, "MemberRoles"), _made(template, "MemberReaping")
    assert reading == {"ReadRole", "TagRole"}
    assert reaping == {"ReapRole", "CloudFormationBoundary", "CloudFormationRole"}


def test_nothing_can_be_deleted_unless_somebody_lists_a_unit(template: Document) -> None:
    assert template["Parameters"]["ReapOrganizationalUnitIds"]["Default"] == ""
    assert template["Resources"]["MemberReaping"]["Condition"] == "Reaps"
    assert _given(template, "MemberRoles")["EnableReaping"] == "false"
    units = values_of(template["Resources"]["MemberReaping"], "OrganizationalUnitIds")
    assert list(units) == [{"Fn::Split": [",", {"Ref": "ReapOrganizationalUnitIds"}]}]


def test_taking_the_stack_away_ends_with_the_roles(template: Document) -> None:
    others = set(_MEMBERS) - {"MemberRoles"}
    assert {template["Resources"][name]["DependsOn"] for name in others} == {"MemberRoles"}


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("OrganizationalUnitIds", _A, True),
        ("OrganizationalUnitIds", f"{_A},{_B}", True),
        ("OrganizationalUnitIds", "r-ab12", True),
        ("OrganizationalUnitIds", ",".join(f"ou-ab12-{n:08d}" for n in range(50)), True),
        ("OrganizationalUnitIds", ",".join(f"ou-ab12-{n:08d}" for n in range(51)), False),
        ("OrganizationalUnitIds", "", False),
        ("OrganizationalUnitIds", f"{_A},{_B},{_A}", False),
        ("OrganizationalUnitIds", f"{_A},{_A}", False),
        ("OrganizationalUnitIds", f"{_A}, {_B}", False),
        ("OrganizationalUnitIds", "Workloads", False),
        ("ReapOrganizationalUnitIds", "", True),
        ("ReapOrganizationalUnitIds", f"{_B},{_A}", True),
        ("ReapOrganizationalUnitIds", "r-ab12", False),
        ("ReapOrganizationalUnitIds", f"{_B},{_A},{_B}", False),
        ("HookOrganizationalUnitIds", "", True),
        ("HookOrganizationalUnitIds", f"{_A},{_A}", False),
        ("Regions", "eu-west-1", True),
        ("Regions", "eu-west-1,us-gov-west-1,ap-southeast-1,ap-southeast-2", True),
        ("Regions", "eu-west-1,us-east-1,eu-west-1", False),
        ("Regions", "eu-west-1,us-east-1,us-east-1", False),
        ("Regions", "", False),
        ("Regions", "Ireland", False),
        ("OrganizationId", "o-abcde12345", True),
        ("OrganizationId", "", False),
        ("HubEventBusArn", "", False),
    ],
)
def test_what_a_parameter_takes(template: Document, name: str, value: str, allowed: bool) -> None:
    pattern = template["Parameters"][name]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is allowed


def test_members_forward_every_state_that_the_hub_acts_on() -> None:
    rule = resources(load("org/members/events.yaml"), "AWS::Events::Rule")["StackStatus"]
    states = rule["EventPattern"]["detail"]["status-details"]["status"]
    assert set(states) == SETTLED
    assert len(states) == len(SETTLED)


def test_the_hub_hears_all_that_members_forward() -> None:
    hub = load("template.yaml")
    heard = [
        event["Properties"]["Pattern"]
        for function in resources(hub, "AWS::Serverless::Function").values()
        for event in function.get("Events", {}).values()
        if event["Properties"].get("EventBusName") == {"Ref": "HubEventBus"}
    ]
    rules = resources(load("org/members/events.yaml"), "AWS::Events::Rule")
    told = [rule["EventPattern"] for rule in rules.values()]
    sent = Counter((*each["source"], *each["detail-type"]) for each in told)
    assert sent == Counter((*each["source"], *each["detail-type"]) for each in heard)
    assert rules["LambdaLifecycle"]["EventPattern"] in heard
    assert rules["StackCreation"]["EventPattern"] in heard


def test_an_event_that_does_not_reach_the_hub_is_kept() -> None:
    template = load("org/members/events.yaml")
    rules = resources(template, "AWS::Events::Rule")
    for rule in rules.values():
        (target,) = rule["Targets"]
        assert target["Arn"] == {"Ref": "HubEventBusArn"}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["UndeliveredQueue", "Arn"]}}
        assert target["RoleArn"] == {"Fn::GetAtt": ["ForwardingRole", "Arn"]}
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 3600
    (sources,) = values_of(template["Resources"]["UndeliveredQueuePolicy"], "aws:SourceArn")
    assert sources == [{"Fn::GetAtt": [name, "Arn"]} for name in rules]


def test_only_the_organization_may_tell_the_hub() -> None:
    policy = load("template.yaml")["Resources"]["HubEventBusPolicy"]
    assert policy["Condition"] == "HasOrganizationId"
    statement = policy["Properties"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}
    }


def test_artifacts_are_read_by_the_organization_and_by_tls_only() -> None:
    template = load("org/artifacts.yaml")
    bucket = template["Resources"]["Artifacts"]
    read, plain = access.statements({"Resources": {"P": template["Resources"]["ArtifactsPolicy"]}})
    assert read["Action"] == "s3:GetObject"
    assert read["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}}
    assert (plain["Effect"], plain["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.mark.parametrize("name", ["template", "management", "artifacts"])
def test_no_member_leases_what_it_is_installed_from(name: str) -> None:
    assert "StewardInstallation" in load(f"org/{name}.yaml")["Outputs"]


@pytest.mark.parametrize("name", ["roles", "events", "hooks"])
def test_a_member_template_is_plain_cloudformation(name: str) -> None:
    """Service-managed stack sets take neither macros nor nested stacks."""
    template = load(f"org/members/{name}.yaml")
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert "Transform" not in template
    assert "AWS::CloudFormation::Stack" not in kinds
    assert (ROOT / f"org/members/{name}.yaml").stat().st_size < 1_000_000


@pytest.mark.parametrize("name", ["roles", "events", "hooks"])
def test_every_role_but_cloudformations_takes_the_boundary(name: str) -> None:
    roles = resources(load(f"org/members/{name}.yaml"), "AWS::IAM::Role")
    named = {
        "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${PermissionsBoundaryName}"
    }
    own = {"Ref": "CloudFormationBoundary"}
    wanted = {"Fn::If": ["HasBoundary", named, {"Ref": "AWS::NoValue"}]}
    for role, properties in roles.items():
        assert properties["PermissionsBoundary"] == (
            own if role == "CloudFormationRole" else wanted
        )


def test_a_set_that_would_cover_nobody_is_noticed(template: Document) -> None:
    broken = changed(template, "Resources/MemberRoles/Properties/AutoDeployment/Enabled", False)
    with pytest.raises(AssertionError):
        test_a_stack_set_covers_accounts_that_join(broken, "MemberRoles")
