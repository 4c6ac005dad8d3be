"""Follow CloudFormation's events: lease new stacks at birth, record who created them and how
deletes ended.

Events only make Steward faster; the sweep is the truth. So an event may write the ledger and
nothing else: marking, telling and deleting wait for the sweep and its caps.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from steward.aws.stacks import read_stack
from steward.clock import refuse_future
from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.domain.policy_values import AccountId
from steward.domain.stacks import Account, Unit
from steward.messages import StackId
from steward.settings import EventsSettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.creations import DETAIL_TYPE, RecordedCall, note_creation
from steward.workflows.judging import Bench, end, judge

SETTLED = frozenset(
    {
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "UPDATE_COMPLETE",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "IMPORT_ROLLBACK_FAILED",
        "DELETE_COMPLETE",
        "DELETE_FAILED",
    }
)


class _Observed(BaseModel):
    """A part of an AWS event: fields we do not use may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StatusDetails(_Observed):
    status: str


class StatusDetail(_Observed):
    stack_id: StackId = Field(alias="stack-id")
    status_details: StatusDetails = Field(alias="status-details")


class StackStatusChange(_Observed):
    """ "CloudFormation Stack Status Change" of Amazon EventBridge (CloudFormation User Guide,
    "CloudFormation event details reference")."""

    source: Literal["aws.cloudformation"]
    detail_type: Literal["CloudFormation Stack Status Change"] = Field(alias="detail-type")
    account: AccountId
    region: str
    time: AwareDatetime
    detail: StatusDetail

    @property
    def unit(self) -> Unit:
        return Unit(self.account, self.region)

    @property
    def stack_id(self) -> str:
        return self.detail.stack_id

    @property
    def status(self) -> str:
        return self.detail.status_details.status

    @property
    def is_settled(self) -> bool:
        """Whether the operation has ended, so that the stack can be judged."""
        return self.status in SETTLED

    @property
    def why_not(self) -> str:
        """Why there is nothing to do; empty when there is."""
        return "" if self.is_settled else f"nothing to do yet: {self.status}"


def event_of(event: Mapping[str, Any]) -> StackStatusChange | RecordedCall:
    """The event as EventBridge sent it; raise pydantic's ValidationError, which names the place."""
    if event.get("detail-type") == DETAIL_TYPE:
        return RecordedCall.model_validate(event)
    return StackStatusChange.model_validate(event)


def follow(bench: Bench, stack_id: str) -> str:
    """Judge the stack an event names by what CloudFormation says now, not by the event."""
    lease = bench.ledger.lease(bench.unit, stack_id)
    stack = read_stack(bench.reader, bench.unit, stack_id)
    if stack is None:
        return end(bench, lease).reason if lease else "nothing to do: no stack and no lease"
    return judge(bench, stack, lease).reason


def _is_of(stack_id: str, unit: Unit) -> bool:
    """Whether the stack lies where EventBridge says that the event is from, which no sender can
    choose. So a member that could forge an event's content would still speak of itself only."""
    _arn, _partition, _service, region, account_id, *_ = stack_id.split(":")
    return Unit(account_id, region) == unit


class Follower:
    """Judges the stacks that events name, as far as the last sweep knows their accounts."""

    def __init__(self, settings: EventsSettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._ledger = open_ledger(self._sessions, settings)

    def run(self, change: StackStatusChange | RecordedCall, wall: datetime) -> str:
        """Act on one event at its own time; return the sentence of what was decided."""
        refuse_future(change.time, wall, self._settings.max_clock_skew)
        if change.why_not:
            return change.why_not
        saved = self._ledger.last_good()
        account = self._ledger.account(change.account)
        if saved is None or account is None:
            return "left to the next sweep: no policy or no such account is on record yet"
        if not _is_of(change.stack_id, change.unit):
            return f"left to the next sweep: the event of {change.unit} names a stack elsewhere"
        if isinstance(change, RecordedCall):
            return self._note(change, saved)
        return follow(self._bench(change, account, saved), change.stack_id)

    def _note(self, call: RecordedCall, saved: tuple[str, str]) -> str:
        fingerprint, document = saved
        if not Policy.model_validate_json(document).owners.ask_creator:
            return "nothing to do: the policy does not ask who creates stacks"
        assert call.creation is not None, "a call that created nothing is not noted"
        return note_creation(self._ledger, call.unit, call.creation, fingerprint)

    def _bench(self, change: StackStatusChange, account: Account, saved: tuple[str, str]) -> Bench:
        fingerprint, document = saved
        policy = Policy.model_validate_json(document).with_mode(Mode.OBSERVE)
        return Bench(
            unit=change.unit,
            account=account,
            policy=policy,
            fingerprint=fingerprint,
            actor="lease_events",
            now=change.time,
            ledger=self._ledger,
            reader=self._sessions.cloudformation(change.unit, self._settings.read_role_name),
            scope_since=self._ledger.scope_since(policy.scope.fingerprint, change.time),
        )
