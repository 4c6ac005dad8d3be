"""The template of a stack of functions: one parameter a function holds its runtime."""

import json
from collections.abc import Iterable
from typing import Any

from local.runtime_scenario_model import FunctionStack, SeededFunction

# Never run: a scan looks at functions, it does not call them.
CODE = "def handler(event, context):\n    return {}\n"
IMAGE = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/reports:7"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
ROLE = "Role"
Part = dict[str, Any]


def functions_template(stack: FunctionStack, layers: dict[str, str]) -> str:
    """`layers`: the ARN of the layer of each function that has one, by the function's name."""
    resources: Part = {
        ROLE: {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
    }
    for function in stack.functions:
        properties = _properties(function, layers.get(function.name))
        resources[function.logical_id] = {
            "Type": "AWS::Lambda::Function",
            "Properties": properties,
        }
    parameters = {each.parameter: {"Type": "String"} for each in zipped(stack.functions)}
    return json.dumps({"Parameters": parameters, "Resources": resources})


def zipped(functions: Iterable[SeededFunction]) -> list[SeededFunction]:
    """Those that have a runtime: all but container images."""
    return [function for function in functions if function.runtime]


def _properties(function: SeededFunction, layer: str | None) -> Part:
    common: Part = {
        "FunctionName": function.name,
        "Role": {"Fn::GetAtt": [ROLE, "Arn"]},
        "Tags": [{"Key": key, "Value": value} for key, value in function.tags.items()],
    }
    if not function.runtime:
        return common | {"PackageType": "Image", "Code": {"ImageUri": IMAGE}}
    return common | {
        "Runtime": {"Ref": function.parameter},
        "Handler": "index.handler",
        "Code": {"ZipFile": CODE},
        "Layers": [layer] if layer else [],
    }
