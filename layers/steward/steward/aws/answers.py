"""Questions to AWS without whose answer the work goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from steward.aws.errors import DENIED, code_of


class NoAnswer(Exception):
    """AWS refused, was too busy or could not be reached. `why` is the same for the same cause, so
    that it can be kept on record."""

    def __init__(self, action: str, code: str, message: str) -> None:
        super().__init__(f"{action} was not answered: {message}")
        remedy = f": allow {action} to the reading role (org/members/roles.yaml)"
        self.why = f"{action} failed with {code}{remedy if code in DENIED else ''}"


@contextmanager
def asking(action: str) -> Iterator[None]:
    """Raise whatever AWS answers instead of what `action` asks for as NoAnswer."""
    try:
        yield
    except ClientError as error:
        raise NoAnswer(action, code_of(error), str(error)) from error
    except (NotConnected, HTTPClientError) as error:
        raise NoAnswer(action, type(error).__name__, str(error)) from error
