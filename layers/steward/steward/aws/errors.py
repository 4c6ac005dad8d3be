"""Reading what AWS answered when it refused, and the refusal every adapter may meet."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

DENIED = frozenset({"AccessDenied", "AccessDeniedException"})
# What a region answers that is not enabled in an account, or denied to it by the organization.
NOT_ENABLED = frozenset(
    {
        "AuthFailure",
        "InvalidClientTokenId",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnrecognizedClientException",
    }
)
# What is left of throttling once botocore has tried again.
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_IN_MEMBERS = (
    "check the role of org/members/roles.yaml and the service control policies of that account"
)


class NotAllowed(Exception):
    """A permission is missing, so nothing was done. `action` is the API call."""

    def __init__(self, action: str, message: str, what_to_do: str = _IN_MEMBERS) -> None:
        super().__init__(f"{action} is not allowed: {message}; {what_to_do}")
        self.action = action
        self.message = message


def code_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def message_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Message", "")


def says(error: ClientError, code: str, text: str) -> bool:
    """Whether AWS answered `code` with `text` in its message, as CloudFormation's
    ValidationError needs: the code alone says next to nothing."""
    return code_of(error) == code and text in message_of(error)


@contextmanager
def denials(what_to_do: str = _IN_MEMBERS) -> Iterator[None]:
    """Raise a denied call as NotAllowed, anything else as it is."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in DENIED:
            raise
        raise NotAllowed(error.operation_name, message_of(error), what_to_do) from error
