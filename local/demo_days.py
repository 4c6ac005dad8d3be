"""The days of the demo: looking first, then acting, one sweep a day."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from local.demo_policy import TIMEZONE, policy_document
from local.demo_story import Story, step
from local.demo_tables import print_events
from local.extension_page import last_link, open_page, submit
from local.ground_truth import snapshot, subjects
from local.hub import HubError
from local.inbox import Mail, read_inbox
from local.link_scanner import scan
from local.owner_actions import act
from local.scenario import LAST_DAY, SCENARIO
from local.scenario_model import ActionKind
from steward.domain.instants import spoken

SCHEDULE_FIRES_WITHIN_SECONDS = 130.0
SCANNER_DAY = 1
KILL_SWITCH_DAY = 8


def look_first(story: Story, *, await_schedule: bool) -> None:
    """Day 0: the schedule itself starts a sweep in observe mode; nothing outside is written."""
    console, hub = story.console, story.hub
    console.rule("[bold]Day 0, mode observe: look, and touch nothing", align="left")
    hub.deploy_policy(policy_document(story.organization, "observe"))
    if not await_schedule:
        hub.plan_sweep(story.day_zero)
    with step(console, "waiting for the one-minute EventBridge schedule to start a sweep"):
        _await(lambda: any(hub.audit_events()), "the schedule started no sweep")
        hub.stop_schedules()
        hub.await_queues()
    events = story.new_events()
    print_events(console, story.organization, events)
    if _appearances(story) != story.first_seen or read_inbox(story.organization.endpoint):
        raise HubError("a sweep in observe mode changed a stack or sent a mail")
    console.print(f"{len(events)} leases registered; no stack changed, no mail sent\n")


def _appearances(story: Story) -> dict[str, object]:
    return {
        subject.stack_id: snapshot(story.organization, subject)
        for subject in subjects(SCENARIO, story.stack_ids, story.stack_ids)
    }


def act_on_it(story: Story) -> None:
    """Switch to reap, once the operator has acknowledged what the scope selects."""
    console, hub = story.console, story.hub
    console.rule(
        "[bold]Day 1, mode reap: acknowledged first, told before anything else", align="left"
    )
    refusal = hub.refusal_of_policy(policy_document(story.organization, "reap"))
    console.print(f"the policy validator refuses to act unasked:\n  {refusal}\n", markup=False)
    if not refusal:
        raise HubError("the policy validator accepted a policy that nobody acknowledged")
    selected = sum(hub.ledger.census().newly_selected.values())
    acknowledged = policy_document(story.organization, "reap", selected)
    if hub.refusal_of_policy(acknowledged):
        raise HubError("the policy validator refused the acknowledged policy")
    hub.deploy_policy(acknowledged)
    for number in range(1, LAST_DAY + 1):
        _day(story, number)


def _day(story: Story, number: int) -> None:
    """What owners do, a sweep, the digests, and what CloudFormation tells afterwards."""
    now = story.day(number)
    story.emulator.control.travel_to(now - timedelta(hours=1))
    _owners_act(story, number)
    story.relay_status_events()
    story.emulator.control.travel_to(now)
    if number == KILL_SWITCH_DAY:
        story.hub.set_kill_switch("on")
    outcome = story.hub.plan_sweep(now)
    story.hub.await_queues()
    mails = story.send_digests(number)
    story.relay_status_events()
    title = f"day {number}, {spoken(now, ZoneInfo(TIMEZONE))}"
    story.console.rule(f"[bold]{title}", align="left")
    if outcome.get("held"):
        story.console.print(f"held: {outcome['held']}", markup=False)
    if number == KILL_SWITCH_DAY:
        story.console.print("the kill switch is on: nothing is deleted today")
        story.hub.set_kill_switch("off")
    print_events(story.console, story.organization, story.new_events())
    if number == SCANNER_DAY:
        _scanner_follows(story, mails)
        story.hub.rotate_link_key()
        story.console.print("the key of the links is rotated; links that are out stay good\n")


def _scanner_follows(story: Story, mails: Iterable[Mail]) -> None:
    """A mail gateway opens every link before any owner does."""
    before = _ledger(story)
    requests = scan(mails, story.organization.endpoint)
    if not requests or _ledger(story) != before:
        raise HubError(f"a scanner's {requests} requests to the links changed the ledger")
    story.console.print(f"a link scanner made {requests} requests to the links: nothing changed")


def _ledger(story: Story) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in story.hub.items())


def _owners_act(story: Story, number: int) -> None:
    for stack in SCENARIO:
        for action in stack.actions:
            if action.day == number:
                story.console.print(f"the owner of {stack.name}: {action.kind}")
                before = story.stack_ids[stack.key]
                if action.kind in {ActionKind.EXTEND, ActionKind.KEEP}:
                    _use_the_page(story, before, action.kind)
                    continue
                after = act(story.organization, stack, before, action, story.day_zero)
                if action.kind is ActionKind.REDEPLOY:
                    story.successors[stack.key] = after


def _use_the_page(story: Story, stack_id: str, action: ActionKind) -> None:
    """Open the link of the last mail and send the form as it stands, then click once more."""
    endpoint = story.organization.endpoint
    link = last_link(read_inbox(endpoint), stack_id, action)
    page = open_page(link, endpoint)
    done = submit(page)
    if done.status != HTTPStatus.OK:
        raise HubError(f"the page answered {done.status}: {done.words}")
    story.console.print(f"  the page says: {done.message}", markup=False, highlight=False)
    before = _ledger(story)
    again = submit(page)
    if again.status != HTTPStatus.GONE or _ledger(story) != before:
        raise HubError(f"the same link was taken twice: {again.status} {again.words}")


def _await(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SCHEDULE_FIRES_WITHIN_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise HubError(f"{otherwise} within {SCHEDULE_FIRES_WITHIN_SECONDS:g} s")
        time.sleep(0.5)
