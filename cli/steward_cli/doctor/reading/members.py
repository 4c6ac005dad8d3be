"""Member accounts, tried as the next sweep would try them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from botocore.exceptions import ClientError

from steward.aws.reading import reading
from steward.aws.sessions import AccountUnreachable, UnitUnreachable
from steward.domain.modes import MODE_TAG, Mode, account_mode
from steward.domain.stacks import Account, Unit
from steward_cli.doctor.findings import Finding, ok
from steward_cli.doctor.judging.members import (
    Agreement,
    Probe,
    ReapProbe,
    State,
    judge_members,
    judge_reap_roles,
)
from steward_cli.doctor.patient import Patient
from steward_cli.doctor.reading.stack_sets import described, instance_status
from steward_cli.stack_sets import ROLES

_SAMPLE = 5
_AT_ONCE = 8
# What the hub's parameters and those of the stack set must say alike.
_AGREED = {"ExternalId": "ExternalId", "RoleNamePrefix": "HubRoleNamePrefix"}


def look_at_members(patient: Patient) -> Finding:
    accounts = patient.accounts
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        probes = list(threads.map(partial(_probe, patient), chosen(accounts, patient)))
    refused = any(probe.refused for probe in probes)
    agreement = _agreement(patient) if refused else Agreement()
    role = patient.installation.hub.read_role
    return judge_members(probes, len(accounts), agreement, role)


def chosen(accounts: Sequence[Account], patient: Patient) -> Sequence[Account]:
    """All accounts, or a few that lie evenly among them: the same ones every time."""
    ordered = sorted(accounts, key=lambda each: each.account_id)
    if patient.everyone or len(ordered) <= _SAMPLE:
        return ordered
    return [ordered[place * len(ordered) // _SAMPLE] for place in range(_SAMPLE)]


def _probe(patient: Patient, account: Account) -> Probe:
    closed: dict[str, str] = {}
    for region in patient.policy.policy.scope.regions:
        unit = Unit(account.account_id, region)
        try:
            _try(patient, unit)
        except UnitUnreachable as error:
            closed[region] = f"{error.code}: {error.message}"
        except AccountUnreachable as error:
            return _refused(patient, account.account_id, error)
    return Probe(account.account_id, closed_regions=closed)


def _try(patient: Patient, unit: Unit) -> None:
    """One page is enough to see that the unit answers."""
    sessions, role = patient.installation.sessions, patient.installation.hub.read_role
    client = sessions.cloudformation(unit, role)
    with reading(unit, "cloudformation:DescribeStacks"):
        client.describe_stacks()


def _refused(patient: Patient, account_id: str, error: AccountUnreachable) -> Probe:
    return Probe(
        account_id,
        refused=f"{error.code}: {error.message}",
        state=_state(patient, account_id),
        instance=_instance(patient, account_id),
    )


def _state(patient: Patient, account_id: str) -> State:
    """ "Account", AWS Organizations API Reference: State replaces Status, which retires in 2026."""
    client = patient.organizations
    try:
        row = client.describe_account(AccountId=account_id)["Account"]
    except client.exceptions.AccountNotFoundException:
        return State.LEFT
    except ClientError:
        return State.UNKNOWN
    said = str(row.get("State") or row.get("Status") or "")
    return State.ACTIVE if said == State.ACTIVE else State.CLOSED


def _instance(patient: Patient, account_id: str) -> str | None:
    """None where the stack set cannot be asked, as with roles that were deployed by hand."""
    try:
        return instance_status(patient, account_id)
    except ClientError:
        return None


def _agreement(patient: Patient) -> Agreement:
    try:
        row = described(patient, ROLES)
    except ClientError:
        row = None
    if row is None:
        return Agreement(known=False)
    given = {each["ParameterKey"]: each["ParameterValue"] for each in row.get("Parameters", ())}
    for ours, theirs in _AGREED.items():
        wanted, told = patient.stack.parameter(ours), given.get(theirs, "")
        if theirs in given and wanted != told:
            return Agreement(
                f"its {theirs} is {told or 'empty'!r}, the hub's {wanted or 'empty'!r}"
            )
    return Agreement()


def look_at_reap_roles(patient: Patient) -> Finding:
    mode = patient.policy.policy.mode
    wanted = [
        each
        for each in patient.accounts
        if account_mode(mode, each.tags.get(MODE_TAG)) is Mode.REAP
    ]
    if not wanted:
        return ok(f"no account is in mode reap; the policy's is {mode}")
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        probes = list(threads.map(partial(_reap_probe, patient), chosen(wanted, patient)))
    return judge_reap_roles(probes, len(wanted))


def _reap_probe(patient: Patient, account: Account) -> ReapProbe:
    """The reap role trusts nobody but the reaper, so its stack is looked at in its place."""
    stack = ""
    try:
        for name, makes_it in _role_stacks(patient, account.account_id):
            if makes_it:
                return ReapProbe(account.account_id, name, True)
            stack = stack or name
    except (AccountUnreachable, UnitUnreachable):
        return ReapProbe(account.account_id, "", False)
    return ReapProbe(account.account_id, stack, False)


def _role_stacks(patient: Patient, account_id: str) -> Iterator[tuple[str, bool]]:
    """Stacks of org/members/roles.yaml, and whether they make the role that deletes."""
    sessions, role = patient.installation.sessions, patient.installation.hub.read_role
    unit = Unit(account_id, patient.home.region)
    client = sessions.cloudformation(unit, role)
    with reading(unit, "cloudformation:DescribeStacks"):
        for page in client.get_paginator("describe_stacks").paginate():
            for row in page["Stacks"]:
                outputs = {
                    each.get("OutputKey"): each.get("OutputValue")
                    for each in row.get("Outputs", [])
                }
                if outputs.get("StewardInstallation") == "member-roles":
                    yield row["StackName"], "ReapRoleArn" in outputs
