"""The commands of a guide, and how those for AWS are carried out as they are written."""

import re
import shlex
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.client import BaseClient
from botocore.model import OperationModel, Shape

GUIDES = Path(__file__).parents[2] / "docs" / "guide"
_READERS = {"integer": int, "long": int, "string": str}


class NotACommandError(Exception):
    """The AWS CLI would not take this."""


def commands(guide: str, program: str) -> list[list[str]]:
    """The words of every command for `program` that the guide shows at a prompt."""
    text = (GUIDES / guide).read_text().replace("\\\n", "")
    lines = re.findall(rf"^\s*\$ ({program} .+)$", text, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def run_aws(client: BaseClient, words: list[str]) -> Any:
    """What the AWS CLI would do for `aws SERVICE OPERATION --OPTION VALUE ...`."""
    _, service, operation, *options = words
    model = client.meta.service_model
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if service != model.service_name or operation not in names:
        raise NotACommandError(f"aws {service} {operation} is no operation of {model.service_name}")
    parameters = _parameters(model.operation_model(names[operation]), options)
    return getattr(client, operation.replace("-", "_"))(**parameters)


def _parameters(operation: OperationModel, options: list[str]) -> dict[str, Any]:
    members: dict[str, Shape] = operation.input_shape.members if operation.input_shape else {}
    names = {f"--{xform_name(name, '-')}": name for name in members}
    found: dict[str, Any] = {}
    remaining = iter(options)
    for option in remaining:
        if option not in names:
            raise NotACommandError(f"{operation.name} has no option {option}")
        shape = members[names[option]]
        is_flag = shape.type_name == "boolean"
        found[names[option]] = True if is_flag else _READERS[shape.type_name](next(remaining))
    return found
