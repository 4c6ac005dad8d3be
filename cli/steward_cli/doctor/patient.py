"""What the checks look at: one installation, and what several of them need of it, read once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config

from steward.aws.organizations import single_account
from steward.aws.policies import PolicyFeed
from steward.domain.scope import why_account_is_out
from steward.domain.stacks import Account, Unit
from steward.ledger.attributes import ItemReader
from steward.ledger.keys import ACCOUNTS
from steward.workflows.policies import PolicyInForce, policy_in_force
from steward_cli.doctor.hub_stack import DeployedStack, deployed_stack
from steward_cli.doctor.membership import members
from steward_cli.installation import Installation

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_organizations import OrganizationsClient

    from steward.ledger.attributes import Item

# A check that waits is worth less than one that says so.
_PATIENCE = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    user_agent_extra="steward",
)


@dataclass(frozen=True, slots=True)
class _Slot:
    """Readers of one fact wait for each other, those of another do not."""

    lock: RLock = field(default_factory=RLock)
    value: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Patient:
    """Facts are read when first asked for. A fact that cannot be read is asked for again by the
    next check, which then says so for itself.

    `everyone`: look at every account, not at a sample.
    """

    installation: Installation
    stack_name: str
    now: datetime
    everyone: bool = False
    _lock: RLock = field(default_factory=RLock)
    _slots: dict[str, _Slot] = field(default_factory=dict)

    @property
    def home(self) -> Unit:
        return self.installation.connection.home

    @property
    def is_single_account(self) -> bool:
        return self.installation.hub.single_account

    @property
    def stack(self) -> DeployedStack:
        return self._once("stack", lambda: deployed_stack(self.cloudformation, self.stack_name))

    @property
    def policy(self) -> PolicyInForce:
        """Raises NoPolicy and, as every fact does, what AWS answers when it refuses."""
        return self._once("policy", self._policy)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Members that are on record, and in the policy's scope."""
        return self._once("accounts", self._accounts)

    @property
    def management_account(self) -> str:
        return self._once("management account", self._management_account)

    @property
    def cloudformation(self) -> "CloudFormationClient":
        return cast("CloudFormationClient", self.client("cloudformation"))

    @property
    def organizations(self) -> "OrganizationsClient":
        return cast("OrganizationsClient", self.client("organizations"))

    def client(self, service: str, region: str = "") -> Any:
        """A client of the hub account; botocore makes its class at run time, so it has no type."""
        return self._once(f"client {service} {region}", lambda: self._make(service, region))

    def _make(self, service: str, region: str) -> Any:
        session = self.installation.connection.session
        with self._lock:
            return session.create_client(service, region_name=region or None, config=_PATIENCE)

    def _policy(self) -> PolicyInForce:
        hub, sessions = self.installation.hub, self.installation.sessions
        feed = PolicyFeed(sessions, *hub.appconfig)
        return policy_in_force(feed.latest, self.installation.ledger, self.now)

    def _accounts(self) -> tuple[Account, ...]:
        if self.is_single_account:
            return (single_account(self.home.account_id),)
        on_record = map(_account, self.installation.ledger.query(ACCOUNTS))
        scope = self.policy.policy.scope
        in_scope = (
            each
            for each in on_record
            if not each.is_management and not why_account_is_out(each, scope)
        )
        ledger, policy = self.installation.ledger, self.policy.fingerprint
        return members(self.organizations, ledger, in_scope, policy)

    def _management_account(self) -> str:
        return self.organizations.describe_organization()["Organization"]["MasterAccountId"]

    def _once[Fact](self, name: str, read: Callable[[], Fact]) -> Fact:
        with self._lock:
            slot = self._slots.setdefault(name, _Slot())
        with slot.lock:
            if not slot.value:
                slot.value.append(read())
            fact: Fact = slot.value[0]
            return fact


def _account(item: "Item") -> Account:
    read = ItemReader(item)
    return Account(
        account_id=read.text("account_id"),
        name=read.text("name"),
        ou_path=read.texts("ou_path"),
        tags=read.text_map("tags"),
        is_management=read.truth("is_management"),
    )
