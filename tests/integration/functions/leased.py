"""Leases of stacks that the fake CloudFormation holds, at the stations of their life."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from steward.domain.instants import iso
from steward.domain.leases import (
    Attempt,
    Lease,
    LeaseNotice,
    LeaseState,
    Step,
    TagMirror,
    TagStatus,
)
from steward.domain.stacks import Unit
from steward.domain.tagging import delete_token
from tests.factories import make_lease
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.samples import reap_work

DAY = timedelta(days=1)


def unit_of(stack_id: str) -> Unit:
    _, _, _, region, account_id, _ = stack_id.split(":", 5)
    return Unit(account_id, region)


def known(hub: Hub, stack_id: str, **overrides: Any) -> Lease:
    """A lease that was made at the stack's birth and has told nobody anything yet."""
    row = hub.members.stacks[stack_id]
    created_at = row["CreationTime"]
    lease = make_lease(
        row["StackName"],
        unit_of(stack_id),
        stack_id=stack_id,
        created_at=created_at,
        registered_at=created_at,
        deployed_at=created_at,
        seen_update=row.get("LastUpdatedTime", created_at),
        expires_at=created_at + 14 * DAY,
        reason="",
        expiry_source="the policy's ttl 14d after its creation",
        owner_source="tag owner=dev@example.com",
    )
    return replace(lease, **overrides)


def due(hub: Hub, name: str = "feat-checkout", **fields: Any) -> str:
    """A stack that expired long ago, whose owner was told at every stage; its StackId."""
    stack_id = hub.members.add(name, age=40 * DAY, **fields)
    hub.save(told(known(hub, stack_id)))
    return stack_id


def told(lease: Lease) -> Lease:
    notices = tuple(
        LeaseNotice(timedelta(days=days), at := SWEPT_AT - timedelta(days=days + 1), at)
        for days in (7, 3, 1)
    )
    delete_after = SWEPT_AT  # the first window after a weekend
    return replace(
        lease,
        state=LeaseState.MARKED,
        marked_at=notices[0].queued_at,
        delete_after=delete_after,
        notices=notices,
        tag=TagMirror(TagStatus.WRITTEN, iso(delete_after)),
    )


def reaping(hub: Hub, stack_id: str, **attempt: Any) -> Lease:
    """A delete was asked for an hour before the sweep, and CloudFormation took it."""
    lease = told(known(hub, stack_id))
    asked_at = SWEPT_AT - timedelta(hours=1)
    first = Attempt(1, Step.PLAIN, delete_token(lease, 1), asked_at, accepted_at=asked_at)
    return replace(lease, state=LeaseState.REAPING, attempt=replace(first, **attempt))


def half_deleted(hub: Hub, step: Step) -> str:
    """A stack whose plain delete failed, and whose next try is `step`, now; its StackId."""
    stack_id = hub.members.add("feat-checkout", age=40 * DAY, StackId=reap_work().stack_id)
    before = reaping(hub, stack_id, failure="it failed", retry_step=step, retry_at=SWEPT_AT)
    hub.save(replace(before, tried=(Step.PLAIN,)))
    hub.members.happened(stack_id, "DELETE_FAILED", "steward-reap-x")
    return stack_id
