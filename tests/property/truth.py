"""What must hold when a stack is deleted, told without the code that is being tested."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from steward.domain.leases import Lease
from steward.domain.policy import Policy
from steward.domain.stacks import Protection
from tests.property.world import LiveStack, World

BERLIN = ZoneInfo("Europe/Berlin")
TTLS = {
    "1h": timedelta(hours=1),
    "2d": timedelta(days=2),
    "P20D": timedelta(days=20),
    "400d": timedelta(days=400),
}


@dataclass
class Record:
    """What happened, as the world saw it.

    `judged`: when a stack was last listed and judged. `sighted`: its last deploy, and whether the
    sweep that first saw it came before the end of the longest life, so that it counts.
    """

    delivered: dict[tuple[str, int], dict[timedelta, datetime]] = field(default_factory=dict)
    queued: set[tuple[str, int, timedelta]] = field(default_factory=set)
    judged: dict[str, datetime] = field(default_factory=dict)
    sighted: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    extended: dict[str, datetime] = field(default_factory=dict)
    deletes: int = 0

    def deliver(self, stack_id: str, generation: int, stage: timedelta, at: datetime) -> None:
        self.delivered.setdefault((stack_id, generation), {}).setdefault(stage, at)

    def bounce(self, stack_id: str, generation: int, stage: timedelta) -> None:
        self.delivered.get((stack_id, generation), {}).pop(stage, None)

    def extend(self, stack_id: str, until: datetime) -> None:
        self.extended[stack_id] = until

    def sight(self, stack_id: str, deployed_at: datetime, *, counts: bool) -> None:
        known = self.sighted.get(stack_id)
        if known is None or known[0] != deployed_at:
            self.sighted[stack_id] = (deployed_at, counts)

    def queue(self, stack_id: str, generation: int, stage: timedelta) -> None:
        """Remember a notice; the same one must never be queued again."""
        key = (stack_id, generation, stage)
        assert key not in self.queued, f"a second notice for {key}"
        self.queued.add(key)


def check_delete(
    world: World, record: Record, live: LiveStack, lease: Lease, policy: Policy
) -> None:
    """Every promise to an owner, at the moment DeleteStack is called for their stack."""
    assert live.stack.stack_id == lease.stack_id
    assert not live.stack.in_progress
    assert live.stack.protection is Protection.OFF
    assert _is_wanted_gone(live, policy), f"kept or out of scope: {live.stack}"
    assert live.deployed_at <= record.judged[lease.stack_id], "deployed after the verdict"
    assert _true_expiry(live, record, policy) <= world.now, "not expired"
    _check_told(world, record, lease, policy)
    _check_allowed(world, live, policy)
    record.deletes += 1


def is_expired_and_wanted_gone(
    world: World, record: Record, live: LiveStack, policy: Policy
) -> bool:
    """Whether nothing speaks for the stack any more."""
    unprotected = live.stack.protection is Protection.OFF
    expired = _true_expiry(live, record, policy) <= world.now
    return unprotected and _is_wanted_gone(live, policy) and expired


def _is_wanted_gone(live: LiveStack, policy: Policy) -> bool:
    tags = live.stack.tags
    excluded = policy.scope.exclude.name_patterns
    if live.stack.name in excluded or "feat-*" in excluded:
        return False
    kept = "steward:keep" in tags and tags["steward:keep"] != "false"
    named = "feat-*" in policy.scope.name_patterns and live.stack.name.startswith("feat-")
    feature = named or tags.get("stage") == "feature"
    return feature and not kept and tags.get("stage") != "prod"


def _true_expiry(live: LiveStack, record: Record, policy: Policy) -> datetime:
    since = live.deployed_at if policy.lease.renew_on_deploy else live.stack.created_at
    ttl = TTLS.get(live.stack.tags.get("ttl", ""), policy.lease.ttl)
    wish = since + ttl
    if "expires-at" in live.stack.tags:
        try:
            wish = datetime.fromisoformat(live.stack.tags["expires-at"])
        except ValueError:
            wish = since + max(ttl, policy.lease.ttl)
    wish = max(wish, record.extended.get(live.stack.stack_id, wish))
    return min(live.stack.created_at + policy.lease.max_lifetime, wish)


def _check_told(world: World, record: Record, lease: Lease, policy: Policy) -> None:
    delivered = record.delivered.get((lease.stack_id, lease.generation), {})
    assert delivered, "nobody was told of this generation"
    final = min(delivered)
    grace = max(policy.minimum_notice, policy.delivery_wait)
    assert delivered[final] + grace <= world.now, "the final notice is too young"
    assert max(delivered.values()) + grace <= world.now, "a notice is too young"
    deployed_at, counts = record.sighted[lease.stack_id]
    if counts:
        assert min(delivered.values()) >= deployed_at, "told before the last deploy only"


def _check_allowed(world: World, live: LiveStack, policy: Policy) -> None:
    account = world.account_of(live.stack)
    assert policy.mode == "reap"
    assert account.tags.get("steward:mode", "reap") == "reap"
    local = world.now.astimezone(BERLIN)
    assert local.weekday() < 4, "outside the weekdays"
    assert 9 <= local.hour < 16, "outside the hours"
    assert not live.shown_importers
