"""The policy's JSON Schema, generated from the pydantic model in the dialect AppConfig reads.

AppConfig validates inline schemas of draft 4 only ("Understanding validators", AWS AppConfig User
Guide). What a schema cannot say, the Lambda validator refuses.
"""

import json
from typing import Any

from steward.domain.policy import Policy
from steward_cli.draft4 import DIALECT, NAMED_SCHEMAS, Schema, in_draft_4

# "AWS::AppConfig::ConfigurationProfile Validators", AWS CloudFormation Template Reference.
LONGEST_INLINE_CHARACTERS = 32_768
_TITLES = frozenset({"title"})
_FOR_PEOPLE = frozenset({"title", "description", "default", "examples"})


def policy_schema() -> Schema:
    """The whole schema, with descriptions and defaults."""
    return {
        "$schema": DIALECT,
        "title": "Steward policy",
        **in_draft_4(Policy.model_json_schema(), _TITLES),
    }


def schema_text() -> str:
    """The schema as it is committed and printed."""
    return json.dumps(policy_schema(), indent=2) + "\n"


def inline_schema() -> str:
    """What a validator needs and no more, one line for each property and definition."""
    schema = in_draft_4(policy_schema(), _FOR_PEOPLE)
    members = (f"{json.dumps(key)}: {_block(key, value)}" for key, value in schema.items())
    return "{" + ",\n".join(members) + "}\n"


def _block(key: str, value: Any) -> str:
    if key not in NAMED_SCHEMAS:
        return _compact(value)
    members = (f"{json.dumps(name)}: {_compact(schema)}" for name, schema in value.items())
    return "{\n  " + ",\n  ".join(members) + "}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
