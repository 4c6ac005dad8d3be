"""Bad input to an organization that runs Steward: accounts that left, were closed or trust another
hub, hooks that are in use; and Steward in an account alone. One installation serves all."""

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError

from local import rollout_workload
from local.emulator_environment import HOME_REGION
from local.hub import open_hub
from local.installation import EVENTS, HOOKS, ORGANIZATION_STACK, ROLES, stack_instances
from local.member_roles import MEMBER_STACK
from local.organization import HUB, MANAGEMENT
from steward.domain.leases import LeaseState
from steward_cli.connection import connect
from steward_cli.org.stack_set_account import stack_set_account
from tests.integration.org.alone import MAY_WARN, OF_ORGANIZATIONS, Alone
from tests.integration.org.hooked_workload import POST, PRE, deploy_with_hooks, without_hooks
from tests.integration.org.installed import (
    ALONE,
    BY_HAND,
    CLOSES,
    EXTERNAL_ID,
    LEAVES,
    POLICY,
    SHOP,
    STAYS,
    Installed,
    alone,
    checks_as,
    installed,
    lease_of,
    sweep,
)
from tests.unit.cli.running import Answer

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackSetTypeDef

pytestmark = pytest.mark.e2e
NO_MEMBER = "has leases but is no active account of the organization"


@pytest.fixture(scope="module")
def world() -> Iterator[Installed]:
    with installed() as made:
        yield made


def test_a_stack_in_an_account_that_stays_is_judged_on(world: Installed) -> None:
    before, now = world.leased[STAYS], world.lease(STAYS)
    assert before is not None
    assert now is not None
    assert (before.state, now.state) == (LeaseState.ACTIVE, LeaseState.MARKED)


@pytest.mark.parametrize("account", [LEAVES, CLOSES])
def test_a_lease_stays_as_it_is_where_the_account_is_no_member(
    world: Installed, account: str
) -> None:
    assert world.leased[account] is not None
    assert world.lease(account) == world.leased[account]


def test_nothing_is_written_to_a_stack_of_an_account_that_left(world: Installed) -> None:
    client = world.organization.session(LEAVES).client("cloudformation")
    (stack,) = client.describe_stacks(StackName=world.stack_ids[LEAVES])["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert [tag for tag in stack["Tags"] if tag["Key"].startswith("steward:")] == []


def test_coverage_says_which_accounts_are_no_members_any_more(world: Installed) -> None:
    gone = sorted([world.account(LEAVES), world.account(CLOSES)])
    assert {world.planned["passed_over"][each] for each in gone} == {NO_MEMBER}
    answer = world.run("coverage")
    assert f"passed over: {', '.join(gone)}: {NO_MEMBER}\n" in answer.out
    assert all(each not in answer.err for each in gone)


def test_the_doctor_does_not_go_on_about_an_account_that_left(world: Installed) -> None:
    found = world.checks()
    assert [name for name, each in found.items() if "the check broke" in each["why"]] == []
    assert [name for name, each in found.items() if world.account(LEAVES) in each["why"]] == []
    assert found["modes"]["why"] == "reap in 5 accounts"


def test_the_doctor_warns_of_a_closed_account_and_says_that_stack_sets_skip_it(
    world: Installed,
) -> None:
    closed = world.account(CLOSES)
    found = world.checks("member-roles", "stack-set-roles", "stack-set-events")
    assert f"account {closed} is suspended" in found["member-roles"]["why"]
    for name in ("stack-set-roles", "stack-set-events"):
        assert f"cannot reach suspended {closed}" in found[name]["why"]
        (seen,) = [each for each in found[name]["evidence"] if closed in each["field"]]
        assert "SKIPPED_SUSPENDED_ACCOUNT" in seen["value"]


@pytest.mark.parametrize("stack_set", [ROLES, EVENTS])
def test_a_closed_account_holds_nobody_else_up(world: Installed, stack_set: str) -> None:
    rows = stack_instances(world.organization, stack_set)
    statuses = {world.organization.name_of(row["Account"]): row["Status"] for row in rows}
    others = dict.fromkeys((HUB, STAYS, SHOP), "CURRENT")
    assert statuses == {CLOSES: "OUTDATED"} | others


def test_instances_are_listed_by_their_detailed_status(world: Installed) -> None:
    client = world.organization.session().client("cloudformation")
    rows = client.list_stack_instances(
        StackSetName=ROLES,
        CallAs="DELEGATED_ADMIN",
        Filters=[{"Name": "DETAILED_STATUS", "Values": "SKIPPED_SUSPENDED_ACCOUNT"}],
    )["Summaries"]
    assert [row["Account"] for row in rows] == [world.account(CLOSES)]


def test_a_role_with_another_external_id_makes_its_account_unreachable(world: Installed) -> None:
    answer = world.run("coverage", "--json")
    assert answer.code == 1
    told = json.loads(answer.out)
    (unit,) = told["unreachable_now"]
    assert unit["account_id"] == world.account(BY_HAND)
    assert "role steward-read of account" in unit["reason"]
    assert "deploy org/members/roles.yaml there, with the hub's ExternalId" in unit["reason"]
    assert told["sweeps"][0]["unreachable"] == 1


def test_the_doctors_remedy_for_a_role_with_another_external_id_is_one(world: Installed) -> None:
    account = world.account(BY_HAND)
    sick = world.checks("member-roles")["member-roles"]
    assert f"steward-read in {account} is missing or refuses the hub" in sick["why"]
    assert "deploy org/members/roles.yaml there by hand, with the hub's ExternalId" in sick["mend"]
    world.update(MEMBER_STACK, BY_HAND, ExternalId=EXTERNAL_ID)
    try:
        assert account not in world.checks("member-roles")["member-roles"]["why"]
    finally:
        world.update(MEMBER_STACK, BY_HAND, ExternalId="of-another-hub")


def test_another_external_id_in_the_stack_set_is_named_with_both_values(world: Installed) -> None:
    world.update(ORGANIZATION_STACK, ExternalId="of-nobody")
    try:
        found = world.checks("member-roles")["member-roles"]
    finally:
        world.update(ORGANIZATION_STACK, ExternalId=EXTERNAL_ID)
    assert f"steward-read in {world.account(STAYS)} trusts another hub" in found["why"]
    assert "its ExternalId is 'of-nobody', the hub's 'of-this-hub'" in found["why"]
    assert "give org/template.yaml the hub's own values" in found["mend"]


def test_publishing_again_knows_what_orders_auto_deployment(world: Installed) -> None:
    """The account in the ARN is told by no template; AWS takes what the set itself says."""
    environment = {"AWS_ACCESS_KEY_ID": world.account(HUB), "AWS_SECRET_ACCESS_KEY": "embedded"}
    with patch.dict(os.environ, environment):
        os.environ.pop("AWS_SESSION_TOKEN", None)
        found = stack_set_account(connect(None, world.emulator.endpoint, HOME_REGION))
    world.update(ORGANIZATION_STACK, StackSetAccountId=found)
    assert described(world, EVENTS)["AutoDeployment"]["DependsOn"] == [
        described(world, ROLES)["StackSetARN"]
    ]


def described(world: Installed, stack_set: str) -> "StackSetTypeDef":
    client = world.organization.session().client("cloudformation")
    return client.describe_stack_set(StackSetName=stack_set, CallAs="DELEGATED_ADMIN")["StackSet"]


@pytest.mark.parametrize(
    ("account", "code"),
    [
        pytest.param(HUB, "ConstraintViolationException", id="delegated-administrator"),
        pytest.param(MANAGEMENT, "MasterCannotLeaveOrganizationException", id="management"),
        pytest.param(LEAVES, "AWSOrganizationsNotInUseException", id="left-already"),
    ],
)
def test_who_cannot_leave_is_told_why(world: Installed, account: str, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        world.organization.session(account).client("organizations").leave_organization()


def adopters(world: Installed) -> Answer:
    return world.run("org", "adopters", "--regions", "eu-west-1")


def stack_sets(world: Installed) -> set[str]:
    client = world.organization.session().client("cloudformation")
    rows = client.list_stack_sets(CallAs="DELEGATED_ADMIN", Status="ACTIVE")["Summaries"]
    return {row["StackSetName"] for row in rows}


def test_the_guides_step_refuses_until_no_workload_names_a_hook(world: Installed) -> None:
    """`steward org adopters` goes before the deployment that takes the hooks away. Two accounts
    cannot be read and have no hooks, which holds nobody up."""
    nobody = adopters(world)
    assert nobody.code == 0
    assert "2 account regions could not be read; no stack set has brought hooks there" in nobody.err
    rollout_workload.create(world.organization, SHOP)
    new = adopters(world)
    assert new.code == 1
    assert "nothing was deployed with it yet; look into its template" in new.out
    deploy_with_hooks(world)
    using = adopters(world)
    assert using.code == 1
    assert f"{POST}, {PRE}" in using.out
    assert world.account(SHOP) in using.out
    assert rollout_workload.deploy(world.organization, SHOP, without_hooks()) == "UPDATE_COMPLETE"
    assert adopters(world).code == 0
    world.update(ORGANIZATION_STACK, HookOrganizationalUnitIds="")
    assert HOOKS not in stack_sets(world)


@pytest.fixture(scope="module")
def single(world: Installed) -> Alone:
    hub = open_hub(alone(world.organization))
    endpoint = world.emulator.endpoint
    fresh = checks_as(world.account(ALONE), endpoint)
    hub.deploy_policy(json.dumps(POLICY | {"mode": "notify"}))
    return Alone(world, hub, fresh, sweep(world.emulator, hub, world.today))


def test_without_a_policy_the_doctor_says_so_once(single: Alone) -> None:
    failed = {name for name, each in single.fresh.items() if each["status"] == "fail"}
    assert failed == {"policy", "last-sweep"}
    assert single.fresh["modes"]["why"] == "there is no policy to look by: see policy"
    assert single.fresh["mail-identity"]["status"] == "warn"


def test_a_sweep_covers_the_account_and_asks_no_organization(single: Alone) -> None:
    assert (single.planned["units"], single.planned["passed_over"]) == (1, {})
    lease = lease_of(single.hub, single.world.stack_ids[ALONE])
    assert lease is not None
    assert lease.stack_id == single.world.stack_ids[ALONE]


def test_coverage_says_that_its_own_account_is_all(single: Alone) -> None:
    answer = single.run("coverage", "--units")
    assert (answer.code, answer.err) == (0, "")
    assert f"swept: {single.account_id} (eu-west-1)\n" in answer.out
    assert "1 of 1 units swept" in answer.out
    assert "passed over" not in answer.out


def test_the_doctor_skips_the_organization_and_raises_no_false_alarm(single: Alone) -> None:
    assert single.run("doctor").code == 0
    found = checks_as(single.account_id, single.world.emulator.endpoint)
    skipped = {name for name, each in found.items() if each["why"] == "single-account mode"}
    assert skipped == OF_ORGANIZATIONS
    assert {name for name, each in found.items() if each["status"] == "fail"} == set()
    assert {name for name, each in found.items() if each["status"] == "warn"} <= MAY_WARN
