"""An organization in which Steward is installed by its guide, and an account that has it alone."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from local import build, stack_operations
from local.emulator import Emulator
from local.emulator_environment import HOME_REGION
from local.hub import Hub, open_hub
from local.installation import (
    ORGANIZATION_STACK,
    await_stack_sets,
    install_management,
    install_members,
)
from local.member_roles import deploy_member_roles
from local.organization import (
    HUB,
    MANAGEMENT,
    MemberAccount,
    Organization,
    create_organization,
)
from local.scenario_model import Expectation, SeededStack
from local.seeds import seed
from steward.domain.leases import Lease
from steward.domain.stacks import Unit
from tests.unit.cli.running import Answer, steward

STAYS, LEAVES, CLOSES, BY_HAND, SHOP, ALONE = (
    "stays",
    "leaves",
    "closes",
    "by-hand",
    "shop",
    "alone",
)
BY_HAND_MEMBER = MemberAccount(BY_HAND, "Elsewhere")
MEMBERS = (
    MemberAccount(STAYS, "Teams"),
    MemberAccount(LEAVES, "Teams"),
    MemberAccount(CLOSES, "Teams"),
    MemberAccount(SHOP, "Teams/Shop"),
    replace(BY_HAND_MEMBER, enrolled=False),
    MemberAccount(ALONE, "Alone", enrolled=False),
)
EXTERNAL_ID = "of-this-hub"
# What an emulator wants beside what the guide says: no schedule of its own, and any clock.
FOR_EMULATOR = {"LeaseSchedule": "rate(1 day)", "MaxClockSkewMinutes": "100000"}
APART = timedelta(days=6)
POLICY: dict[str, Any] = {
    "version": 1,
    "scope": {"name_patterns": ["feat-*"], "regions": [HOME_REGION]},
    "lease": {"ttl": "14d", "max_lifetime": "60d"},
    "windows": {
        "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "hours": "00:00-24:00",
    },
    "owners": {"fallback": "platform@example.com"},
}


@dataclass
class Installed:
    """`today`: when the second sweep was; the first was `APART` before. `leased`: the leases as the
    first sweep left them, by account. `planned`: what the planner answered the second time."""

    emulator: Emulator
    organization: Organization
    hub: Hub
    stack_ids: Mapping[str, str]
    today: datetime
    leased: Mapping[str, Lease | None]
    planned: Mapping[str, Any]

    def account(self, name: str) -> str:
        return self.organization.accounts[name]

    def lease(self, account: str) -> Lease | None:
        return lease_of(self.hub, self.stack_ids[account])

    def run(self, *arguments: str) -> Answer:
        return run_as(self.account(HUB), self.emulator.endpoint, *arguments)

    def checks(self, *names: str) -> dict[str, Any]:
        """The doctor's, of every account, by name; all without `names`."""
        return checks_as(self.account(HUB), self.emulator.endpoint, *names)

    def update(self, stack: str, account: str = HUB, **parameters: str) -> None:
        """Deploy a stack of an account with other parameters."""
        client = self.organization.session(account).client("cloudformation")
        stack_id = client.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
        stack_operations.update(client, stack_id, parameters=parameters)


def checks_as(account_id: str, endpoint: str, *names: str) -> dict[str, Any]:
    only = [word for name in names for word in ("--only", name)]
    report = json.loads(run_as(account_id, endpoint, "doctor", "--all", "--json", *only).out)
    return {each["name"]: each for each in report["checks"]}


def run_as(account_id: str, endpoint: str, *arguments: str) -> Answer:
    """`steward ARGUMENTS` with the credentials of the account's root."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ACCESS_KEY_ID", account_id)
        patched.setenv("AWS_SECRET_ACCESS_KEY", "embedded")
        patched.delenv("AWS_SESSION_TOKEN", raising=False)
        return steward(*arguments, "--endpoint", endpoint)


def lease_of(hub: Hub, stack_id: str) -> Lease | None:
    """Live or ended."""
    _, _, _, region, account, _ = stack_id.split(":", 5)
    unit = Unit(account, region)
    return hub.ledger.lease(unit, stack_id) or hub.ledger.ended_lease(unit, stack_id)


def sweep(emulator: Emulator, hub: Hub, at: datetime) -> dict[str, Any]:
    """What the planner answered, once every unit has been swept."""
    emulator.control.travel_to(at)
    answer = hub.plan_sweep(at)
    hub.await_queues()
    return answer


def feature(account: str) -> SeededStack:
    age = timedelta(days=10)
    return SeededStack(account, account, f"feat-{account}", age, Expectation.KEPT, "a test")


@contextmanager
def installed() -> Iterator[Installed]:
    """Swept once. Then one account left the organization, one was closed, and the stack sets were
    updated; then swept again."""
    build.build()
    today = datetime.now(UTC).replace(microsecond=0)
    with Emulator(enforce_iam=True) as emulator:
        organization = create_organization(emulator.endpoint, MEMBERS, hub_unit="Tooling")
        install_management(organization)
        with ThreadPoolExecutor() as threads:
            alone = threads.submit(install_alone, emulator, organization)
            hub = _installed_hub(emulator, organization)
            _install_members(organization)
            alone.result()
        hub.deploy_policy(_policy(organization))
        seeded = map(feature, (STAYS, LEAVES, CLOSES, BY_HAND, ALONE))
        stack_ids = seed(organization, emulator.control, list(seeded), today - APART)
        sweep(emulator, hub, today - APART)
        leased = {account: lease_of(hub, stack_id) for account, stack_id in stack_ids.items()}
        world = Installed(emulator, organization, hub, stack_ids, today, leased, {})
        _let_two_go(world)
        yield replace(world, planned=sweep(emulator, hub, today))


def _installed_hub(emulator: Emulator, organization: Organization) -> Hub:
    organization.session().client("sesv2").create_email_identity(EmailIdentity="example.com")
    own = {
        "OrganizationId": organization.organization_id,
        "ExternalId": EXTERNAL_ID,
        "MailFrom": "steward@example.com",
        "MailIdentity": "*",
    }
    build.deploy(emulator.endpoint, own | FOR_EMULATOR)
    hub = open_hub(organization)
    hub.stop_schedules()
    return hub


def _install_members(organization: Organization) -> None:
    parameters = {
        "ExternalId": EXTERNAL_ID,
        "HookOrganizationalUnitIds": organization.organizational_units["Teams/Shop"],
        "DefaultProfile": "post: {settle_seconds: 1}",
    }
    teams = [each for each in MEMBERS if each.organizational_unit == "Teams"]
    install_members(organization, teams, [HOME_REGION], parameters, "Tooling")
    deploy_member_roles(organization, [BY_HAND_MEMBER], {"ExternalId": "of-another-hub"})


def install_alone(emulator: Emulator, organization: Organization) -> None:
    """The guide's "A single account", in an account of its own."""
    guide = {"Stage": "prod", "OrganizationMode": "single-account"}
    account = organization.accounts[ALONE]
    build.deploy(emulator.endpoint, guide | FOR_EMULATOR, hub_account=account)


def alone(organization: Organization) -> Organization:
    """The account that has Steward to itself, as the one hub."""
    accounts = {**organization.accounts, HUB: organization.accounts[ALONE]}
    return replace(organization, accounts=MappingProxyType(accounts), _sessions={})


def _policy(organization: Organization) -> str:
    scope = POLICY["scope"] | {"exclude": {"accounts": [organization.accounts[ALONE]]}}
    return json.dumps(POLICY | {"mode": "reap", "scope": scope})


def _let_two_go(world: Installed) -> None:
    """A stack set learns of a closed account with its next operation."""
    world.organization.session(LEAVES).client("organizations").leave_organization()
    management = world.organization.session(MANAGEMENT).client("organizations")
    management.close_account(AccountId=world.account(CLOSES))
    await_stack_sets(world.emulator.control)
    world.update(ORGANIZATION_STACK, MaxConcurrentPercentage="50")
