"""Steward's workflows over values: the real decisions, in the order the workflows keep.

Every checkpoint is a place where a process may die; what was saved by then stays.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from steward.domain.decisions import Action, Decision, block, decide, effective_mode, gone
from steward.domain.extending import choices, extend
from steward.domain.ladder import after_failure
from steward.domain.leases import (
    ENDED_STATES,
    Attempt,
    Lease,
    LeaseState,
    Step,
    TagStatus,
    with_delivery,
    withdrawn,
)
from steward.domain.modes import Mode
from steward.domain.policy import Policy
from steward.domain.proof import Evidence, KillSwitch, Proof, Refusal, prove
from steward.domain.stacks import DELETE_FAILED, Stack
from steward.domain.tagging import (
    already_mirrored,
    delete_token,
    merged_tags,
    must_wait,
    skipped,
    why_not_taggable,
    written,
)
from tests.property.truth import Record, check_delete
from tests.property.world import LiveStack, World

RECHECK = timedelta(days=1)
NEVER = 1_000_000


class Crash(Exception):
    """The process died here."""


class LeaseChanged(Exception):
    """Somebody else wrote the lease since it was read."""


@dataclass(frozen=True)
class Reap:
    """One message of the delete queue."""

    stack_id: str
    generation: int


@dataclass(frozen=True)
class OpenNotice:
    """One notice in the outbox."""

    stack_id: str
    generation: int
    stage: timedelta


@dataclass
class Steward:
    """The ledger, the outbox and the delete queue, and the jobs that work on them."""

    world: World
    policy: Policy
    record: Record = field(default_factory=Record)
    leases: dict[str, Lease] = field(default_factory=dict)
    ended: dict[str, Lease] = field(default_factory=dict)
    outbox: list[OpenNotice] = field(default_factory=list)
    sent: list[OpenNotice] = field(default_factory=list)
    reaps: list[Reap] = field(default_factory=list)
    kill_switch: KillSwitch = KillSwitch.OFF
    steps_to_live: int = NEVER
    reverts_tags: bool = False
    writes: int = 0

    def checkpoint(self) -> None:
        """Die here, if it is time to."""
        self.steps_to_live -= 1
        if self.steps_to_live < 0:
            raise Crash

    def save(
        self,
        before: Lease | None,
        after: Lease,
        *,
        queues: timedelta | None = None,
        sent: OpenNotice | None = None,
    ) -> Lease:
        """One transaction: the lease, if nobody changed it, and the notice it queues or sent."""
        self.checkpoint()
        current = self.leases.get(after.stack_id)
        if current != before or after.stack_id in self.ended:
            raise LeaseChanged
        if before is not None:
            assert after.generation >= before.generation, "a generation went back"
        after = replace(after, version=(before.version if before else 0) + 1)
        self.writes += 1
        if queues is not None:
            self.record.queue(after.stack_id, after.generation, queues)
            self.outbox.append(OpenNotice(after.stack_id, after.generation, queues))
        if sent is not None:
            self.outbox.remove(sent)
            self.sent.append(sent)
        shelf = self.ended if after.state in ENDED_STATES else self.leases
        self.leases.pop(after.stack_id, None)
        shelf[after.stack_id] = after
        self.checkpoint()
        return after

    def sweep(self, listed: list[Stack], now: datetime, most: int = NEVER) -> None:
        """Judge what was listed, `most` stacks of it; only a whole scan asks after the others."""
        unseen = dict(self.leases)
        for stack in listed[:most]:
            self.alone(stack, unseen.pop(stack.stack_id, None), now)
        if len(listed) <= most:
            for lease in unseen.values():
                self.ask_after(lease, now)

    def alone(self, stack: Stack, lease: Lease | None, now: datetime, *, acts: bool = True) -> None:
        """One stack's conflict is one stack's conflict."""
        if lease is None and stack.stack_id in self.ended:
            return
        try:
            self.judge(stack, lease, now, acts=acts)
        except LeaseChanged:
            return

    def ask_after(self, lease: Lease, now: datetime) -> None:
        live = self.world.stacks.get(lease.stack_id)
        if live is not None:
            self.alone(live.stack, lease, now)
        elif self.leases.get(lease.stack_id) == lease:
            ended = gone(lease, now).lease
            assert ended is not None
            self.save(lease, ended)

    def judge(self, stack: Stack, lease: Lease | None, now: datetime, *, acts: bool) -> None:
        """Decide, check that deciding again changes nothing, save, then tag and ask for deletes."""
        live = self.world.stacks.get(stack.stack_id)
        if lease is not None and self._cause_is_unread(stack, lease):
            self._climb(lease, live, now)
            return
        decision = self._decided(stack, lease, live, now)
        self._sight(stack, lease, live, now)
        after = decision.lease
        if after is None:
            return
        if after != lease:
            after = self.save(lease, after, queues=decision.stage)
        if acts:
            self._act(after, decision)

    def _decided(
        self, stack: Stack, lease: Lease | None, live: LiveStack | None, now: datetime
    ) -> Decision:
        own = bool(lease and live and live.last_update_is_ours)
        own = own and lease is not None and stack.touched_at > lease.seen_update
        account = self.world.account_of(stack)
        decision = decide(stack, lease, account, self.policy, now, own_update=own)
        if decision.lease is not None:
            again = decide(stack, decision.lease, account, self.policy, now, own_update=own)
            assert again.lease == decision.lease, "a second look would write again"
        return decision

    def _sight(
        self, stack: Stack, lease: Lease | None, live: LiveStack | None, now: datetime
    ) -> None:
        if live is None or live.stack.touched_at != stack.touched_at:
            return
        self.record.judged[stack.stack_id] = self.world.now
        if not stack.in_progress and not (lease and lease.state is LeaseState.REAPING):
            counts = now < stack.created_at + self.policy.lease.max_lifetime
            self.record.sight(stack.stack_id, live.deployed_at, counts=counts)

    def _cause_is_unread(self, stack: Stack, lease: Lease) -> bool:
        attempt = lease.attempt
        return (
            lease.state is LeaseState.REAPING
            and stack.status == DELETE_FAILED
            and attempt is not None
            and attempt.accepted_at is not None
            and not attempt.failure
        )

    def _climb(self, lease: Lease, live: LiveStack | None, now: datetime) -> None:
        if live is None:
            return
        cause = self.world.cause(live)
        after = after_failure(lease, cause, self.policy.deletion, now).lease
        assert after is not None
        self.save(lease, after)

    def _act(self, lease: Lease, decision: Decision) -> None:
        live = self.world.stacks.get(lease.stack_id)
        if live is None or lease.state in ENDED_STATES:
            return
        mode = effective_mode(self.world.account_of(live.stack), self.policy)
        if lease.tag.status is TagStatus.WANTED and mode.allows(Mode.NOTIFY):
            lease = self._mirror(lease, live)
        if decision.action is Action.REAP:
            self.checkpoint()
            self.reaps.append(Reap(lease.stack_id, lease.generation))

    def _mirror(self, lease: Lease, live: LiveStack) -> Lease:
        if must_wait(live.stack, lease):
            return lease
        why = why_not_taggable(live.stack, lease)
        if why:
            return self.save(lease, replace(lease, tag=skipped(lease.tag, why)))
        if not already_mirrored(live.stack, lease):
            self.checkpoint()
            tags = merged_tags(live.stack, lease)
            self.world.update_tags(live, tags, reverted=self.reverts_tags)
        self.checkpoint()
        return self.save(lease, replace(lease, tag=written(lease.tag)))

    def reap(self, message: Reap) -> None:
        """Prove, write REAPING, call DeleteStack, write that it was taken."""
        lease = self.leases.get(message.stack_id)
        live = self.world.stacks.get(message.stack_id)
        if lease is None or live is None:
            return
        match prove(self._evidence(lease, live, message.generation)):
            case Refusal(reason, only_imported=True):
                self._save_blocked(lease, reason)
            case Refusal():
                return
            case Proof():
                self.checkpoint()
                self._delete(self.save(lease, self._begun(lease)), live)

    def _evidence(self, lease: Lease, live: LiveStack, generation: int) -> Evidence:
        return Evidence(
            stack=live.stack,
            lease=lease,
            account=self.world.account_of(live.stack),
            policy=self.policy,
            generation=generation,
            kill_switch=self.kill_switch,
            importers=live.shown_importers,
            now=self.world.now,
        )

    def _begun(self, lease: Lease) -> Lease:
        before = lease.attempt
        if lease.state is LeaseState.REAPING and before and before.accepted_at is None:
            return lease
        number = before.number + 1 if before else 1
        step = (before.retry_step if before else None) or Step.PLAIN
        attempt = Attempt(number, step, delete_token(lease, number), self.world.now)
        return replace(lease, state=LeaseState.REAPING, attempt=attempt, retry_at=None)

    def _delete(self, lease: Lease, live: LiveStack) -> None:
        attempt = lease.attempt
        assert attempt is not None
        assert self.kill_switch is KillSwitch.OFF
        check_delete(self.world, self.record, live, lease, self.policy)
        self.world.start_delete(live, attempt.step)
        self.checkpoint()
        taken = replace(attempt, accepted_at=self.world.now)
        self.save(lease, replace(lease, attempt=taken))

    def _save_blocked(self, lease: Lease, reason: str) -> None:
        blocked = block(lease, reason, retry_at=self.world.now + RECHECK).lease
        assert blocked is not None
        self.save(lease, blocked)

    def send(self, notice: OpenNotice, *, accepted: bool) -> None:
        """Send, then record: a crash in between sends twice and never counts what was not sent."""
        lease = self.leases.get(notice.stack_id)
        moved_on = lease is None or lease.generation != notice.generation
        if lease is None or moved_on or lease.marked_at is None:
            self.outbox.remove(notice)
            return
        mode = effective_mode(self.world.accounts[lease.unit.account_id], self.policy)
        if not accepted or not mode.allows(Mode.NOTIFY):
            return
        at = self.world.now
        self.record.deliver(notice.stack_id, notice.generation, notice.stage, at)
        self.checkpoint()
        self.save(lease, with_delivery(lease, notice.stage, at), sent=notice)

    def bounce(self, notice: OpenNotice) -> None:
        """The event of a bounce; one that a crash kept from the ledger comes again."""
        lease = self.leases.get(notice.stack_id)
        again = withdrawn(lease, notice.generation) if lease else None
        if lease is not None and again is not None:
            self.save(lease, again)
        self.record.bounce(notice.stack_id, notice.generation, notice.stage)
        self.sent.remove(notice)

    def extend(self, stack_id: str, number: int) -> None:
        """An owner takes one of the choices that the page offers."""
        lease = self.leases.get(stack_id)
        offered = choices(lease, self.policy, self.world.now) if lease else ()
        if lease is None or not offered:
            return
        until = offered[number % len(offered)].until
        longer = extend(lease, until, "alice", "", self.policy, self.world.now)
        if not isinstance(longer, Lease):
            return
        try:
            self.save(lease, longer)
        finally:
            if self.leases[stack_id].generation == longer.generation:
                self.record.extend(stack_id, until)
