"""What would change a decision: the exact tags, and what they would do. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from steward.domain.decisions import KEEP_TAG, why_not_leasable
from steward.domain.durations import format_duration
from steward.domain.leases import Lease
from steward.domain.notices import planned_deletion
from steward.domain.outbox import stage_notice
from steward.domain.policy import Policy
from steward.domain.policy_scope import Exclusions, Match, Scope
from steward.domain.protected import never_reap_reason
from steward.domain.scope import judge_scope, why_account_is_out
from steward.domain.stacks import Account, Protection, Stack
from steward.notify.keeping import KEEP_FOR_GOOD, deploy_commands, extension


@dataclass(frozen=True, slots=True)
class Remedy:
    """`tag` is `key=value` to set by a normal deploy, empty when something else is to be done."""

    what: str
    tag: str = ""

    @property
    def commands(self) -> tuple[str, ...]:
        return tuple(deploy_commands(self.tag)) if self.tag else ()


def remedies(
    stack: Stack, lease: Lease | None, account: Account, policy: Policy, now: datetime
) -> Iterator[Remedy]:
    """All that would change what is decided about `stack`, the mildest first."""
    if not why_not_leasable(stack, account, policy):
        yield from _for_a_leased_one(stack, lease, policy, now)
    elif never_reap_reason(stack, account):
        yield from _for_a_protected_one(stack)
    elif judge_scope(stack, account, policy).inside:
        yield Remedy(f"remove the tag {KEEP_TAG} (or set it to false): it is leased again")
    else:
        yield from _for_an_outsider(stack, account, policy)


def _for_a_leased_one(
    stack: Stack, lease: Lease | None, policy: Policy, now: datetime
) -> Iterator[Remedy]:
    if lease is not None:
        yield from _longer(stack, lease, policy, now)
    yield Remedy("it is left alone for as long as the tag is there", KEEP_FOR_GOOD)
    if stack.protection is not Protection.ON:
        yield Remedy("turn termination protection on: it is left alone for as long as that is on")


def _longer(stack: Stack, lease: Lease, policy: Policy, now: datetime) -> Iterator[Remedy]:
    notice = stage_notice(lease, policy.notices[-1], now)
    longer = extension(notice, planned_deletion(lease, policy, now), policy)
    if not longer.tag:
        yield Remedy(f"it cannot be extended beyond {longer.limit}")
        return
    yield Remedy(f"it lives until the end of that day; at the latest {longer.limit}", longer.tag)
    ttl = format_duration(policy.lease.max_lifetime)
    if policy.lease.expires_tag not in stack.tags:
        since = "last deploy" if policy.lease.renew_on_deploy else "creation"
        what = f"it lives so long after its {since}, under the same limit; 36h or 2w do as well"
        yield Remedy(what, f"{policy.lease.ttl_tag}={ttl}")
        if policy.lease.renew_on_deploy:
            yield Remedy("deploy it again: its time starts anew")


def _for_a_protected_one(stack: Stack) -> Iterator[Remedy]:
    if stack.protection is Protection.ON:
        yield Remedy("turn termination protection off: it is judged like any other stack")
    else:
        yield Remedy("nothing: this kind of stack is never touched, whatever the policy says")


def _for_an_outsider(stack: Stack, account: Account, policy: Policy) -> Iterator[Remedy]:
    scope = policy.scope
    if why_account_is_out(account, scope):
        yield Remedy("only a change of the policy's scope: this account is left out of it")
        return
    if stack.unit.region not in scope.regions:
        yield Remedy(f"only a change of the policy: {stack.unit.region} is not in scope.regions")
        return
    if _selected_but_excluded(stack, account, policy):
        why = judge_scope(stack, account, policy).reason
        yield Remedy(f"it would be leased if it were not excluded: {why}")
        return
    yield _way_in(scope)


def _selected_but_excluded(stack: Stack, account: Account, policy: Policy) -> bool:
    scope = policy.scope.model_copy(update={"exclude": Exclusions()})
    return judge_scope(stack, account, policy.model_copy(update={"scope": scope})).inside


def _way_in(scope: Scope) -> Remedy:
    wanted = [f"{key}={value}" for key, values in scope.tags.items() for value in values]
    names = ", ".join(scope.name_patterns)
    both = " and " if scope.match is Match.ALL else " or "
    ways = [f"a name like {names}" if names else "", f"a tag {', '.join(wanted)}" if wanted else ""]
    return Remedy(f"{both.join(way for way in ways if way)}, unless scope.exclude names it")
