"""What the ledger keeps of one deployment: the history's unit."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from steward.domain.policy_values import AccountId, RegionName
from steward.domain.rollouts.results import Verdict
from steward.domain.stacks import Unit


class CaughtBy(StrEnum):
    """What ended a deployment that did not succeed. other: CodeDeploy itself, for another reason.

    nobody: it succeeded, or still runs.
    """

    NOBODY = "nobody"
    PRE = "pre"
    GUARD = "guard"
    POST = "post"
    ALARM = "alarm"
    WATCHDOG = "watchdog"
    MANUAL = "manual"
    OTHER = "other"


class Rollout(BaseModel):
    """One CodeDeploy deployment, from all that is known of it.

    `status`, `error_code`, `creator` and `configuration` as CodeDeploy writes them. `rolls_back`:
    the deployment that this one undoes; `rolled_back_by`: the one that undoes this. `from_version`
    is empty where nothing is known to run before. `hooks`: the functions that its AppSpec names,
    by lifecycle event. `owners`: addresses; `owner_source` says where they were found. `problems`:
    what could not be read, and why. `committed_at`: when its code was committed, where its
    tag or its version's description says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    deployment_id: str
    account_id: AccountId
    region: RegionName
    account_name: str = ""
    application: str
    group: str
    function: str = ""
    alias: str = ""
    from_version: str = ""
    to_version: str = ""
    stack: str = ""
    configuration: str = ""
    creator: str = ""
    status: str
    error_code: str = ""
    error_message: str = ""
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    shift_started_at: AwareDatetime | None = None
    shift_ended_at: AwareDatetime | None = None
    completed_at: AwareDatetime | None = None
    rolls_back: str = ""
    rolled_back_by: str = ""
    is_rollback: bool = False
    hooks: dict[str, str] = {}
    verdicts: tuple[Verdict, ...] = ()
    owners: tuple[str, ...] = ()
    owner_source: str = ""
    problems: tuple[str, ...] = ()
    committed_at: AwareDatetime | None = None

    @property
    def unit(self) -> Unit:
        return Unit(self.account_id, self.region)
