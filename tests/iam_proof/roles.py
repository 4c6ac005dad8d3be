"""Who may do what: every role of the templates, and every policy of single-account mode.

In single-account mode a hub function does itself what a member role does for it elsewhere. So the
policy for that mode is held to the calls of the member role that it stands for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tests.iam_proof.deciding import Statement, listed
from tests.iam_proof.resolving import HUB, MEMBER, Stack, UnresolvedError
from tests.template.documents import Document, load

ORGANIZATION = "o-exampleorg"
HUB_TEMPLATE = "template.yaml"
ROLES_TEMPLATE = "org/members/roles.yaml"
HOOKS_TEMPLATE = "org/members/hooks.yaml"
EVENTS_TEMPLATE = "org/members/events.yaml"
PIPELINE_TEMPLATE = "org/pipeline.yaml"
TEMPLATES = (
    HUB_TEMPLATE,
    ROLES_TEMPLATE,
    HOOKS_TEMPLATE,
    EVENTS_TEMPLATE,
    PIPELINE_TEMPLATE,
)
STANDS_FOR = {
    "SingleAccountReadPolicy": "ReadRole",
    "SingleAccountTagPolicy": "TagRole",
    "SingleAccountReapPolicy": "ReapRole",
}
_HUB_PARAMETERS = {
    "OrganizationId": ORGANIZATION,
    "MailFrom": "steward@example.com",
    "MailIdentity": "example.com",
}
_ROLES_PARAMETERS = {
    "HubAccountId": HUB,
    "OrganizationId": ORGANIZATION,
    "EnableReaping": "true",
    "EnableEmptyingBuckets": "true",
}
_EVENTS_PARAMETERS = {
    "HubEventBusArn": f"arn:aws:events:eu-west-1:{HUB}:event-bus/steward-members",
}
_PIPELINE_PARAMETERS = {"Repository": "example/steward", "EnvironmentName": "prod"}
_HOOKS_PARAMETERS = {
    **_EVENTS_PARAMETERS,
    "HubAccountId": HUB,
    "ArtifactBucket": "artifacts",
    "ArtifactPrefix": "1",
}
_DEPLOYMENTS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    HUB_TEMPLATE: ("steward", HUB, _HUB_PARAMETERS),
    ROLES_TEMPLATE: ("steward-member-roles", MEMBER, _ROLES_PARAMETERS),
    HOOKS_TEMPLATE: ("steward-rollout-hooks", MEMBER, _HOOKS_PARAMETERS),
    EVENTS_TEMPLATE: ("steward-member-events", MEMBER, _EVENTS_PARAMETERS),
    PIPELINE_TEMPLATE: ("steward-pipeline", HUB, _PIPELINE_PARAMETERS),
}


@dataclass(frozen=True)
class Holder:
    """A role with all statements it holds; `calls_of` names the role whose calls it makes.

    `besides`: statements that it is held to have from elsewhere, where they are proven."""

    name: str
    calls_of: str
    account: str
    statements: tuple[Statement, ...]
    besides: tuple[Statement, ...] = ()

    def grants(self) -> Iterator[tuple[str, str]]:
        """Every allowed action with the Sid of its statement."""
        for statement in self.statements:
            if statement["Effect"] == "Allow":
                for action in listed(statement["Action"]):
                    yield statement["Sid"], action

    def without(self, action: str) -> "Holder":
        changed = []
        for statement in self.statements:
            left = [each for each in listed(statement["Action"]) if each != action]
            if statement["Effect"] == "Deny" or left == listed(statement["Action"]):
                changed.append(statement)
            elif left:
                changed.append({**statement, "Action": left})
        return replace(self, statements=tuple(changed))

    def having(self, sid: str, action: str) -> "Holder":
        changed = [
            {**each, "Action": [*listed(each["Action"]), action]}
            if each.get("Sid") == sid
            else each
            for each in self.statements
        ]
        return replace(self, statements=tuple(changed))


def holders() -> dict[str, Holder]:
    """By logical id."""
    found: dict[str, Holder] = {}
    for path in TEMPLATES:
        found |= _holders_of(_stack(path))
    return found


def _holders_of(stack: Stack) -> dict[str, Holder]:
    attached = _attached(stack)
    roles = {
        name: Holder(
            name, name, stack.account, (*_inline(stack, resource), *attached.get(name, ()))
        )
        for name, resource in stack.template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role" and _exists(stack, resource)
    }
    return roles | _of_single_account(stack.template)


def _stack(path: str) -> Stack:
    name, account, given = _DEPLOYMENTS[path]
    return Stack(name, load(path), account, given)


def _of_single_account(template: Document) -> dict[str, Holder]:
    """What the role of the same function holds besides counts too."""
    given = {"OrganizationMode": "single-account", "SingleAccountReaping": "true"}
    stack = Stack("steward", template, HUB, given)
    attached = _attached(stack)
    found = {}
    for name, stands_for in STANDS_FOR.items():
        if policy := template["Resources"].get(name):
            own = tuple(_statements(stack, policy))
            held = attached[policy["Properties"]["Roles"][0]["Ref"]]
            besides = tuple(each for each in held if each not in own)
            found[name] = Holder(name, stands_for, HUB, own, besides)
    return found


def _exists(stack: Stack, resource: Document) -> bool:
    return "Condition" not in resource or stack.holds(resource["Condition"])


def _inline(stack: Stack, role: Document) -> list[Statement]:
    policies = stack.resolve(role["Properties"].get("Policies", []))
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]


def _attached(stack: Stack) -> dict[str, list[Statement]]:
    """Statements of the policies that are resources of their own, by role."""
    found: dict[str, list[Statement]] = {}
    for resource in stack.template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy" and _exists(stack, resource):
            for role in resource["Properties"]["Roles"]:
                found.setdefault(role["Ref"], []).extend(_statements(stack, resource))
    return found


def _statements(stack: Stack, policy: Document) -> list[Statement]:
    resolved: list[Statement] = stack.resolve(policy["Properties"]["PolicyDocument"]["Statement"])
    return resolved


def by_name() -> dict[str, Holder]:
    """The roles, by the name that each has or would have without what AWS adds to it."""
    found = {}
    for path in TEMPLATES:
        stack = _stack(path)
        for name, holder in _holders_of(stack).items():
            if name not in STANDS_FOR:
                found[stack.name_of(name)] = holder
    return found


def boundaries() -> dict[str, list[Statement]]:
    """What bounds a role whose boundary its own template makes, by the role's logical id."""
    found = {}
    for path in TEMPLATES:
        stack = _stack(path)
        made = stack.template["Resources"]
        for name, resource in made.items():
            bounded_by = resource.get("Properties", {}).get("PermissionsBoundary", {}).get("Ref")
            if resource["Type"] == "AWS::IAM::Role" and bounded_by in made:
                found[name] = _statements(stack, made[bounded_by])
    return found


def shown_names() -> dict[str, str]:
    """What people call each role, by logical id: its name, else that id."""
    found = {}
    for path in TEMPLATES:
        stack = _stack(path)
        for name in _holders_of(stack).keys() - STANDS_FOR.keys():
            named = "RoleName" in stack.template["Resources"][name]["Properties"]
            found[name] = stack.name_of(name) if named else name
    return found


@dataclass(frozen=True)
class FunctionOfTemplate:
    """What a function's process runs with; `environment` is worked out like the policies."""

    role: str
    environment: Mapping[str, str]


@cache
def functions() -> dict[str, FunctionOfTemplate]:
    """By the name of the code's folder."""
    found: dict[str, FunctionOfTemplate] = {}
    for path in TEMPLATES:
        stack = _stack(path)
        for resource in stack.template["Resources"].values():
            if resource["Type"] in {"AWS::Serverless::Function", "AWS::Lambda::Function"}:
                properties = resource["Properties"]
                variables = properties.get("Environment", {}).get("Variables", {})
                found[_folder(properties)] = FunctionOfTemplate(
                    properties["Role"]["Fn::GetAtt"][0],
                    {key: _if_it_can_be(stack, value) for key, value in variables.items()},
                )
    return found


def _if_it_can_be(stack: Stack, value: Any) -> str:
    """A variable may hold what only AWS knows, such as the address of a function URL."""
    try:
        return str(stack.resolve(value))
    except UnresolvedError:
        return ""


def _folder(properties: Document) -> str:
    code = properties.get("CodeUri") or properties["Code"]["S3Key"]["Fn::Sub"]
    return str(code).rpartition("/")[2].removesuffix(".zip")
