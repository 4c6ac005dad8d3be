"""What a sweep would start from: the policy in force, the ledger, the accounts and the moment."""

from dataclasses import dataclass
from datetime import UTC, datetime

from steward.aws.organizations import accounts, single_account
from steward.aws.policies import PolicyFeed
from steward.aws.sessions import Sessions
from steward.domain.instants import UnreadableInstant, parse_instant
from steward.domain.stacks import Account
from steward.workflows.policies import NoPolicy, PolicyInForce, policy_in_force
from steward_cli.checked_policy import checked_policy
from steward_cli.connection import Connection, connect
from steward_cli.documents import read_document
from steward_cli.dry_ledger import DryLedger, NoLedger
from steward_cli.failures import ExitCode, Failure
from steward_cli.hub import DEFAULT_READ_ROLE, DEFAULT_STACK, Hub, NoHub, find_hub
from steward_cli.installation import hub_of, operator_of
from steward_cli.options import SELF, Options


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything but the stacks. `without_ledger` says why no ledger is used; empty when one is.

    `policy_source` says where the policy was read. `only_self`: Organizations is not asked.
    """

    connection: Connection
    sessions: Sessions
    own_account: str
    read_role: str
    ledger: DryLedger
    without_ledger: str
    hub: Hub | None
    in_force: PolicyInForce
    policy_source: str
    only_self: bool
    now: datetime


def take_in(options: Options, wall: datetime) -> Situation:
    """Find out where we stand; raise Failure when there is no policy or a wrong option."""
    connection = connect(options.profile, options.endpoint, options.hub_region)
    hub, without_ledger = _hub(connection, options)
    external_id = options.external_id or (hub.external_id if hub else "")
    reader = _reader(connection, hub, options)
    sessions = reader.sessions(
        external_id, single_account=options.only_self or (hub is not None and hub.single_account)
    )
    ledger = DryLedger.of(sessions, hub.ledger_table) if hub else NoLedger.of(sessions, "")
    in_force, source = _policy(options, hub, without_ledger, sessions, ledger, wall)
    return Situation(
        connection=reader,
        sessions=sessions,
        own_account=connection.home.account_id,
        read_role=options.read_role or (hub.read_role if hub else DEFAULT_READ_ROLE),
        ledger=ledger,
        without_ledger=without_ledger,
        hub=hub,
        in_force=in_force,
        policy_source=source,
        only_self=options.only_self or (hub is not None and hub.single_account),
        now=_moment(options.at, in_force, wall),
    )


def members(situation: Situation, wanted: tuple[str, ...]) -> list[Account]:
    """The accounts to look at: the caller's own, or those of the organization that are `wanted`."""
    own = situation.own_account
    known = _known(situation)
    chosen = {own if each == SELF else each for each in wanted}
    unknown = chosen - {account.account_id for account in known}
    if unknown:
        whose = "the caller's own account" if situation.only_self else "the organization"
        raise Failure(
            f"no active account {', '.join(sorted(unknown))} in {whose}",
            "give --account the twelve digits of an active account, or leave it out",
            ExitCode.USAGE,
        )
    return [account for account in known if not chosen or account.account_id in chosen]


def _known(situation: Situation) -> list[Account]:
    if situation.only_self:
        return [single_account(situation.own_account)]
    return accounts(situation.sessions.organizations())


def _hub(connection: Connection, options: Options) -> tuple[Hub | None, str]:
    if options.hub_stack or options.needs_hub:
        return hub_of(connection, options.hub_stack), ""
    try:
        return find_hub(connection.sessions(""), connection.home, DEFAULT_STACK), ""
    except NoHub as error:
        return None, str(error)


def _reader(connection: Connection, hub: Hub | None, options: Options) -> Connection:
    """Who reads: the hub's operator role, unless another way was named."""
    if hub is None or options.read_role or options.only_self:
        return connection
    return operator_of(connection, hub)


def _policy(
    options: Options,
    hub: Hub | None,
    without_ledger: str,
    sessions: Sessions,
    ledger: DryLedger,
    wall: datetime,
) -> tuple[PolicyInForce, str]:
    if options.policy_file is not None:
        document = read_document(options.policy_file)
        policy = checked_policy(document, wall)
        return PolicyInForce(policy, policy.fingerprint), document.name
    if hub is None:
        todo = "give --policy FILE, or use credentials and --hub-region of the hub account"
        raise Failure(f"there is no policy to plan with: {without_ledger}", todo, ExitCode.USAGE)
    feed = PolicyFeed(sessions, *hub.appconfig)
    try:
        return policy_in_force(feed.latest, ledger, wall), "AppConfig"
    except NoPolicy as error:
        raise Failure(str(error), "deploy a policy, or try one with --policy FILE") from None


def _moment(at: str | None, in_force: PolicyInForce, wall: datetime) -> datetime:
    if at is None:
        return wall.astimezone(UTC)
    try:
        return parse_instant(at, in_force.policy.windows.zone)
    except UnreadableInstant as error:
        raise Failure(f"--at: {error}", "write it like that", ExitCode.USAGE) from None
