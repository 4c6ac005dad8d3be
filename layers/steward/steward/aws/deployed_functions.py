"""What a function that was deployed says of itself: its tags, and what its version is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from steward.aws.errors import denials
from steward.domain.runtimes.functions import Function
from steward.domain.stacks import Unit

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class FunctionGone(Exception):
    """The function or version was deleted since."""

    def __init__(self, what: str, unit: Unit) -> None:
        super().__init__(f"there is no function {what} in {unit} any more")


def deployed_tags(client: "LambdaClient", unit: Unit, name: str) -> Mapping[str, str]:
    """The function's tags. Raise NotAllowed or FunctionGone."""
    with denials():
        try:
            return client.list_tags(Resource=Function(unit, name, None).arn)["Tags"]
        except client.exceptions.ResourceNotFoundException as error:
            raise FunctionGone(name, unit) from error


def version_description(client: "LambdaClient", unit: Unit, name: str, version: str) -> str:
    """Raise NotAllowed or FunctionGone."""
    with denials():
        try:
            row = client.get_function_configuration(FunctionName=name, Qualifier=version)
        except client.exceptions.ResourceNotFoundException as error:
            raise FunctionGone(f"{name}:{version}", unit) from error
    return row.get("Description", "")
