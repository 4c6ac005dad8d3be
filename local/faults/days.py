"""The scenario's days with faults between Steward and AWS; nobody looks on, nothing is printed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from local.demo_days import KILL_SWITCH_DAY
from local.demo_policy import policy_document
from local.demo_story import Story
from local.extension_page import Page, last_link, open_page, submit
from local.faults.catalogue import Fault, FaultRule
from local.faults.proxy import FaultProxy
from local.hub import HubError
from local.inbox import read_inbox
from local.organization import Organization
from local.owner_actions import act
from local.scenario import LAST_DAY, SCENARIO
from local.scenario_model import ActionKind, Expectation

# How often an owner clicks again when the page shows an error.
CLICKS = 5
# Three tries of a function whose client tries eight times.
HANDLED_WITHIN_SECONDS = 240.0
POLL_SECONDS = 0.05


@dataclass
class Weather:
    """The fault of a run, day by day. `fired`: how often each rule did, by name."""

    proxy: FaultProxy
    fault: Fault
    organization: Organization
    ids: dict[int, str] = field(default_factory=dict)

    def turn(self, day: int) -> None:
        """Set the rules of a day; those that go on start their counting anew."""
        rules: tuple[FaultRule, ...] = self.fault.on(day)
        numbers = self.proxy.set_rules([rule.of(self.organization.accounts) for rule in rules])
        self.ids |= dict(zip(numbers, (rule.name for rule in rules), strict=True))

    def clear(self) -> None:
        self.proxy.set_rules([])

    @property
    def fired(self) -> dict[str, int]:
        counts = dict.fromkeys((rule.name for rule in self.fault.rules), 0)
        for number, count in self.proxy.fired().items():
            counts[self.ids[number]] += count
        return counts


def play(story: Story, weather: Weather) -> dict[int, tuple[str, ...]]:
    """Observe on day 0, then reap; returns the units that each day's sweep is on
    record as not having covered."""
    story.hub.stop_schedules()
    story.hub.deploy_policy(policy_document(story.organization, "observe"))
    uncovered = {0: _sweep(story, weather, 0)}
    # The operator has read the plan of every account, those too that cannot be reached by now.
    acknowledged = sum(stack.expectation is not Expectation.UNTOUCHED for stack in SCENARIO)
    story.hub.deploy_policy(policy_document(story.organization, "reap", acknowledged))
    for number in range(1, LAST_DAY + 1):
        uncovered[number] = _day(story, weather, number)
    weather.clear()
    return uncovered


def _sweep(story: Story, weather: Weather, number: int) -> tuple[str, ...]:
    weather.turn(number)
    story.hub.plan_sweep(story.day_zero if number == 0 else story.day(number))
    story.hub.await_queues()
    name_of = story.organization.name_of
    (told,) = story.hub.ledger.sweeps(1)
    missing = told.unanswered | told.unreachable.keys()
    return tuple(f"{name_of(unit.account_id)} {unit.region}" for unit in sorted(missing))


def _day(story: Story, weather: Weather, number: int) -> tuple[str, ...]:
    now = story.day(number)
    story.emulator.control.travel_to(now - timedelta(hours=1))
    weather.turn(number)
    _owners_act(story, number)
    _relay_events(story)
    story.emulator.control.travel_to(now)
    if number == KILL_SWITCH_DAY:
        story.hub.set_kill_switch("on")
    uncovered = _sweep(story, weather, number)
    story.send_digests(number)
    _relay_events(story)
    if number == KILL_SWITCH_DAY:
        story.hub.set_kill_switch("off")
    return uncovered


def _owners_act(story: Story, number: int) -> None:
    for stack in SCENARIO:
        for action in (each for each in stack.actions if each.day == number):
            before = story.stack_ids[stack.key]
            if action.kind in {ActionKind.EXTEND, ActionKind.KEEP}:
                _use_the_page(story, before, action.kind)
                continue
            after = act(story.organization, stack, before, action, story.day_zero)
            if action.kind is ActionKind.REDEPLOY:
                story.successors[stack.key] = after


def _use_the_page(story: Story, stack_id: str, kind: ActionKind) -> None:
    """Open the link of the last mail and send its form; on an error, go back and try again.

    A click whose reply was lost has worked: then the link counts as used.
    """
    endpoint = story.organization.endpoint
    link = last_link(read_inbox(endpoint), stack_id, kind)
    pages: list[Page] = []
    while len(pages) < CLICKS and not _is_done(pages):
        opened = open_page(link, endpoint)
        pages.append(submit(opened) if opened.status == HTTPStatus.OK else opened)
    if not _is_done(pages):
        raise HubError(f"the page never worked: {[page.status for page in pages]}")


def _is_done(pages: Iterable[Page]) -> bool:
    return any(page.status in {HTTPStatus.OK, HTTPStatus.GONE} for page in pages)


def _relay_events(story: Story) -> None:
    """One after the other: the next only when what the last one set off has ended."""
    for event in (*story.creation_events.take(), *story.status_events.take()):
        story.emulator.control.put_event(event)
        deadline = time.monotonic() + HANDLED_WITHIN_SECONDS
        while story.emulator.control.invocations_waiting():
            if time.monotonic() > deadline:
                raise HubError(f"{event['detail-type']} not handled: read the functions' logs")
            time.sleep(POLL_SECONDS)
    story.hub.await_queues()
