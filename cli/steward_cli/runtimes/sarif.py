"""A check as a SARIF log, for code scanning.

"Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard.
"""

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from steward_cli.runtimes.checking import Check
from steward_cli.runtimes.findings import Finding, Place, Remark, Unread
from steward_cli.runtimes.rules import Rule

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_RULES = list(Rule)
_HELP = "docs/guide/runtimes.md describes the rules, and what to do about each."


def sarif_of(check: Check) -> str:
    """One run. What was not checked or read is told as notifications, not as results."""
    run = {
        "tool": {"driver": _driver()},
        "invocations": [_invocation(check)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in check.findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _driver() -> dict[str, Any]:
    return {"name": "steward", "version": version("steward"), "rules": [_rule(r) for r in _RULES]}


def _rule(rule: Rule) -> dict[str, Any]:
    facts = rule.value
    return {
        "id": facts.id,
        "name": facts.name,
        "shortDescription": {"text": facts.says},
        "help": {"text": _HELP},
        "defaultConfiguration": {"level": facts.level.value},
        "properties": {"tags": ["lambda", "runtime", "deprecation"]},
    }


def _result(finding: Finding) -> dict[str, Any]:
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": _RULES.index(finding.rule),
        "level": finding.level.value,
        "message": {"text": f"{finding.sentence}."},
        "locations": [_location(finding.place, finding.resource)],
        "partialFingerprints": {"runtimeOfResource/v1": _fingerprint(finding)},
    }


def _fingerprint(finding: Finding) -> str:
    """The same finding after lines have moved, and after its state has got worse."""
    named = (finding.place.file, finding.resource, finding.runtime_id)
    return sha256("\0".join(named).encode()).hexdigest()


def _location(place: Place, resource: str) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_column:
        region["endColumn"] = place.end_column
    return {
        "physicalLocation": {"artifactLocation": {"uri": _uri(place.file)}, "region": region},
        "logicalLocations": [{"name": resource, "kind": "resource"}],
    }


def _invocation(check: Check) -> dict[str, Any]:
    remarks = (remark for template in check.templates for remark in template.remarks)
    told = [*(_note(remark) for remark in remarks), *(_failure(each) for each in check.unread)]
    return {"executionSuccessful": not check.unread, "toolExecutionNotifications": told}


def _note(remark: Remark) -> dict[str, Any]:
    text = f"{remark.resource}: not checked: {remark.why}."
    location = _location(remark.place, remark.resource)
    return {"level": "note", "message": {"text": text}, "locations": [location]}


def _failure(unread: Unread) -> dict[str, Any]:
    location = {"physicalLocation": {"artifactLocation": {"uri": _uri(unread.file)}}}
    text = f"{unread}; to do: {unread.todo}."
    return {"level": "error", "message": {"text": text}, "locations": [location]}


def _uri(file: str) -> str:
    """Relative to where the check runs, as code scanning wants it; absolute paths stay so."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
