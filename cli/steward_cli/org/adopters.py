"""Who uses the rollout hooks: what has to change before they may be taken away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steward.aws.app_specs import UnusableRevision
from steward.aws.codedeploy import UnknownDeployment, read_revision
from steward.domain.rollouts.notices import HOOK_PREFIX
from steward.domain.stacks import Unit

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient
    from mypy_boto3_codedeploy.type_defs import DeploymentGroupInfoTypeDef

_LAMBDA = "Lambda"


@dataclass(frozen=True, slots=True)
class Group:
    """A deployment group for Lambda, with what its latest deployments say of Steward's hooks.

    `undecided` says why that is not known; empty when it is.
    """

    unit: Unit
    application: str
    name: str
    hooks: frozenset[str] = frozenset()
    undecided: str = ""


@dataclass(slots=True)
class UnitAdopters:
    """`groups` are those that use a hook, or may. `not_read`: why the unit could not be read."""

    unit: Unit
    groups: list[Group] = field(default_factory=list)
    not_read: str = ""


def find_adopters(client: "CodeDeployClient", unit: Unit) -> Iterator[Group]:
    """Every deployment group of the unit that uses one of Steward's hooks, or may."""
    for application in _applications(client):
        for name in _group_names(client, application):
            group = _judged(client, unit, application, name)
            if group.hooks or group.undecided:
                yield group


def _applications(client: "CodeDeployClient") -> Iterator[str]:
    for page in client.get_paginator("list_applications").paginate():
        yield from page["applications"]


def _group_names(client: "CodeDeployClient", application: str) -> Iterator[str]:
    pages = client.get_paginator("list_deployment_groups").paginate(applicationName=application)
    for page in pages:
        yield from page["deploymentGroups"]


def _judged(client: "CodeDeployClient", unit: Unit, application: str, name: str) -> Group:
    """A hook is named by a deployment, not by its group ("AppSpec 'hooks' section", AWS CodeDeploy
    User Guide). The last attempt counts as well as the last success: it is what a team wants."""
    answer = client.get_deployment_group(applicationName=application, deploymentGroupName=name)
    info = answer["deploymentGroupInfo"]
    if info.get("computePlatform") != _LAMBDA:
        return Group(unit, application, name)
    deployments = _latest(info)
    if not deployments:
        why = "nothing was deployed with it yet; look into its template"
        return Group(unit, application, name, undecided=why)
    try:
        revisions = [read_revision(client, each) for each in deployments]
    except (UnusableRevision, UnknownDeployment) as error:
        return Group(unit, application, name, undecided=str(error))
    named = {hook for revision in revisions for hook in revision.hooks.values()}
    ours = frozenset(hook for hook in named if HOOK_PREFIX in hook)
    return Group(unit, application, name, ours)


def _latest(info: "DeploymentGroupInfoTypeDef") -> list[str]:
    last = (info.get("lastAttemptedDeployment"), info.get("lastSuccessfulDeployment"))
    return sorted({each["deploymentId"] for each in last if each and "deploymentId" in each})
