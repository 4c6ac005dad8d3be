"""AWS clients of the account and region that a function runs in, with its own credentials.

What hooks, guard and failsafe need to reach a verdict is in their own unit: no role is assumed and
nothing of the hub is asked.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from botocore.session import Session

from steward.aws.clients import Clients

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient


class UnitClients:
    """Each client is made when first asked for and then shared. Safe to use from threads."""

    def __init__(self, session: Session | None = None) -> None:
        self._clients = Clients(session)

    @property
    def region(self) -> str:
        return self._clients.region()

    def codedeploy(self) -> "CodeDeployClient":
        return cast("CodeDeployClient", self._clients.shared("codedeploy", "", None))

    def functions(self) -> "LambdaClient":
        """Lambda, to read."""
        return cast("LambdaClient", self._clients.shared("lambda", "", None))

    def invoking(self, patience: timedelta) -> "LambdaClient":
        """Lambda, to invoke: never a second time by itself, and no longer than `patience`."""
        return cast("LambdaClient", self._clients.patient("lambda", patience))

    def cloudwatch(self) -> "CloudWatchClient":
        return cast("CloudWatchClient", self._clients.shared("cloudwatch", "", None))

    def parameters(self) -> "SSMClient":
        return cast("SSMClient", self._clients.shared("ssm", "", None))

    def objects(self) -> "S3Client":
        return cast("S3Client", self._clients.shared("s3", "", None))

    def dynamodb(self) -> "DynamoDBClient":
        return cast("DynamoDBClient", self._clients.shared("dynamodb", "", None))

    def queues(self) -> "SQSClient":
        return cast("SQSClient", self._clients.shared("sqs", "", None))

    def events(self) -> "EventBridgeClient":
        return cast("EventBridgeClient", self._clients.shared("events", "", None))
