"""Secrets made by CloudFormation as AWS makes them, which ministack 1.5.33 does not.

Source: "AWS::SecretsManager::Secret", AWS CloudFormation Template Reference: `Ref` returns the
secret's ARN, here it would be its name, which no policy matches. GenerateSecretString knows which
characters to leave out, as GetRandomPassword does.
"""

import json
from collections.abc import Callable
from typing import Any

from local.emulator_server.clock import CLOUDFORMATION
from local.emulator_server.pinned import private, replace, require

PROVISIONERS = f"{CLOUDFORMATION}.provisioners"
SECRETS = "ministack.services.secretsmanager"
Properties = dict[str, Any]
Made = tuple[str, dict[str, str]]


def install() -> None:
    replace((PROVISIONERS,), "_sm_secret_string", _generated)
    handlers = private(PROVISIONERS, "_RESOURCE_HANDLERS")["AWS::SecretsManager::Secret"]
    require(SECRETS, "_resolve", "_get_random_password")
    handlers["create"] = _by_arn(handlers["create"])
    handlers["update"] = _updated_by_arn(handlers["update"])
    handlers["delete"] = _deleted_by_arn(handlers["delete"])


def _generated(declared: Callable[[Properties], str]) -> Callable[[Properties], str]:
    def secret_string(properties: Properties) -> str:
        wanted = properties.get("GenerateSecretString")
        if not wanted or "SecretStringTemplate" in wanted:
            return declared(properties)
        status, _, body = private(SECRETS, "_get_random_password")(wanted)
        answer = json.loads(body)
        if status != 200:
            raise ValueError(f"GenerateSecretString: {answer}")
        return str(answer["RandomPassword"])

    return secret_string


def _by_arn(create: Callable[..., Made]) -> Callable[..., Made]:
    def create_secret(*arguments: Any, **named: Any) -> Made:
        _, attributes = create(*arguments, **named)
        return attributes["Arn"], attributes

    return create_secret


def _updated_by_arn(update: Callable[..., Made]) -> Callable[..., Made]:
    def update_secret(arn: str, *arguments: Any, **named: Any) -> Made:
        _, attributes = update(_name_of(arn), *arguments, **named)
        return attributes["Arn"], attributes

    return update_secret


def _deleted_by_arn(delete: Callable[..., None]) -> Callable[..., None]:
    def delete_secret(arn: str, properties: Properties) -> None:
        delete(_name_of(arn), properties)

    return delete_secret


def _name_of(arn: str) -> str:
    name, _ = private(SECRETS, "_resolve")(arn)
    return str(name or arn)
