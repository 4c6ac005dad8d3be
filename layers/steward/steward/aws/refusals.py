"""What CodeDeploy will never accept, however often it is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from steward.aws.errors import code_of

# "PutLifecycleEventHookExecutionStatus", Errors, AWS CodeDeploy API Reference.
_NEVER = frozenset(
    {
        "InvalidLifecycleEventHookExecutionIdException",
        "InvalidLifecycleEventHookExecutionStatusException",
        "UnsupportedActionForDeploymentTypeException",
    }
)


class NotAccepted(Exception):
    """CodeDeploy does not accept an answer for this hook; says why."""


@contextmanager
def accepting() -> Iterator[None]:
    """Raise an answer that was refused for good as NotAccepted, anything else as it is."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in _NEVER:
            raise
        raise NotAccepted(str(error)) from error
