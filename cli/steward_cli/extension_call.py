"""Ask the hub's lease_extension for an extension: the one call of the command that changes a thing.

It is made once and names a date, so whoever is unsure whether it arrived may ask again.
"""

from steward.messages import ExtensionAnswer, ExtensionRequest
from steward_cli.connection import Connection
from steward_cli.function_call import HubFunction, ask

# The function ends after 20 seconds; template.yaml says so.
_SECONDS = 30


def ask_for_extension(
    connection: Connection, function: str, request: ExtensionRequest
) -> ExtensionAnswer:
    """What lease_extension answers; raise Failure when it could not be asked, or failed."""
    wish = {"extend": request.model_dump(mode="json", exclude_none=True)}
    return ask(connection, _lease_extension(function), wish, ExtensionAnswer)


def _lease_extension(deployed: str) -> HubFunction:
    return HubFunction(
        deployed,
        "lease_extension",
        _SECONDS,
        unsure="the lease may be extended or not",
        look="look with `steward explain`, or ask again: the same date is never given twice",
    )
