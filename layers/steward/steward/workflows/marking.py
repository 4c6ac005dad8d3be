"""Mirror a mark on its stack: a tags-only change set, executed only if it is nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from steward.aws import changesets
from steward.aws.errors import NotAllowed, denials
from steward.aws.sessions import AccountUnreachable
from steward.aws.stacks import read_stack
from steward.domain.audit import AuditEvent
from steward.domain.leases import Lease, TagMirror
from steward.domain.stacks import Stack
from steward.domain.tagging import (
    Change,
    already_mirrored,
    merged_tags,
    must_wait,
    skipped,
    tag_token,
    why_not_taggable,
    why_not_tags_only,
    written,
)
from steward.ledger.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True, slots=True)
class Mirror:
    """Writes marks to the stacks of one unit, as long as it is swept.

    `connect` opens the role that may tag. `taggable` are the resource types that role may tag in
    a stack that has no service role of its own.
    """

    connect: "Callable[[], CloudFormationClient]"
    taggable: frozenset[str]
    ledger: Ledger
    now: datetime
    fingerprint: str

    def bring_up_to_date(self, lease: Lease) -> Lease:
        """Write or remove the mark's tags on the stack, and note in the ledger how that went.

        A stack that cannot be tagged is still leased, told and reaped; the reason is on record.
        """
        try:
            with denials():
                tag = self._mirrored(self.connect(), lease)
        except (AccountUnreachable, NotAllowed) as error:
            tag = skipped(lease.tag, str(error))
        if tag == lease.tag:
            return lease
        return self.ledger.save(lease, replace(lease, tag=tag), self._event(lease, tag))

    def _mirrored(self, client: "CloudFormationClient", lease: Lease) -> TagMirror:
        stack = read_stack(client, lease.unit, lease.stack_id)
        if stack is None:
            return skipped(lease.tag, "the stack is gone")
        if must_wait(stack, lease):
            return lease.tag
        why = why_not_taggable(stack, lease)
        if why:
            return skipped(lease.tag, why)
        if already_mirrored(stack, lease):
            return written(lease.tag)
        return self._updated(client, stack, lease)

    def _updated(self, client: "CloudFormationClient", stack: Stack, lease: Lease) -> TagMirror:
        """Propose, look, execute. One that is still being made is left to the next sweep."""
        token = tag_token(lease)
        proposed = changesets.propose(client, stack, merged_tags(stack, lease), token)
        match changesets.outcome(client, proposed):
            case changesets.StillWorking():
                return lease.tag
            case changesets.NothingToDo():
                changesets.discard(client, proposed)
                return written(lease.tag)
            case changesets.Failed(reason):
                changesets.discard(client, proposed)
                return skipped(lease.tag, reason)
            case changesets.Ready(changes):
                why = self._why_unsafe(stack, changes)
                if why:
                    changesets.discard(client, proposed)
                    return skipped(lease.tag, why)
                changesets.execute(client, proposed, token)
                return written(lease.tag)

    def _why_unsafe(self, stack: Stack, changes: Sequence[Change]) -> str:
        return why_not_tags_only(changes, None if stack.role_arn else self.taggable)

    def _event(self, lease: Lease, tag: TagMirror) -> AuditEvent:
        return AuditEvent(
            stack_id=lease.stack_id,
            at=self.now,
            actor="lease_worker",
            what=f"tag {tag.status}",
            why=tag.why or f"steward:delete-after {tag.value or 'removed'}",
            policy=self.fingerprint,
            version=0,
        )
