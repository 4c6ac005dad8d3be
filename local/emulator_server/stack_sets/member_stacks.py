"""Stacks in the accounts of a stack set, made by the emulator's own CloudFormation.

StackSets acts there under a role of its own ("stacksets-exec-*"); here it is the account's root.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.emulator_server.stack_sets.records import Place

POLL_SECONDS = 0.05
GONE = "does not exist"
UNCHANGED = "No updates are to be performed"
DEAD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
CONFIG = Config(connect_timeout=5, read_timeout=120, proxies={}, retries={"total_max_attempts": 1})


class StackFailedError(Exception):
    """The stack did not become what the stack set says; names the resources and their reasons."""


@dataclass(frozen=True)
class Deployment:
    name: str
    template_url: str
    parameters: Mapping[str, str]
    capabilities: tuple[str, ...]
    tags: tuple[Mapping[str, str], ...]

    def request(self) -> dict[str, Any]:
        return {
            "StackName": self.name,
            "TemplateURL": self.template_url,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": _text(value)}
                for key, value in self.parameters.items()
            ],
            "Capabilities": list(self.capabilities),
            "Tags": [dict(tag) for tag in self.tags],
        }


class MemberStacks:
    def __init__(self) -> None:
        self._session = boto3.Session()
        self._making = threading.Lock()

    def deploy(self, place: Place, deployment: Deployment) -> str:
        """Create or update the stack and wait; its StackId."""
        client = self._client(place)
        try:
            status = _status(client, deployment.name)
            if status in DEAD:
                self.delete(place, deployment.name)
                status = ""
            act = client.update_stack if status else client.create_stack
            return _settled(client, _started(client, act, deployment))
        except ClientError as error:
            raise StackFailedError(_words(error)) from error

    def delete(self, place: Place, stack_name: str) -> None:
        client = self._client(place)
        try:
            if _status(client, stack_name):
                stack_id = _described(client, stack_name)["StackId"]
                client.delete_stack(StackName=stack_id)
                _settled(client, stack_id, "DELETE_COMPLETE")
        except ClientError as error:
            raise StackFailedError(_words(error)) from error

    def _client(self, place: Place) -> Any:
        with self._making:
            return self._session.client(
                "cloudformation",
                region_name=place.region,
                endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
                aws_access_key_id=place.account,
                aws_secret_access_key="embedded",
                config=CONFIG,
            )


def _started(client: Any, act: Callable[..., Any], deployment: Deployment) -> str:
    try:
        return str(act(**deployment.request())["StackId"])
    except ClientError as error:
        if UNCHANGED not in _words(error):
            raise
        return str(_described(client, deployment.name)["StackId"])


def _status(client: Any, name: str) -> str:
    """Empty when there is no such stack."""
    try:
        return str(_described(client, name)["StackStatus"])
    except ClientError as error:
        if GONE in _words(error):
            return ""
        raise


def _described(client: Any, name: str) -> dict[str, Any]:
    stack: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
    return stack


def _settled(client: Any, stack_id: str, *wanted: str) -> str:
    while (status := _described(client, stack_id)["StackStatus"]).endswith("_IN_PROGRESS"):
        time.sleep(POLL_SECONDS)
    if status not in (wanted or ("CREATE_COMPLETE", "UPDATE_COMPLETE")):
        raise StackFailedError(_failures(client, stack_id) or f"the stack is {status}")
    return stack_id


def _failures(client: Any, stack_id: str) -> str:
    """In the words of a stack instance's StatusReason."""
    events = client.describe_stack_events(StackName=stack_id)["StackEvents"]
    return "; ".join(
        f"ResourceLogicalId:{event['LogicalResourceId']}, ResourceType:{event['ResourceType']}, "
        f"ResourceStatusReason:{event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    )


def _words(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", error))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
