"""The request for a tags-only update: everything but the tags stays as it is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of, message_of
from steward.aws.stack_rows import tags_of
from steward.domain.stacks import Stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import CreateChangeSetInputTypeDef

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
_REFUSALS = frozenset(
    {"InsufficientCapabilitiesException", "LimitExceededException", "ValidationError"}
)


class UpdateRefused(Exception):
    """CloudFormation takes no tags-only update of this stack; says why, mostly in its own words."""


class StackMoved(Exception):
    """The stack's tags changed after they were read; sending the old ones would lose the new."""

    def __init__(self, stack_id: str) -> None:
        super().__init__(f"the tags of {stack_id} changed while they were updated; try again")


@contextmanager
def refusals() -> Iterator[None]:
    """Raise what CloudFormation would refuse again as UpdateRefused, anything else as it is."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in _REFUSALS:
            raise
        raise UpdateRefused(message_of(error)) from error


def tags_only_request(
    client: "CloudFormationClient", stack: Stack, tags: Mapping[str, str], token: str
) -> "CreateChangeSetInputTypeDef":
    """A change set named `token` that sets exactly `tags`.

    NotificationARNs, RoleARN, RollbackConfiguration and the stack policy are left out: left out
    they stay as they are, and an empty list would remove every topic. A parameter that is left out
    would fall back to the template's default ("CreateChangeSet", AWS CloudFormation API Reference).
    """
    transforms = _transforms(client, stack.stack_id)
    row = client.describe_stacks(StackName=stack.stack_id)["Stacks"][0]
    if tags_of(row.get("Tags", [])) != stack.tags:
        raise StackMoved(stack.stack_id)
    expands: list[CapabilityType] = ["CAPABILITY_AUTO_EXPAND"] if transforms else []
    return {
        "StackName": stack.stack_id,
        "ChangeSetName": token,
        "ClientToken": token,
        "ChangeSetType": "UPDATE",
        "UsePreviousTemplate": True,
        "Parameters": [
            {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
            for parameter in row.get("Parameters", [])
        ],
        "Capabilities": sorted({*row.get("Capabilities", []), *expands}),
        "IncludeNestedStacks": True,
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def _transforms(client: "CloudFormationClient", stack_id: str) -> list[str]:
    """A template with language extensions has to be sent again instead of UsePreviousTemplate
    ("CreateChangeSet", AWS CloudFormation API Reference)."""
    transforms = client.get_template_summary(StackName=stack_id).get("DeclaredTransforms", [])
    if LANGUAGE_EXTENSIONS in transforms:
        raise UpdateRefused(f"the template uses {LANGUAGE_EXTENSIONS} and would have to be resent")
    return transforms
