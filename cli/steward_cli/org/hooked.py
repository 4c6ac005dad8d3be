"""Where a stack set has brought the rollout hooks: the units that lose them when it is deleted."""

from typing import Any

from botocore.exceptions import ClientError

from steward.aws.errors import DENIED, code_of
from steward.domain.stacks import Unit
from steward_cli.installation import Installation
from steward_cli.stack_sets import HOOKS, call_as

# "Account used is not a delegated administrator", where the hub has no part in stack sets.
_NONE = DENIED | {"StackSetNotFoundException", "ValidationError"}


def hooked_units(installed: Installation) -> frozenset[Unit] | None:
    """None where there is no such stack set, or it cannot be asked: hooks may then be anywhere."""
    client: Any = installed.connection.session.create_client("cloudformation")
    pages = client.get_paginator("list_stack_instances").paginate(
        StackSetName=HOOKS, CallAs=_call_as(installed)
    )
    try:
        return frozenset(
            Unit(row["Account"], row["Region"]) for page in pages for row in page["Summaries"]
        )
    except ClientError as error:
        if code_of(error) not in _NONE:
            raise
        return None


def _call_as(installed: Installation) -> str:
    organization = installed.sessions.organizations().describe_organization()["Organization"]
    return call_as(organization["MasterAccountId"], installed.connection.home.account_id)
