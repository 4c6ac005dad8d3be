import json

import pytest

from local.organization import Organization
from tests.integration.local.held_emulator import TRUST
from tests.integration.local.lambda_functions import zipped

IMPORTER = """
import importlib

def answer(event, context):
    try:
        importlib.import_module(event["module"])
    except ImportError:
        return "missing"
    return "found"
"""


@pytest.fixture(scope="module")
def importer(organization: Organization) -> str:
    session = organization.session()
    role = session.client("iam").create_role(
        RoleName="importer", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    functions = session.client("lambda")
    layer = functions.publish_layer_version(
        LayerName="layer", Content={"ZipFile": zipped({"python/in_the_layer.py": ""})}
    )
    return functions.create_function(
        FunctionName="importer",
        Runtime="python3.13",
        Role=role,
        Handler="app.answer",
        Timeout=30,
        Layers=[layer["LayerVersionArn"]],
        Code={"ZipFile": zipped({"app.py": IMPORTER, "beside_the_handler.py": ""})},
    )["FunctionName"]


@pytest.mark.parametrize(
    ("module", "answer"),
    [
        ("json", "found"),
        ("boto3", "found"),
        ("in_the_layer", "found"),
        ("beside_the_handler", "found"),
        ("ministack", "missing"),
        ("samtranslator", "missing"),
        ("hypercorn", "missing"),
        ("local", "missing"),
    ],
)
def test_a_function_sees_the_runtime_its_layers_and_its_code(
    organization: Organization, importer: str, module: str, answer: str
) -> None:
    response = (
        organization.session()
        .client("lambda")
        .invoke(FunctionName=importer, Payload=json.dumps({"module": module}).encode())
    )
    assert json.load(response["Payload"]) == answer
