"""What the policies of our templates may grant. A rule returns what breaks it."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import botocore.session

from tests.template.documents import Document, values_of

_READS = ("describe", "get", "list", "lookup", "batchget", "query", "select")
# A write that must name everything, and why.
_UNSCOPED_WRITES = {
    "AnythingBut": "a permissions boundary grants nothing; it limits the role's own policies",
    "ReportVerdicts": "PutLifecycleEventHookExecutionStatus names no resource",
    "StopDeployments": "neither of its two actions names a resource",
    "SendDigests": "* only when MailIdentity is *, where IAM cannot see a mail's identity",
}


def statements(template: Document) -> Iterator[Document]:
    """Every policy statement, also those behind a condition."""
    for found in values_of(template["Resources"], "Statement"):
        for statement in as_list(found):
            branches = statement.get("Fn::If", ["", statement])[1:]
            yield from (each for each in branches if "Effect" in each)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions_of(statement: Document) -> list[str]:
    return as_list(statement.get("Action", []))


def is_write(action: str) -> bool:
    return not action.partition(":")[2].lower().startswith(_READS)


def no_write_on_everything(template: Document) -> list[str]:
    return [
        f"{statement['Sid']}: {action} on every resource"
        for statement in statements(template)
        if statement["Effect"] == "Allow" and statement.get("Sid") not in _UNSCOPED_WRITES
        for action in actions_of(statement)
        if is_write(action) and _names_everything(statement.get("Resource", []))
    ]


def _names_everything(resource: Any) -> bool:
    if isinstance(resource, dict):
        return any(_names_everything(branch) for branch in resource.get("Fn::If", [])[1:])
    return resource == "*" or (isinstance(resource, list) and any(map(_names_everything, resource)))


def no_whole_services(template: Document) -> list[str]:
    return [
        f"{statement['Sid']}: {action}"
        for statement in statements(template)
        if statement["Effect"] == "Allow" and statement.get("Sid") not in _UNSCOPED_WRITES
        for action in actions_of(statement)
        if action == "*" or action.endswith(":*")
    ]


# Operations that are newer than cfn-lint's copy of the Service Authorization Reference.
_NEWER = {
    "health:DescribeServiceLifecycle": ("health", "DescribeServiceLifecycle"),
    "lambda:GetRuntime": ("lambda-core", "GetRuntime"),
    "lambda:GetRuntimeAlias": ("lambda-core", "GetRuntimeAlias"),
}


def known_actions(template: Document) -> list[str]:
    return [
        f"{action}: IAM knows no such action"
        for statement in statements(template)
        for action in actions_of(statement)
        if not _is_known(action)
    ]


def _is_known(action: str) -> bool:
    service, _, name = action.lower().partition(":")
    if action in _NEWER:
        model, operation = _NEWER[action]
        return operation in botocore.session.get_session().get_service_model(model).operation_names
    return action == "*" or any(fnmatchcase(known, name) for known in _actions_of_service(service))


def may_name_a_resource(action: str) -> bool:
    """Whether IAM lets a statement confine the action to some resources."""
    service, _, name = action.lower().partition(":")
    known = _service_authorization().get(service, {}).get("Actions", {})
    return bool(known.get(name, {}).get("Resources"))


@cache
def _service_authorization() -> Document:
    data = files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text()
    loaded: Document = json.loads(data)
    return loaded


def _actions_of_service(service: str) -> list[str]:
    return list(_service_authorization().get(service, {}).get("Actions", {}))


def statements_say_why(template: Document) -> list[str]:
    """Trust policies have one statement and need no name."""
    named = [s for s in statements(template) if "Principal" not in s]
    return [f"{actions_of(s)}: no Sid" for s in named if not s.get("Sid")]


def passes_roles_to_cloudformation_only(template: Document) -> list[str]:
    service = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    return [
        f"{statement['Sid']}: passes roles to other services"
        for statement in statements(template)
        if statement["Effect"] == "Allow"
        and "iam:PassRole" in actions_of(statement)
        and statement.get("Condition") != service
    ]
