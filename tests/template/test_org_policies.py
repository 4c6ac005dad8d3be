"""The service control policies in org/policies, and what they deny and allow by example."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.template import access_rules as access
from tests.template.documents import ROOT, Document, load

# "Quotas for AWS Organizations", AWS Organizations User Guide.
_MOST_CHARACTERS = 5120
_FILES = {"ProtectRoles": "protect-roles", "ProtectStacks": "protect-stacks"}
_MEMBER = "arn:aws:iam::222222222222:"
_ADMIN = f"{_MEMBER}role/Administrator"
_STACK_SETS = f"{_MEMBER}role/stacksets-exec-0123456789abcdef"
_LINKED = (
    f"{_MEMBER}role/aws-service-role/member.org.stacksets.cloudformation.amazonaws.com/"
    "AWSServiceRoleForCloudFormationStackSetsOrgMember"
)
_DEPLOYER = "arn:aws:iam::111111111111:role/steward-deployer"
_ROLE = f"{_MEMBER}role/steward-read"
_FORWARDING = f"{_MEMBER}role/StackSet-steward-member-eve-ForwardingRole-AbC"
_BOUNDARY = f"{_MEMBER}policy/steward-cloudformation-boundary"
_STACK = "arn:aws:cloudformation:eu-west-1:222222222222:stack/StackSet-steward-member-roles-1/2"
_RULE = "arn:aws:events:eu-west-1:222222222222:rule/StackSet-steward-member-e-StackStatus-AbC"


def _policy(name: str) -> Document:
    loaded: Document = json.loads((ROOT / f"org/policies/{name}.json").read_text())
    return loaded


def _denies(action: str, resource: str, principal: str) -> bool:
    statements = [each for name in _FILES.values() for each in _policy(name)["Statement"]]
    return any(_applies(each, action, resource, principal) for each in statements)


def _applies(statement: Document, action: str, resource: str, principal: str) -> bool:
    excepted = statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    return (
        action in statement["Action"]
        and any(fnmatchcase(resource, each) for each in access.as_list(statement["Resource"]))
        and not any(fnmatchcase(principal, each) for each in excepted)
    )


def _plain(tree: Any) -> Any:
    """The template's values as an example account has them."""
    if isinstance(tree, list):
        return [_plain(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if "Fn::Sub" in tree:
        told = tree["Fn::Sub"].replace("${HubAccountId}", "111111111111")
        return told.replace("${HubDeployerRoleName}", "steward-deployer")
    return {key: _plain(value) for key, value in tree.items()}


@pytest.mark.parametrize(("resource", "name"), _FILES.items())
def test_the_text_is_what_the_stack_attaches(resource: str, name: str) -> None:
    properties = load("org/management.yaml")["Resources"][resource]["Properties"]
    assert _policy(name) == _plain(properties["Content"])
    assert properties["Type"] == "SERVICE_CONTROL_POLICY"


@pytest.mark.parametrize("name", _FILES.values())
def test_a_policy_is_one_that_organizations_takes(name: str) -> None:
    policy = _policy(name)
    assert policy["Version"] == "2012-10-17"
    assert len((ROOT / f"org/policies/{name}.json").read_text()) <= _MOST_CHARACTERS
    assert access.known_actions({"Resources": {name: {"PolicyDocument": policy}}}) == []
    for statement in policy["Statement"]:
        assert set(statement) == {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Deny"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:DeleteRole", _ROLE),
        ("iam:PutRolePolicy", _ROLE),
        ("iam:UpdateAssumeRolePolicy", _ROLE),
        ("iam:AttachRolePolicy", _FORWARDING),
        ("iam:CreatePolicyVersion", _BOUNDARY),
        ("iam:CreateRole", f"{_MEMBER}role/steward-reap"),
        ("iam:CreateRole", _STACK_SETS),
        ("cloudformation:DeleteStack", _STACK),
        ("cloudformation:UpdateStack", _STACK),
        ("events:DisableRule", _RULE),
        ("events:RemoveTargets", _RULE),
    ],
)
def test_only_the_installation_may(action: str, resource: str) -> None:
    assert _denies(action, resource, _ADMIN)
    for principal in (_STACK_SETS, _LINKED, _DEPLOYER):
        assert not _denies(action, resource, principal)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:DeleteRole", f"{_MEMBER}role/orders-function"),
        ("iam:GetRole", _ROLE),
        ("sts:AssumeRole", _ROLE),
        ("cloudformation:DeleteStack", _STACK.replace("StackSet-steward-member", "feat-cart")),
        ("cloudformation:DescribeStacks", _STACK),
        ("events:PutRule", _RULE.replace("StackSet-steward-", "orders-")),
    ],
)
def test_everybody_may_still(action: str, resource: str) -> None:
    assert not _denies(action, resource, _ADMIN)


def test_a_namesake_in_another_account_is_no_deployer() -> None:
    namesake = _DEPLOYER.replace("111111111111", "222222222222")
    assert _denies("iam:DeleteRole", _ROLE, namesake)


def test_the_hub_may_read_what_it_asks_of_organizations() -> None:
    """Without this, a hub that is no delegated administrator is refused."""
    told = load("org/management.yaml")["Resources"]["HubReads"]["Properties"]["Content"]
    (statement,) = told["Statement"]
    asked = {
        action
        for each in access.statements(load("template.yaml"))
        for action in access.actions_of(each)
        if action.startswith("organizations:")
    }
    assert asked
    assert asked <= set(statement["Action"])
