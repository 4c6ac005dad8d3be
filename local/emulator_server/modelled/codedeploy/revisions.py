"""What a deployment deploys: the AppSpec of the Lambda platform, in JSON or YAML.

Source: "AppSpec File structure for AWS Lambda deployments", AWS CodeDeploy User Guide.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Fields = dict[str, Any]
PLACES = {"String": "string", "AppSpecContent": "appSpecContent"}
BEFORE, AFTER = "BeforeAllowTraffic", "AfterAllowTraffic"


class UnusableRevisionError(Exception):
    """The revision is none that can be deployed to Lambda; says why."""


@dataclass(frozen=True)
class AppSpec:
    function: str
    alias: str
    current: str
    target: str
    hooks: Mapping[str, str]

    def backwards(self) -> "AppSpec":
        return AppSpec(self.function, self.alias, self.target, self.current, self.hooks)

    def text(self) -> str:
        """As CloudFormation writes it."""
        properties = {
            "Name": self.function,
            "Alias": self.alias,
            "CurrentVersion": self.current,
            "TargetVersion": self.target,
        }
        document = {
            "version": "0.0",
            "Resources": [
                {self.function: {"Type": "AWS::Lambda::Function", "Properties": properties}}
            ],
            "Hooks": [{name: hook} for name, hook in self.hooks.items()],
        }
        return json.dumps(document)


@dataclass(frozen=True)
class Revision:
    """`kind`: String or AppSpecContent."""

    kind: str
    content: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    def whole(self) -> Fields:
        return self._fields({"content": self.content, "sha256": self.sha256})

    def shown(self) -> Fields:
        """As deployments show it: the content of an AppSpecContent "is always null" there
        (GetDeployment, AWS CodeDeploy API Reference)."""
        return self._fields({"sha256": self.sha256}) if self.kind != "String" else self.whole()

    def _fields(self, place: Fields) -> Fields:
        return {"revisionType": self.kind, PLACES[self.kind]: place}


def read_revision(fields: Mapping[str, Any]) -> Revision:
    """A request's revision, which has to bring its content."""
    kind = fields.get("revisionType", "")
    content = fields.get(PLACES.get(kind, ""), {}).get("content", "")
    if not content:
        raise UnusableRevisionError(f"a revision of type {kind or 'none'} without its content")
    return Revision(kind, content)


def read_app_spec(revision: Revision) -> AppSpec:
    document = _document(revision.content)
    try:
        (resource,) = document["Resources"]
        ((_name, described),) = resource.items()
        properties = described["Properties"]
        return AppSpec(
            function=str(properties["Name"]),
            alias=str(properties["Alias"]),
            current=str(properties["CurrentVersion"]),
            target=str(properties["TargetVersion"]),
            hooks=_hooks(document),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise UnusableRevisionError(f"the AppSpec names no one function ({what})") from error


def _hooks(document: Mapping[str, Any]) -> dict[str, str]:
    listed = document.get("Hooks") or document.get("hooks") or []
    named = {name: str(hook) for each in listed for name, hook in each.items()}
    if unknown := named.keys() - {BEFORE, AFTER}:
        raise UnusableRevisionError(f"Lambda deployments have no hook {', '.join(sorted(unknown))}")
    return named


def _document(text: str) -> Fields:
    yaml = import_module("yaml")
    try:
        document = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise UnusableRevisionError(f"the AppSpec is neither JSON nor YAML: {error}") from error
    if not isinstance(document, dict):
        raise UnusableRevisionError("the AppSpec is no mapping")
    return document
