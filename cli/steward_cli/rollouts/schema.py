"""The JSON Schema (draft 2020-12) of a rollout configuration, as documents are written.

A document may change a check that a profile or the defaults declare, so the schema asks for no part
of a check; what the merged whole lacks, `validate` and the hooks say.
"""

import json
from collections.abc import Mapping
from typing import Any

from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.config_keys import CHECKS, types_in
from steward.domain.rollouts.merging import PHASES

type Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SECTIONS = {"pre": "PrePhase", "shift": "ShiftPhase", "post": "PostPhase"}


def rollout_schema() -> Schema:
    """The whole schema, with descriptions and defaults."""
    schema = RolloutConfig.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    for union in ("AnyCheck", "PreCheck"):
        del definitions[union]
    for model in CHECKS.values():
        del definitions[model.__name__]["required"]
    for phase in PHASES:
        checks = definitions[_SECTIONS[phase]]["properties"]["checks"]
        (pattern,) = checks["patternProperties"]
        checks["patternProperties"] = {pattern: {"$ref": f"#/$defs/{_name(phase)}"}}
        checks["additionalProperties"] = False
        definitions[_name(phase)] = _check(definitions, types_in(phase))
    return {"$schema": DIALECT, **schema, "title": "Steward rollout configuration"}


def schema_text() -> str:
    """The schema as it is committed and printed."""
    return json.dumps(rollout_schema(), indent=2, ensure_ascii=False) + "\n"


def _name(phase: str) -> str:
    return f"CheckIn{phase.capitalize()}"


def _check(definitions: Mapping[str, Schema], types: tuple[str, ...]) -> Schema:
    """A check of a phase: its keys are those of its type, or of any type where it has none."""
    return {
        "type": "object",
        "properties": {"type": {"enum": list(types)}},
        "allOf": [
            *(_if_type(name) for name in types),
            {"if": {"not": {"required": ["type"]}}, "then": _of_any(definitions, types)},
        ],
    }


def _if_type(name: str) -> Schema:
    said = {"properties": {"type": {"const": name}}, "required": ["type"]}
    return {"if": said, "then": {"$ref": f"#/$defs/{CHECKS[name].__name__}"}}


def _of_any(definitions: Mapping[str, Schema], types: tuple[str, ...]) -> Schema:
    keys: dict[str, list[Schema]] = {}
    for name in types:
        for key, schema in definitions[CHECKS[name].__name__]["properties"].items():
            given = {word: value for word, value in schema.items() if word != "default"}
            if given not in keys.setdefault(key, []):
                keys[key].append(given)
    del keys["type"]
    properties = {key: each[0] if len(each) == 1 else {"anyOf": each} for key, each in keys.items()}
    return {"properties": properties, "additionalProperties": False}
