"""Functions as tests create them: with a role of their own, and code that nobody runs."""

import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.emulated_session import EmulatedSession
from local.function_templates import CODE, TRUST

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

IMAGE = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1"


def create_function(session: EmulatedSession, name: str, **properties: Any) -> str:
    """A .zip function on the `Runtime` that is given, else a container image; returns its ARN."""
    client: LambdaClient = session.client("lambda")
    role = session.client("iam").create_role(
        RoleName=f"role-{uuid.uuid4().hex[:12]}", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    package: dict[str, Any] = {"PackageType": "Image", "Code": {"ImageUri": IMAGE}}
    if "Runtime" in properties:
        package = {"Code": {"ZipFile": zipped({"index.py": CODE})}, "Handler": "index.handler"}
    made = client.create_function(FunctionName=name, Role=role, **package | properties)
    return made["FunctionArn"]


def zipped(files: Mapping[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        for name, text in files.items():
            content.writestr(name, text)
    return archive.getvalue()
