"""Installs Steward in the embedded organization as docs/guide/install.md says.

Whoever has an organization of their own runs `aws cloudformation deploy` where this calls
CloudFormation itself; templates, parameters and `steward org publish` are the same.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local import stack_operations
from local.build import LAYER, build_copy
from local.emulator_control import EmulatorControl
from local.emulator_environment import HOME_REGION
from local.host_layer import add_missing_files, host_packages, is_built_for_this_machine
from local.organization import HUB, MANAGEMENT, MemberAccount, Organization, OrganizationError
from local.stack_operations import Deployment
from local.tool_command import run_tool
from local.tool_environment import REPOSITORY, deploy_environment, tool_environment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackInstanceSummaryTypeDef

ORGANIZATION_STACK = "steward-organization"
MANAGEMENT_STACK = "steward-management"
ROLES, REAPING, EVENTS, HOOKS = (
    f"steward-{name}"
    for name in ("member-roles", "member-reaping", "member-events", "rollout-hooks")
)
STACK_SETS = (ROLES, REAPING, EVENTS, HOOKS)
# IAM of the emulator does not evaluate the condition keys of CloudFormation: see the known lies.
EMULATOR_PARAMETERS = {"UseConditionKeys": "false"}
FOLLOWED_WITHIN_SECONDS = 120.0
POLL_SECONDS = 0.1


def install_management(organization: Organization, repository: Path = REPOSITORY) -> None:
    """The stack of the management account; `create_organization` has run the guide's commands."""
    template = (repository / "org" / "management.yaml").read_text(encoding="utf-8")
    parameters = {"HubAccountId": organization.accounts[HUB]}
    client = organization.session(MANAGEMENT).client("cloudformation")
    deployment = Deployment(MANAGEMENT_STACK, template, parameters, {})
    stack_operations.create(client, deployment, "CREATE_COMPLETE")


def install_members(
    organization: Organization,
    members: Iterable[MemberAccount],
    regions: Iterable[str],
    parameters: Mapping[str, str] | None = None,
    hub_unit: str = "",
    repository: Path = REPOSITORY,
) -> None:
    """Publish the artifacts and create the stack sets, which bring the members' templates to them.

    The organizational units of accounts that are enrolled get roles and events, those whose owners
    opted in get the role to reap as well; `hub_unit`, the hub's own, the former. `parameters` go
    to org/template.yaml beside these.
    """
    chosen = tuple(members)
    published = _publish(organization, tuple(regions), repository)
    enrolled = [member.organizational_unit for member in chosen if member.enrolled]
    reaping = [m.organizational_unit for m in chosen if m.enrolled and m.reaping]
    units = {
        "OrganizationalUnitIds": _units(organization, [hub_unit, *enrolled]),
        "ReapOrganizationalUnitIds": _units(organization, reaping),
    }
    deployment = Deployment(
        name=ORGANIZATION_STACK,
        template=(repository / "org" / "template.yaml").read_text(encoding="utf-8"),
        parameters=published | EMULATOR_PARAMETERS | units | dict(parameters or {}),
        tags={"steward:component": "organization"},
    )
    client = organization.session().client("cloudformation")
    stack_operations.create(client, deployment, "CREATE_COMPLETE")


def stack_instances(
    organization: Organization, stack_set: str
) -> "list[StackInstanceSummaryTypeDef]":
    client = organization.session().client("cloudformation")
    pages = client.get_paginator("list_stack_instances").paginate(
        StackSetName=stack_set, CallAs="DELEGATED_ADMIN"
    )
    return [row for page in pages for row in page["Summaries"]]


def instance_stack(
    organization: Organization, stack_set: str, account: str, region: str = HOME_REGION
) -> str:
    """StackId of the set's stack in the named account."""
    account_id = organization.accounts[account]
    rows = stack_instances(organization, stack_set)
    found = [row for row in rows if (row["Account"], row["Region"]) == (account_id, region)]
    if not found:
        raise OrganizationError(
            f"{stack_set} has no instance in {account} {region}: is its organizational unit among "
            f"the targets of {ORGANIZATION_STACK}?"
        )
    return found[0]["StackId"]


def await_stack_sets(control: EmulatorControl) -> None:
    """Wait until the stack sets have followed what happened in the organization."""
    deadline = time.monotonic() + FOLLOWED_WITHIN_SECONDS
    while control.stack_sets_at_work():
        if time.monotonic() > deadline:
            raise OrganizationError(
                f"stack sets are still at work after {FOLLOWED_WITHIN_SECONDS:g} s; "
                "list_stack_set_operations of the hub says with what"
            )
        time.sleep(POLL_SECONDS)


def _units(organization: Organization, names: Iterable[str]) -> str:
    units = organization.organizational_units
    return ",".join(units[name] for name in dict.fromkeys(names) if name)


def _publish(
    organization: Organization, regions: tuple[str, ...], repository: Path
) -> dict[str, str]:
    """`steward org publish` with a layer that this machine can run too; the parameters it says."""
    environment = deploy_environment(organization.endpoint, organization.accounts[HUB], repository)
    with tempfile.TemporaryDirectory(prefix="steward-publish-") as temporary:
        copy = build_copy(Path(temporary) / "build", repository)
        if not is_built_for_this_machine():
            packages = host_packages(repository, tool_environment(repository))
            add_missing_files(packages, copy / LAYER / "python")
        command: list[str | Path] = [repository / ".venv" / "bin" / "steward", "org", "publish"]
        command += ["--regions", ",".join(regions), "--layer", copy / LAYER, "--json"]
        command += ["--hub-region", HOME_REGION]
        said = run_tool(command, repository, environment)
        shutil.rmtree(copy)
    report: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    return {key: str(value) for key, value in report["parameters"].items()}
