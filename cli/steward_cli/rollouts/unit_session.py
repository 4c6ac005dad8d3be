"""The caller's own credentials, in the unit that a function runs in."""

import os

from steward.aws.unit_clients import UnitClients
from steward_cli.connection import EndpointSession
from steward_cli.failures import ExitCode, Failure


def unit_clients(profile: str | None, endpoint: str | None, region: str | None) -> UnitClients:
    """Clients as the hook would have them, with whatever credentials there are.

    Nothing is asked of AWS yet. Raise Failure where no region is known.
    """
    if endpoint is not None and not endpoint.startswith(("http://", "https://")):
        todo = "write it like https://localhost:4566"
        raise Failure(f"--endpoint {endpoint} is no URL", todo, ExitCode.USAGE)
    session = EndpointSession(profile, endpoint)
    place = region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
    if not place:
        todo = "give --region, or set AWS_REGION or the profile's region"
        raise Failure("no AWS region is set, so the function is nowhere", todo, ExitCode.USAGE)
    session.set_config_variable("region", place)
    return UnitClients(session)
