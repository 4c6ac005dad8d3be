"""Start another function of the hub now instead of at its next time."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class NotWoken(Exception):
    """The function was not invoked; it runs at its next time."""

    def __init__(self, function: str, error: Exception) -> None:
        super().__init__(
            f"{function} could not be invoked ({error}); it runs on its schedule - if this comes "
            "again, check the role of rollout_history in the hub's stack"
        )


def wake(client: "LambdaClient", function: str) -> None:
    """Invoke `function` asynchronously, without waiting for what it does. Raise NotWoken."""
    try:
        client.invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    except (ClientError, BotoCoreError) as error:
        raise NotWoken(function, error) from error
