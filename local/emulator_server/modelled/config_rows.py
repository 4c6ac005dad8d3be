"""The configuration items of functions as AWS Config would have recorded them.

Source: "AWS::Lambda::Function" of the AWS Config resource schema. A container image has no
runtime: its row has no such field. Tags are a list, each with `tag` as key=value.
"""

from typing import Any

from local.emulator_server.lambda_functions import last_modified
from local.emulator_server.modelled.function_records import FunctionRecord

Row = dict[str, Any]


def row_of(function: FunctionRecord) -> Row:
    arn = f"arn:aws:lambda:{function.region}:{function.account}:function:{function.name}"
    return {
        "resourceId": function.name,
        "resourceName": function.name,
        "resourceType": "AWS::Lambda::Function",
        "arn": arn,
        "accountId": function.account,
        "awsRegion": function.region,
        "tags": [
            {"key": key, "value": value, "tag": f"{key}={value}"}
            for key, value in sorted(function.tags.items())
        ],
        "configurationItemCaptureTime": last_modified(function.config).replace("+0000", "Z"),
        "configurationItemStatus": "OK",
        "recordingFrequency": "CONTINUOUS",
        "configuration": _configuration(function.config),
    }


def _configuration(config: dict[str, Any]) -> Row:
    known = {
        "runtime": config.get("Runtime"),
        "packageType": config["PackageType"],
        "architectures": config["Architectures"],
        "lastModified": last_modified(config),
        "version": config["Version"],
        "layers": [{"arn": layer["Arn"]} for layer in config.get("Layers", [])],
    }
    return {name: value for name, value in known.items() if value}


def selected(row: Row, columns: list[str]) -> Row:
    """What `columns` name of the row, `a.b.c` nested as in the row; absent fields stay absent."""
    found: Row = {}
    for column in columns:
        _put(found, row, column.split("."))
    return found


def _put(found: Row, row: Row, names: list[str]) -> None:
    first, *rest = names
    value = row.get(first)
    if value is None:
        return
    if not rest:
        found[first] = value
    elif isinstance(value, list):
        found[first] = [selected(each, [".".join(rest)]) for each in value]
    else:
        _put(found.setdefault(first, {}), value, rest)
