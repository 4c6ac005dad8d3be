"""Requests and answers of the query protocol as CloudTrail writes them.

`Tags.member.1.Key=stage` becomes `{"tags": [{"key": "stage"}]}`: names begin in lower case, the
body of the template is left out and parameters show no values ("Logging AWS CloudFormation API
calls with AWS CloudTrail", examples).
"""

from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

LEFT_OUT = ("Action", "Version", "TemplateBody", "StackPolicyBody")
SECRET = "parameterValue"
SWITCHES = {"true": True, "false": False}


def action_of(body: bytes) -> str:
    return dict(parse_qsl(body.decode())).get("Action", "")


def request_parameters(body: bytes) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in parse_qsl(body.decode(), keep_blank_values=True):
        names = [_lower_first(name) for name in path.split(".") if name != "member"]
        if path not in LEFT_OUT and names[-1] != SECRET:
            _put(tree, names, value)
    return {name: _listed(value) for name, value in tree.items()}


def response_elements(action: str, body: bytes) -> dict[str, str] | None:
    """The plain fields of `<action>Result`; None when it has none."""
    found = ET.fromstring(body).find(f"{{*}}{action}Result")
    fields = {} if found is None else {_lower_first(_tag(each)): each.text or "" for each in found}
    return fields or None


def error_of(body: bytes) -> dict[str, str]:
    found = ET.fromstring(body).find(".//{*}Error")
    if found is None:
        return {}
    return {
        "errorCode": found.findtext("{*}Code") or "",
        "errorMessage": found.findtext("{*}Message") or "",
    }


def _put(tree: dict[str, Any], names: list[str], value: str) -> None:
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
    tree[names[-1]] = value


def _listed(value: Any, *, nested: bool = False) -> Any:
    """Numbered entries become a list; only a parameter of the call itself can be a switch."""
    if not isinstance(value, dict):
        return value if nested else SWITCHES.get(value, value)
    entries = {name: _listed(each, nested=True) for name, each in value.items()}
    if all(name.isdigit() for name in entries):
        return [entries[name] for name in sorted(entries, key=int)]
    return entries


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
