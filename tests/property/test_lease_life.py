"""Months in the life of an organization, with everything going wrong that may.

Owners deploy, extend, keep and forget; mails fail, bounce and come late; scans break off, messages
come twice and in any order, processes die between any two steps, the policy changes. The promises
of `truth.py` are checked at every delete, and in the end the world is left alone: then what is
expired has to go.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from steward.domain.ladder import DeleteFailure
from steward.domain.leases import LeaseState
from steward.domain.policy import Policy
from steward.domain.proof import KillSwitch
from steward.domain.stacks import DELETE_FAILED, Protection, Stack, Unit
from tests.factories import make_policy
from tests.property.control import NEVER, Crash, LeaseChanged, Steward
from tests.property.truth import is_expired_and_wanted_gone
from tests.property.world import BUSY, FULL, OURS, ROLE, UNITS, LiveStack, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Beyond the longest life that a policy here allows, to which an owner may extend.
TO_THE_END = 201 * DAY
# 9 days from the first notice, a long weekend, and the ladder over another one.
BOUND = 24 * DAY
SWEEP_EVERY = 3 * HOUR

names = st.sampled_from(["feat-a", "feat-b", "feat-c", "cart"])
picks = st.integers(0, 11)
crashes = st.one_of(st.just(NEVER), st.integers(0, 12))
settled = st.sampled_from(["CREATE_COMPLETE", "CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE"])
updated = st.sampled_from(["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
tags = st.sampled_from(
    [
        {},
        {},
        {"stage": "feature"},
        {"ttl": "1h"},
        {"ttl": "2d"},
        {"ttl": "P20D"},
        {"ttl": "400d"},
        {"ttl": "soon"},
        {"stage": "feature", "ttl": "2d"},
        {"expires-at": "2026-11-20T12:00:00+01:00"},
        {"expires-at": "2026-12-15T12:00:00+01:00"},
        {"expires-at": "2031-01-01T00:00:00+00:00"},
        {"expires-at": "whenever", "ttl": "1h"},
        {"steward:keep": "yes"},
        {"steward:keep": "false"},
        {"stage": "prod"},
    ]
)
waits = st.sampled_from([HOUR / 4, HOUR, 5 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 20 * DAY])
fates = st.lists(st.sampled_from([True, True, False]), min_size=1, max_size=4)
SCOPE: dict[str, Any] = {
    "name_patterns": ["feat-*"],
    "tags": {"stage": ["feature"]},
    "regions": ["eu-west-1"],
    "exclude": {"tags": {"stage": ["prod"]}},
}
policy_changes = st.one_of(
    st.fixed_dictionaries({"mode": st.sampled_from(["observe", "notify", "reap", "reap", "reap"])}),
    st.fixed_dictionaries(
        {
            "lease": st.fixed_dictionaries(
                {
                    "ttl": st.sampled_from(["1d", "5d", "14d", "40d"]),
                    "max_lifetime": st.sampled_from(["40d", "60d", "200d"]),
                    "renew_on_deploy": st.booleans(),
                }
            )
        }
    ),
    st.sampled_from(
        [
            {"notices": ["7d", "3d", "1d"], "minimum_notice": "24h"},
            {"notices": ["7d", "12h"], "minimum_notice": "12h"},
            {"notices": ["3d", "2d"], "minimum_notice": "36h"},
            {"notices": ["9d"], "minimum_notice": "4d"},
            {"notices": ["12h"], "minimum_notice": "1h", "delivery_wait": "30m"},
            {"notices": ["12h"], "minimum_notice": "1h", "delivery_wait": "20h"},
        ]
    ),
    st.booleans().map(
        lambda on: {
            "deletion": {"empty_buckets": on, "retain_failed_resources": on, "force": on},
        }
    ),
    st.sampled_from([[], ["feat-b"], ["feat-*", "cart"]]).map(
        lambda names: {
            "scope": SCOPE | {"exclude": {"tags": {"stage": ["prod"]}, "name_patterns": names}}
        }
    ),
)


@dataclass(frozen=True)
class Shift:
    """Some hours of work, what goes wrong in it, and what others do in the middle of it.

    `while_scanning` happens between listing and judging, `while_queued` between the request of a
    delete and its delivery; both name one of MEDDLINGS.
    """

    wait: timedelta
    sweep_dies_after: int
    while_scanning: str
    fates: list[bool]
    while_queued: str
    reap_dies_after: int
    comes_twice: bool
    operations_end: bool


OTHER_POLICIES: dict[str, dict[str, Any]] = {
    "narrow": {"scope": SCOPE | {"name_patterns": ["pr-*"]}},
    "lower": {"mode": "notify"},
    "longer": {"lease": {"ttl": "60d", "max_lifetime": "200d"}},
    "stricter": {"notices": ["9d"], "minimum_notice": "4d"},
}
STACK_MEDDLINGS = [
    "deploy",
    "update",
    "keep",
    "protect",
    "hide",
    "bounce",
    "extend",
    "kill",
    "delay",
]
MEDDLINGS = ["", "", "", *STACK_MEDDLINGS, *OTHER_POLICIES]
shifts = st.lists(
    st.builds(
        Shift,
        wait=st.sampled_from([HOUR / 4, HOUR, 5 * HOUR, 12 * HOUR, DAY, 3 * DAY]),
        sweep_dies_after=crashes,
        while_scanning=st.sampled_from(MEDDLINGS),
        fates=fates,
        while_queued=st.sampled_from(MEDDLINGS),
        reap_dies_after=crashes,
        comes_twice=st.booleans(),
        operations_end=st.sampled_from([True, True, False]),
    ),
    min_size=1,
    max_size=12,
)


class LeaseLife(RuleBasedStateMachine):
    """Random owners, faults and sweeps against the real decisions."""

    def __init__(self) -> None:
        super().__init__()
        self.document: dict[str, Any] = {
            "mode": "reap",
            "scope": SCOPE,
            "lease": {"ttl": "14d", "max_lifetime": "200d"},
        }
        self.world = World()
        self.steward = Steward(self.world, self.policy)
        self.seen: list[Stack] = []
        self.versions: dict[str, tuple[int, int]] = {}

    @property
    def policy(self) -> Policy:
        return make_policy(**self.document)

    def change_policy(self, **sections: Any) -> None:
        self.document |= sections
        self.steward.policy = self.policy

    def pick(self, number: int) -> LiveStack | None:
        stacks = list(self.world.stacks.values())
        return stacks[number % len(stacks)] if stacks else None

    def run(self, job: Callable[[], None], steps_to_live: int) -> None:
        """Run a job that may die half-way or meet a changed lease; both are everyday life."""
        self.steward.steps_to_live = steps_to_live
        try:
            job()
        except (Crash, LeaseChanged):
            pass
        finally:
            self.steward.steps_to_live = NEVER

    @initialize()
    def begin(self) -> None:
        self.world.create("feat-a", UNITS[0], {}, "CREATE_COMPLETE")
        self.world.create("feat-b", UNITS[1], {"ttl": "2d"}, "CREATE_COMPLETE")

    @rule(by=waits)
    def time_passes(self, by: timedelta) -> None:
        self.world.pass_time(by)

    @rule(name=names, unit=st.sampled_from(UNITS), tags=tags, status=settled)
    def create(self, name: str, unit: Unit, tags: dict[str, str], status: str) -> None:
        taken = {(live.stack.name, live.stack.unit) for live in self.world.stacks.values()}
        if (name, unit) not in taken and len(taken) < 6:
            self.world.create(name, unit, tags, status)

    @rule(number=picks, tags=tags, status=updated, keeps_ours=st.booleans())
    def deploy(self, number: int, tags: dict[str, str], status: str, keeps_ours: bool) -> None:
        live = self.pick(number)
        if live is None or not live.takes_updates:
            return
        ours = {key: live.stack.tags[key] for key in OURS if key in live.stack.tags}
        self.world.deploy(live, tags | ours if keeps_ours else tags, status)

    @rule(number=picks, tags=tags, again=st.booleans())
    def owner_deletes(self, number: int, tags: dict[str, str], again: bool) -> None:
        """And perhaps deploys again under the same name: another stack, another lease."""
        live = self.pick(number)
        if live is not None and not live.stack.in_progress:
            del self.world.stacks[live.stack.stack_id]
            if again:
                self.world.create(live.stack.name, live.stack.unit, tags, "CREATE_COMPLETE")

    @rule(
        number=picks,
        protection=st.sampled_from(list(Protection)),
        status=st.sampled_from(["", "", DELETE_FAILED]),
    )
    def owner_protects_or_fails_to_delete(
        self, number: int, protection: Protection, status: str
    ) -> None:
        live = self.pick(number)
        if live is not None and not live.stack.in_progress:
            status = status or live.stack.status
            live.stack = replace(live.stack, protection=protection, status=status)

    @rule(
        number=picks,
        failures=st.lists(st.sampled_from([BUSY, ROLE, FULL]), max_size=4),
        is_stuck=st.booleans(),
        importers=st.sampled_from([(), (), ("feat-x",)]),
        too_late=st.booleans(),
    )
    def deletes_will_fail(
        self,
        number: int,
        failures: list[DeleteFailure],
        is_stuck: bool,
        importers: tuple[str, ...],
        too_late: bool,
    ) -> None:
        live = self.pick(number)
        if live is not None:
            live.failures, live.is_stuck = list(failures), is_stuck
            live.importers, live.too_late = importers, too_late

    @rule()
    def operations_end(self) -> None:
        self.world.progress()

    @rule(
        unit=st.sampled_from(UNITS),
        mode=st.sampled_from([None, None, "reap", "notify", "what?"]),
        switch=st.sampled_from([KillSwitch.OFF, KillSwitch.OFF, KillSwitch.ON, KillSwitch.UNREAD]),
        reverts=st.booleans(),
    )
    def operators_act(
        self, unit: Unit, mode: str | None, switch: KillSwitch, reverts: bool
    ) -> None:
        account = self.world.accounts[unit.account_id]
        tags = {} if mode is None else {"steward:mode": mode}
        self.world.accounts[unit.account_id] = replace(account, tags=tags)
        self.steward.kill_switch = switch
        self.steward.reverts_tags = reverts

    @rule(change=policy_changes)
    def policy_changes(self, change: dict[str, Any]) -> None:
        self.change_policy(**change)

    @rule(
        steps=crashes,
        late=st.sampled_from([0 * HOUR, 0 * HOUR, HOUR / 4, 30 * HOUR]),
        most=st.sampled_from([NEVER, NEVER, 1]),
    )
    def sweep(self, steps: int, late: timedelta, most: int) -> None:
        """`late`: the sweep's clock is older than the wall's. `most`: throttled after so many."""
        now = self.world.now - late
        self.run(lambda: self.steward.sweep(self.world.listed(), now, most), steps)

    @rule()
    def list_for_a_slow_scan(self) -> None:
        self.seen = self.world.listed()

    @rule(steps=crashes)
    def judge_what_was_listed_long_ago(self, steps: int) -> None:
        def scan() -> None:
            for stack in self.seen:
                self.steward.alone(stack, self.steward.leases.get(stack.stack_id), self.world.now)

        self.run(scan, steps)

    @rule(number=picks, steps=crashes)
    def status_event(self, number: int, steps: int) -> None:
        live = self.pick(number)
        if live is not None:
            lease = self.steward.leases.get(live.stack.stack_id)
            now = self.world.now
            self.run(lambda: self.steward.alone(live.stack, lease, now, acts=False), steps)

    @rule(fates=fates, steps=crashes)
    def send_notices(self, fates: list[bool], steps: int) -> None:
        def digest() -> None:
            for number, notice in enumerate(list(self.steward.outbox)):
                self.steward.send(notice, accepted=fates[number % len(fates)])

        self.run(digest, steps)

    @rule(number=picks, steps=crashes)
    def a_mail_bounces(self, number: int, steps: int) -> None:
        if self.steward.sent:
            notice = self.steward.sent[-1 - number % len(self.steward.sent)]
            self.run(lambda: self.steward.bounce(notice), steps)

    @rule(number=picks, choice=st.integers(0, 3), steps=crashes)
    def owner_extends(self, number: int, choice: int, steps: int) -> None:
        live = self.pick(number)
        if live is not None:
            self.run(lambda: self.steward.extend(live.stack.stack_id, choice), steps)

    @rule(number=picks, steps=crashes, again=st.booleans())
    def deliver_reap(self, number: int, steps: int, again: bool) -> None:
        """Any message of the queue, in any order, perhaps left there to come again."""
        if self.steward.reaps:
            message = self.steward.reaps[number % len(self.steward.reaps)]
            if not again:
                self.steward.reaps.remove(message)
            self.run(lambda: self.steward.reap(message), steps)

    @rule(shifts=shifts, number=picks)
    def an_ordinary_week(self, shifts: list[Shift], number: int) -> None:
        for shift in shifts:
            self.work(shift, number)

    @rule(shifts=shifts, number=picks)
    def the_week_in_which_deletes_are_due(self, shifts: list[Shift], number: int) -> None:
        """Peace until the next delete is queued, so that what is done then is often looked at."""
        self.make_peace()
        for _ in range(120):
            if self.steward.reaps:
                break
            self.world.pass_time(6 * HOUR)
            self.sweep(NEVER, 0 * HOUR, NEVER)
            self.send_notices([True], NEVER)
        self.deletes_arrive(shifts[0], number)
        for shift in shifts[1:]:
            self.work(shift, number)

    def work(self, shift: Shift, number: int) -> None:
        self.world.pass_time(shift.wait)
        self.list_for_a_slow_scan()
        with self.meddling(shift.while_scanning, number):
            listed, now = self.seen, self.world.now
            self.run(lambda: self.steward.sweep(listed, now), shift.sweep_dies_after)
        self.send_notices(shift.fates, NEVER)
        self.deletes_arrive(shift, number)

    def deletes_arrive(self, shift: Shift, number: int) -> None:
        with self.meddling(shift.while_queued, number):
            for at in range(len(self.steward.reaps)):
                self.deliver_reap(at, shift.reap_dies_after, shift.comes_twice)
        if shift.operations_end:
            self.world.progress()

    @contextmanager
    def meddling(self, what: str, number: int) -> Iterator[None]:
        """Somebody does something at the wrong moment; rules and switches are put back after it."""
        live = self.pick(number)
        if live is None or not what:
            yield
            return
        document, switch = dict(self.document), self.steward.kill_switch
        protection = live.stack.protection
        self.meddle(what, number, live)
        yield
        self.change_policy(**document)
        self.steward.kill_switch = switch
        self.world.protect(live, protection)

    def meddle(self, what: str, number: int, live: LiveStack) -> None:
        tags = dict(live.stack.tags)
        kept = tags | {"steward:keep": ""}
        deploy = partial(self.deploy, number)
        tricks: dict[str, Callable[[], object]] = {
            "deploy": partial(deploy, tags, "UPDATE_COMPLETE", keeps_ours=True),
            "update": partial(deploy, tags, "UPDATE_IN_PROGRESS", keeps_ours=True),
            "keep": partial(deploy, kept, "UPDATE_COMPLETE", keeps_ours=False),
            "protect": partial(self.world.protect, live, Protection.ON),
            "hide": partial(self.world.protect, live, Protection.UNKNOWN),
            "bounce": partial(self.a_mail_bounces, number, NEVER),
            "extend": partial(self.owner_extends, number, number, NEVER),
            "kill": partial(setattr, self.steward, "kill_switch", KillSwitch.UNREAD),
            "delay": partial(self.world.pass_time, 9 * HOUR),
        }
        tricks |= {
            each: partial(self.change_policy, **OTHER_POLICIES[each]) for each in OTHER_POLICIES
        }
        tricks[what]()

    @rule(steps=st.integers(1, 12))
    def everything_works_for_a_while(self, steps: int) -> None:
        for _ in range(steps):
            self.hour_of_peace(8 * HOUR)

    @invariant()
    def versions_and_generations_only_grow(self) -> None:
        for stack_id, lease in (self.steward.leases | self.steward.ended).items():
            now = (lease.version, lease.generation)
            before = self.versions.get(stack_id, (0, 0))
            assert all(new >= old for new, old in zip(now, before, strict=True))
            self.versions[stack_id] = now

    def make_peace(self) -> None:
        """Nothing but the owners' own words keeps Steward from deleting."""
        self.change_policy(mode="reap", scope=SCOPE)
        self.steward.kill_switch = KillSwitch.OFF
        for account_id, account in self.world.accounts.items():
            self.world.accounts[account_id] = replace(account, tags={})

    def hour_of_peace(self, by: timedelta) -> None:
        """One faultless round: sweep, mails, deletes, and what CloudFormation makes of them."""
        self.world.pass_time(by)
        self.world.progress()
        self.steward.sweep(self.world.listed(), self.world.now)
        for notice in list(self.steward.outbox):
            self.steward.send(notice, accepted=True)
        messages, self.steward.reaps = self.steward.reaps, []
        for message in messages:
            self.run(partial(self.steward.reap, message), NEVER)

    def teardown(self) -> None:
        """Left alone, everything that is expired and unwanted is deleted or blocked in time."""
        self.make_peace()
        self.hour_of_peace(TO_THE_END)
        blocked = set()
        for _ in range(BOUND // SWEEP_EVERY):
            self.hour_of_peace(SWEEP_EVERY)
            blocked |= self.blocked()
        for stack_id, live in self.world.stacks.items():
            if is_expired_and_wanted_gone(self.world, self.steward.record, live, self.policy):
                assert stack_id in blocked, f"neither deleted nor blocked: {self.lease(stack_id)}"
        self.nothing_is_written_when_nothing_changes()

    def blocked(self) -> set[str]:
        leases = self.steward.leases.values()
        return {lease.stack_id for lease in leases if lease.state is LeaseState.BLOCKED}

    def lease(self, stack_id: str) -> object:
        return self.steward.leases.get(stack_id)

    def nothing_is_written_when_nothing_changes(self) -> None:
        before = self.steward.writes
        self.steward.sweep(self.world.listed(), self.world.now)
        written = self.steward.writes - before
        assert written == 0, f"a sweep that found nothing new wrote {written} times"


TestLeaseLife = LeaseLife.TestCase
