"""However a hook dies, CodeDeploy gets Failed within the stated bound, by CodeDeploy's own clock.

The bounds are those of docs/guide/rollouts.md, with the limits of the stack that is deployed here.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from local.codedeploy_control import CodeDeployControl
from local.emulator import Emulator
from local.organization import MemberAccount, Organization, create_organization
from local.rollout_hooks import HOOKS_STACK, deploy_rollout_hooks
from steward.domain.rollouts.results import Cause
from tests.e2e.dying_hooks import (
    AT_ONCE,
    BEFORE_THE_REPORT,
    GOOD,
    HANG,
    IN_THE_CHECKS,
    KILL,
    Death,
    Ended,
    Graveyard,
)

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

pytestmark = pytest.mark.e2e

ACCOUNT = "shop-prod"
BUDGET, TIMEOUT, EVENT_AGE, GRACE, LOOK = 10, 25, 60, 25, 1
# An hour is a real hour on AWS; here CodeDeploy gives up after so many seconds.
AN_HOUR = 600
AGE_SECOND = 0.1
GUARD = "steward-rollout-guard"
# What starting processes on a busy machine takes, and the emulator's own delays.
SLACK = 120


def _none_of(*checks: str) -> dict[str, dict[str, bool]]:
    return {name: {"enabled": False} for name in checks}


LIMITS = {
    "HookTimeoutSeconds": str(TIMEOUT),
    "HookEventAgeSeconds": str(EVENT_AGE),
    "HookGraceSeconds": str(GRACE),
    "LookSeconds": str(LOOK),
    # How long a hook that dies was given; what it would have checked is of no matter.
    "DefaultProfile": json.dumps(
        {
            "pre": {"budget_seconds": BUDGET, "checks": _none_of("config", "alarms", "dry-run")},
            "post": {
                "budget_seconds": BUDGET,
                "settle_seconds": 0,
                "checks": _none_of("errors", "latency", "alarms"),
            },
        }
    ),
}
BY_ITSELF, BY_FAILSAFE = BUDGET + SLACK, TIMEOUT + SLACK
BY_GUARD = BUDGET + GRACE + 2 * LOOK + SLACK
NEVER_BEGUN = EVENT_AGE + 60 + GRACE + 2 * LOOK + SLACK


def _expect_calls_soon(client: "LambdaClient") -> None:
    """Events age faster here, so the guard need not wait for theirs as long as the stack says."""
    known = client.get_function_configuration(FunctionName=GUARD)["Environment"]["Variables"]
    age = {"HOOK_EVENT_AGE_SECONDS": str(round(EVENT_AGE * AGE_SECOND))}
    client.update_function_configuration(FunctionName=GUARD, Environment={"Variables": known | age})


def _throttle(client: "LambdaClient", name: str) -> None:
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)


def _forget_the_failsafe(client: "LambdaClient", name: str) -> None:
    client.put_function_event_invoke_config(
        FunctionName=name, Qualifier="$LATEST", MaximumRetryAttempts=0
    )


DEATHS = [
    Death("raises", AT_ONCE.format(how="raise RuntimeError('chaos')"), Cause.FAILSAFE, BY_FAILSAFE),
    Death("exits", AT_ONCE.format(how="raise SystemExit(1)"), Cause.FAILSAFE, BY_FAILSAFE),
    Death("cannot-be-imported", "import a_module_that_is_missing\n", Cause.FAILSAFE, BY_FAILSAFE),
    Death("has-no-handler", "x = 1\n", Cause.FAILSAFE, BY_FAILSAFE),
    Death(
        "runs-out-of-time",
        AT_ONCE.format(how="__import__('time').sleep(600)"),
        Cause.FAILSAFE,
        BY_FAILSAFE,
    ),
    # As the kernel ends a process that has no memory left; the emulator limits none.
    Death("is-killed-for-its-memory", AT_ONCE.format(how=KILL), Cause.FAILSAFE, BY_FAILSAFE),
    Death("is-killed-before-it-reports", GOOD + BEFORE_THE_REPORT, Cause.FAILSAFE, BY_FAILSAFE),
    Death(
        "raises-in-the-checks",
        GOOD + IN_THE_CHECKS.format(how="raise KeyError"),
        Cause.HOOK,
        BY_ITSELF,
    ),
    Death(
        "exits-in-the-checks",
        GOOD + IN_THE_CHECKS.format(how="raise SystemExit"),
        Cause.HOOK,
        BY_ITSELF,
    ),
    Death(
        "hangs-in-the-checks", GOOD + IN_THE_CHECKS.format(how=HANG), Cause.FAILSAFE, BY_FAILSAFE
    ),
    Death("may-not-report", GOOD, Cause.FAILSAFE, BY_FAILSAFE, role="MuteRole"),
    Death("may-do-nothing", GOOD, Cause.FAILSAFE, BY_FAILSAFE, role="PowerlessRole"),
    Death("is-throttled", GOOD, Cause.FAILSAFE, EVENT_AGE + SLACK, _throttle),
    Death("dies-unheard", GOOD + BEFORE_THE_REPORT, Cause.WATCHDOG, BY_GUARD, _forget_the_failsafe),
    Death(
        "never-begins", AT_ONCE.format(how=KILL), Cause.WATCHDOG, NEVER_BEGUN, _forget_the_failsafe
    ),
]
AFTER_TRAFFIC = {"raises", "is-killed-before-it-reports", "dies-unheard"}
CASES = [(each, "pre") for each in DEATHS]
CASES += [(each, "post") for each in DEATHS if each.name in AFTER_TRAFFIC]


def _ids(case: tuple[Death, str]) -> str:
    return f"{case[1]}-{case[0].name}"


@pytest.fixture(scope="module")
def organization() -> Iterator[Organization]:
    with Emulator(enforce_iam=True) as emulator:
        yield create_organization(emulator.endpoint, (MemberAccount(ACCOUNT, "Production"),))


@pytest.fixture(scope="module")
def ended(organization: Organization) -> dict[tuple[str, str], Ended]:
    """All of them die at the same time."""
    deploy_rollout_hooks(organization, ACCOUNT, LIMITS)
    control = CodeDeployControl(organization.endpoint)
    control.set_pace(0.02, hook_limit=AN_HOUR, stretched=False)
    control.age_events(AGE_SECOND)
    session = organization.session(ACCOUNT)
    _expect_calls_soon(session.client("lambda"))
    graveyard = Graveyard(control, session, organization.accounts[ACCOUNT])
    found = graveyard.let_die(CASES, _roles(organization))
    return {(d.name, p): how for (d, p), how in zip(CASES, found, strict=True)}


def _roles(organization: Organization) -> dict[str, str]:
    """The hooks' own role, the same without the right to report, and one without any right."""
    session = organization.session(ACCOUNT)
    described = session.client("cloudformation").describe_stack_resource(
        StackName=HOOKS_STACK, LogicalResourceId="HookRole"
    )
    name = described["StackResourceDetail"]["PhysicalResourceId"]
    client = session.client("iam")
    own = client.get_role(RoleName=name)["Role"]
    trust = json.dumps(own["AssumeRolePolicyDocument"])
    (policy,) = client.list_role_policies(RoleName=name)["PolicyNames"]
    document = client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    statements = json.loads(json.dumps(document))["Statement"]
    kept = [each for each in statements if each["Sid"] != "ReportVerdicts"]
    arns = {"HookRole": own["Arn"]}
    for role, allowed in (("MuteRole", kept), ("PowerlessRole", [])):
        made = client.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        arns[role] = made["Role"]["Arn"]
        if allowed:
            client.put_role_policy(
                RoleName=role,
                PolicyName="hook",
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": allowed}),
            )
    return arns


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_codedeploy_gets_failed_within_the_bound(
    ended: dict[tuple[str, str], Ended], case: tuple[Death, str]
) -> None:
    death, phase = case
    how = ended[death.name, phase]
    assert how.status in {"Failed", "Stopped"}, how
    assert how.error in {"HOOK_EXECUTION_FAILURE", "MANUAL_STOP"}, how
    assert how.answered_by == death.answered_by, how
    assert how.waited.total_seconds() <= death.bound, how


def test_every_bound_is_far_from_codedeploys_own() -> None:
    assert max(death.bound for death in DEATHS) < AN_HOUR
