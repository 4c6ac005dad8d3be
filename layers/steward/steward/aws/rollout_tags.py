"""The tags of one function, by which its owners say things about its rollouts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from steward.aws.errors import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class TagsUnread(Exception):
    """The tags could not be read; says why."""


def read_function_tags(client: "LambdaClient", function: str) -> Mapping[str, str]:
    """Tags of the function, whatever name or ARN it is called by; raise TagsUnread.

    Tags belong to the unqualified function ("ListTags", AWS Lambda API Reference), whose ARN only
    its configuration tells.
    """
    try:
        arn = client.get_function_configuration(FunctionName=function)["FunctionArn"]
        return client.list_tags(Resource=_unqualified(arn)).get("Tags", {})
    except ClientError as error:
        raise TagsUnread(
            f"{error.operation_name}: {code_of(error)}: {message_of(error)}"
        ) from error
    except BotoCoreError as error:
        raise TagsUnread(str(error)) from error


def _unqualified(arn: str) -> str:
    """`arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME`, without what may follow."""
    return ":".join(arn.split(":")[:7])
