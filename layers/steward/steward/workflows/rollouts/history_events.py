"""What tells that a deployment may have changed: events of CodeDeploy, and of the hooks.

Both are nudges only. What they say of a deployment is not believed: they may come late, twice, in
any order, or not at all, and whoever may put events of ours on a member's bus could say anything.
"""

from typing import Annotated

from pydantic import AliasPath, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from steward.domain.one_line import one_line
from steward.domain.policy_values import AccountId, RegionName
from steward.domain.stacks import Unit
from steward.workflows.policies import explain_errors

# "CodeDeploy Deployment State-change Notification": "Deployment state change events", AWS
# CodeDeploy User Guide. The other is what the functions of org/members/hooks.yaml send.
SOURCES = frozenset({"aws.codedeploy", "steward.rollouts"})
_SHOWN = 300


class NoRolloutEvent(Exception):
    """A message is no event of a deployment; says what is missing and what to do."""

    def __init__(self, problem: str, body: str) -> None:
        super().__init__(
            f"the message is no event of a deployment: {problem}; it began {one_line(body, _SHOWN)}"
            " - only the rule of the bus for rollouts should send to this queue"
        )


class RolloutEvent(BaseModel):
    """The fields that count. EventBridge itself sets `account` and `region`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    account: AccountId
    region: RegionName
    deployment_id: Annotated[
        str,
        Field(validation_alias=AliasPath("detail", "deploymentId")),
        StringConstraints(pattern=r"^d-[A-Z0-9]{1,30}$"),
    ]

    @property
    def unit(self) -> Unit:
        return Unit(self.account, self.region)


def event_of(body: str) -> RolloutEvent:
    """Read one message of the queue; raise NoRolloutEvent."""
    try:
        event = RolloutEvent.model_validate_json(body)
    except ValidationError as error:
        raise NoRolloutEvent(explain_errors(error), body) from error
    if event.source not in SOURCES:
        raise NoRolloutEvent(f"source: {event.source} tells of no deployments", body)
    return event
