"""Deploys `org/members/roles.yaml` into every member account, as its owner would."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from local import stack_operations
from local.organization import HUB, MemberAccount, Organization
from local.stack_operations import Deployment
from local.tool_environment import REPOSITORY

MEMBER_STACK = "steward-member-roles"
TEMPLATE = REPOSITORY / "org" / "members" / "roles.yaml"
# IAM of the emulator does not evaluate the condition keys of CloudFormation: see the known lies.
EMULATOR_PARAMETERS = {"UseConditionKeys": "false"}


def deploy_member_roles(
    organization: Organization,
    members: Iterable[MemberAccount],
    parameters: Mapping[str, str] | None = None,
) -> None:
    """One stack per enrolled account; `parameters` are added to what the account itself decides."""
    template = TEMPLATE.read_text(encoding="utf-8")

    def deploy(member: MemberAccount) -> None:
        client = organization.session(member.name).client("cloudformation")
        deployment = Deployment(
            name=MEMBER_STACK,
            template=template,
            parameters=_parameters(organization, member) | dict(parameters or {}),
            tags={"steward:component": "member"},
        )
        stack_operations.create(client, deployment, "CREATE_COMPLETE")

    with ThreadPoolExecutor(stack_operations.THREADS) as threads:
        list(threads.map(deploy, (member for member in members if member.enrolled)))


def _parameters(organization: Organization, member: MemberAccount) -> dict[str, str]:
    return EMULATOR_PARAMETERS | {
        "HubAccountId": organization.accounts[HUB],
        "OrganizationId": organization.organization_id,
        "EnableReaping": "true" if member.reaping else "false",
    }
