"""The parts of SARIF 2.1.0 that the check writes, each with what the standard asks of it.

"Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.13 (sarifLog), 3.14
(run), 3.19 (toolComponent), 3.20 (invocation), 3.27 (result), 3.28 (location), 3.30 (region), 3.49
(reportingDescriptor), 3.58 (notification).
"""

from typing import Any

LEVEL = {"enum": ["none", "note", "warning", "error"]}
COUNT = {"type": "integer", "minimum": 1}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


MESSAGE = _object(["text"], text={"type": "string", "minLength": 1})
LOCATION = _object(
    [],
    physicalLocation=_object(
        ["artifactLocation"],
        artifactLocation=_object(["uri"], uri={"type": "string", "pattern": "^[!-~]+$"}),
        region=_object(["startLine"], startLine=COUNT, startColumn=COUNT, endColumn=COUNT),
    ),
    logicalLocations=_list(_object([], name={"type": "string"}, kind={"type": "string"})),
)
RULE = _object(
    ["id"],
    id={"type": "string"},
    name={"type": "string"},
    shortDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=_object([], level=LEVEL),
    properties=_object([], tags={**_list({"type": "string"}), "uniqueItems": True}),
)
RESULT = _object(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
)
NOTIFICATION = _object(["message"], level=LEVEL, message=MESSAGE, locations=_list(LOCATION))
DRIVER = _object(
    ["name"],
    name={"type": "string"},
    version={"type": "string"},
    rules={**_list(RULE), "uniqueItems": True},
)
SARIF_PARTS = _object(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=_list(
        _object(
            ["tool"],
            tool=_object(["driver"], driver=DRIVER),
            invocations=_list(
                _object(
                    ["executionSuccessful"],
                    executionSuccessful={"type": "boolean"},
                    toolExecutionNotifications=_list(NOTIFICATION),
                )
            ),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=_list(RESULT),
        )
    ),
)
