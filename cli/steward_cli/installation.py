"""The installed Steward that a command asks: its hub, and the role its operators act as."""

from dataclasses import dataclass
from datetime import timedelta

from steward.aws.sessions import Sessions
from steward_cli.connection import Connection, connect
from steward_cli.dry_ledger import DryLedger
from steward_cli.failures import Failure
from steward_cli.hub import DEFAULT_STACK, Hub, NoHub, find_hub
from steward_cli.options import Options


@dataclass(frozen=True, slots=True)
class Installation:
    """`connection` has the operator role's credentials; the caller's where it may not be used."""

    connection: Connection
    sessions: Sessions
    hub: Hub

    @property
    def ledger(self) -> DryLedger:
        return DryLedger.of(self.sessions, self.hub.ledger_table)


def installation(options: Options, lasting: timedelta | None = None) -> Installation:
    """Find the hub and act as its operator, for a session of `lasting` where that is allowed."""
    connection = connect(options.profile, options.endpoint, options.hub_region)
    hub = hub_of(connection, options.hub_stack)
    acting = operator_of(connection, hub, lasting)
    sessions = acting.sessions(hub.external_id, single_account=hub.single_account)
    return Installation(acting, sessions, hub)


def hub_of(connection: Connection, stack_name: str | None) -> Hub:
    """The hub that has to be there; raise Failure when it is not."""
    try:
        return find_hub(connection.sessions(""), connection.home, stack_name or DEFAULT_STACK)
    except NoHub as error:
        todo = "check --hub-stack and --hub-region, and use credentials of the hub account"
        raise Failure(str(error), todo) from None


def operator_of(connection: Connection, hub: Hub, lasting: timedelta | None = None) -> Connection:
    """The connection as the hub's operator, which members trust."""
    if not hub.operator_role_arn:
        return connection
    return connection.as_operator(hub.operator_role_arn, lasting)
