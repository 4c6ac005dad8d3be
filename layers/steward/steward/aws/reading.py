"""Reading a unit that may not be open to Steward at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.errors import DENIED, NOT_ENABLED, code_of, message_of
from steward.aws.sessions import UnitUnreachable
from steward.domain.stacks import Unit


@contextmanager
def reading(unit: Unit, action: str) -> Iterator[None]:
    """Raise UnitUnreachable when the region is not enabled or `action` is denied there."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in NOT_ENABLED | DENIED:
            raise
        raise UnitUnreachable(unit, code_of(error), message_of(error), action) from error
    except EndpointConnectionError as error:
        raise UnitUnreachable(unit, type(error).__name__, str(error), action) from error
