"""The AppSpec of a Lambda deployment: which function it shifts, and which hooks it names."""

import json
from collections.abc import Mapping
from typing import Any

from steward.aws.function_arns import function_arn
from steward.domain.rollouts.deployments import LifecycleEvent, Revision, Target

type Location = Mapping[str, Any]

_FUNCTION = "AWS::Lambda::Function"
_GIVE = "give the AppSpec as text (revisionType String or AppSpecContent)"


class UnusableRevision(Exception):
    """The revision does not say which one function it deploys; names what it says instead."""

    def __init__(self, deployment_id: str, problem: str) -> None:
        super().__init__(f"the revision of deployment {deployment_id} {problem}")


def content_of(location: Location, deployment_id: str) -> str:
    """The AppSpec's text in a RevisionLocation, empty where AWS keeps it back.

    "GetDeployment", AWS CodeDeploy API Reference: it does, and GetApplicationRevision does not.
    Raise UnusableRevision where the AppSpec is a file elsewhere.
    """
    kind = location.get("revisionType", "")
    match kind:
        case "String":
            return str(location.get("string", {}).get("content") or "")
        case "AppSpecContent":
            return str(location.get("appSpecContent", {}).get("content") or "")
        case _:
            raise UnusableRevision(deployment_id, f"is of type {kind or 'unknown'}; {_GIVE}")


def revision_of(content: str, deployment_id: str) -> Revision:
    """Read an AppSpec, JSON or YAML; raise UnusableRevision."""
    document = _document(content, deployment_id)
    resources = _entries(_either(document, "Resources", "resources"))
    functions = [each for each in resources.values() if _is_function(each)]
    if len(functions) != 1:
        kinds = ", ".join(_type_of(each) for each in resources.values()) or "none"
        problem = f"must have exactly one resource of type {_FUNCTION}; its resources are: {kinds}"
        raise UnusableRevision(deployment_id, problem)
    properties = _either(functions[0], "Properties", "properties")
    return Revision(_target(properties, deployment_id), _hooks(document))


def _document(content: str, deployment_id: str) -> Mapping[str, Any]:
    if not content.strip():
        raise UnusableRevision(deployment_id, f"has no content; {_GIVE}")
    try:
        read = json.loads(content)
    except ValueError:
        read = _yaml(content, deployment_id)
    if not isinstance(read, Mapping):
        raise UnusableRevision(deployment_id, "is no AppSpec: neither a JSON nor a YAML object")
    return read


def _yaml(content: str, deployment_id: str) -> object:
    # What CloudFormation writes is JSON, so that most runs do not pay for the import.
    import yaml

    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = f"is neither JSON nor YAML: {type(error).__name__}: {error}"
        raise UnusableRevision(deployment_id, problem) from error


def _target(properties: object, deployment_id: str) -> Target:
    named = properties if isinstance(properties, Mapping) else {}
    missing = [name for name in ("Name", "Alias", "TargetVersion") if not named.get(name)]
    if missing:
        problem = f"does not say {', '.join(missing)} of its function; add it to the AppSpec"
        raise UnusableRevision(deployment_id, problem)
    return Target(
        function=name_of(str(named["Name"])),
        alias=str(named["Alias"]),
        current_version=str(named.get("CurrentVersion") or ""),
        target_version=str(named["TargetVersion"]),
    )


def name_of(function: str) -> str:
    """A function's bare name, given that or its ARN."""
    arn = function_arn(function)
    return arn.name if arn else function


def _hooks(document: Mapping[str, Any]) -> dict[LifecycleEvent, str]:
    """ "AppSpec 'hooks' section", AWS CodeDeploy User Guide; CloudFormation writes `Hooks`."""
    named = _entries(_either(document, "Hooks", "hooks"))
    return {
        event: name_of(str(named[event]))
        for event in LifecycleEvent
        if isinstance(named.get(event), str)
    }


def _entries(section: object) -> dict[str, Any]:
    """A section as one mapping, whether it was written as a list of mappings or as one."""
    parts = section if isinstance(section, list) else [section]
    found: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, Mapping):
            found |= {str(name): value for name, value in part.items()}
    return found


def _either(mapping: object, *names: str) -> object:
    known = mapping if isinstance(mapping, Mapping) else {}
    return next((known[name] for name in names if known.get(name)), None)


def _type_of(resource: object) -> str:
    return str(_either(resource, "Type", "type") or "unknown")


def _is_function(resource: object) -> bool:
    return _type_of(resource) == _FUNCTION
