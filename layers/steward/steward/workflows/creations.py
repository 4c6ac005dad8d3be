"""Keep who created a stack while CloudTrail tells it, so that nobody has to look it up later."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from steward.aws.trail_records import Creation, creation_of
from steward.domain.audit import AuditEvent
from steward.domain.leases import Creator, Lease
from steward.domain.policy_values import AccountId
from steward.domain.stacks import Unit
from steward.ledger.ledger import Ledger

DETAIL_TYPE = "AWS API Call via CloudTrail"


class RecordedCall(BaseModel):
    """ "AWS service events delivered via AWS CloudTrail", Amazon EventBridge User Guide; the detail
    is CloudTrail's own record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Literal["aws.cloudformation"]
    detail_type: Literal["AWS API Call via CloudTrail"] = Field(alias="detail-type")
    account: AccountId
    region: str
    time: AwareDatetime
    detail: Mapping[str, Any]

    @property
    def unit(self) -> Unit:
        return Unit(self.account, self.region)

    @cached_property
    def creation(self) -> Creation | None:
        """The stack that the call created; None when it created none."""
        return creation_of(self.detail)

    @property
    def stack_id(self) -> str:
        return self.creation.stack_id if self.creation else ""

    @property
    def status(self) -> str:
        """What happened, for the log."""
        return str(self.detail.get("eventName", ""))

    @property
    def why_not(self) -> str:
        """Why there is nothing to do; empty when there is."""
        return "" if self.creation else "nothing to do: the call created no stack"


def note_creation(ledger: Ledger, unit: Unit, creation: Creation, fingerprint: str) -> str:
    """Put the creator on record, and on the lease if there is one already; say what was done.

    The record comes first: a lease that is made at this moment finds it there.
    """
    creator = creation.creator
    ledger.note_creator(creation.stack_id, creator, creation.at)
    said = f"{creator.name}, by {creator.source}" if creator.name else creator.source
    lease = ledger.lease(unit, creation.stack_id)
    if lease is None or not _is_news(creator, lease):
        return f"its creator is on record: {said}"
    why = f"its creator was reported: {said}"
    stack_id, at = creation.stack_id, creation.at
    event = AuditEvent(stack_id, at, "lease_events", "creator", why, fingerprint, version=0)
    ledger.save(lease, replace(lease, creator=creator), event)
    return why


def _is_news(creator: Creator, lease: Lease) -> bool:
    """The first answer stands, unless it was that nobody is known."""
    return lease.creator is None or (bool(creator.name) and not lease.creator.name)
