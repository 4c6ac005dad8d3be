"""The demo: an organization from its first, silent sweep to after the last expiry.

Everything is done by the deployed functions. The demo only sets the time, plays the owners and
the operator, and compares the outcome with the scenario's ground truth.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from local import build
from local.demo_policy import TIMEZONE, policy_document
from local.demo_tables import print_comparison, print_events, print_inbox, print_mail
from local.emulator import Emulator
from local.emulator_environment import HOME_REGION
from local.ground_truth import Subject, all_stacks, compare, snapshot, strangers, subjects
from local.hub import Hub, HubError, open_hub
from local.inbox import read_inbox
from local.member_roles import deploy_member_roles
from local.organization import HUB, Organization, create_organization
from local.owner_actions import act
from local.scenario import LAST_DAY, SCENARIO
from local.scenario_accounts import MEMBERS
from local.scenario_model import ActionKind, Expectation
from local.seeds import seed
from local.status_events import StatusEvents
from local.tool_command import run_tool
from local.tool_environment import REPOSITORY, tool_environment
from steward.domain.audit import AuditEvent
from steward.domain.instants import spoken

SWEEP_HOUR = 10
SCHEDULE_FIRES_WITHIN_SECONDS = 130.0
KILL_SWITCH_DAY = 8
EXPLAINED = ("feat-crawler", "feat-private-link")
COMMAND = Path(sys.executable).with_name("steward")
NO_REAP_ROLE = {member.name for member in MEMBERS if not member.reaping}
HUB_PARAMETERS = {
    "LeaseSchedule": "rate(1 minute)",
    "DigestSchedule": "rate(1 day)",
    "MaxClockSkewMinutes": "100000",
    "MailFrom": "steward@example.com",
    "MailIdentity": "*",
}


@dataclass
class Story:
    """What the demo keeps in mind while the days pass. `told`: the audit events already shown."""

    console: Console
    emulator: Emulator
    organization: Organization
    hub: Hub
    day_zero: datetime
    stack_ids: dict[str, str]
    status_events: StatusEvents
    first_seen: dict[str, object]
    stacks_at_first: set[str]
    successors: dict[str, str] = field(default_factory=dict)
    told: set[tuple[str, int, str]] = field(default_factory=set)

    def day(self, number: int) -> datetime:
        """Mid-morning of a day, where the deletion windows are open."""
        local = self.day_zero.astimezone(ZoneInfo(TIMEZONE)) + timedelta(days=number)
        return local.replace(hour=SWEEP_HOUR, minute=0, second=0, microsecond=0).astimezone(UTC)

    def new_events(self) -> list[AuditEvent]:
        """What was written to the audit trail since the last time."""
        fresh = [event for event in self.hub.audit_events() if _name(event) not in self.told]
        self.told.update(map(_name, fresh))
        return sorted(fresh, key=lambda event: (event.at, event.stack_id, event.version))

    def relay_status_events(self) -> None:
        for event in self.status_events.take():
            self.hub.follow(event)


def _name(event: AuditEvent) -> tuple[str, int, str]:
    return event.stack_id, event.version, event.what


def run_demo(
    *, keep: bool, console: Console, enforce_iam: bool = True, await_schedule: bool = True
) -> int:
    """Run the whole scenario; 0 when every stack ended as expected, 1 when one did not.

    Without `enforce_iam` every role may be assumed, one that does not exist too. Without
    `await_schedule` the first sweep is started by hand.
    """
    with _step(console, "building the app with the SAM CLI"):
        build.build()
    with Emulator(enforce_iam=enforce_iam) as emulator:
        story = _set_up(console, emulator)
        _look_first(story, await_schedule=await_schedule)
        _act(story)
        wrong = _reckon(story)
        if keep:
            _keep_running(story)
    return 1 if wrong else 0


def _set_up(console: Console, emulator: Emulator) -> Story:
    """The hub comes first: its one-minute schedule runs while the stacks are seeded."""
    day_zero = datetime.now(UTC).replace(microsecond=0)
    with _step(console, f"creating an organization of {len(MEMBERS) + 1} accounts"):
        organization = create_organization(emulator.endpoint, MEMBERS)
        deploy_member_roles(organization, MEMBERS)
        organization.session().client("sesv2").create_email_identity(EmailIdentity="example.com")
    with _step(console, "deploying the unmodified template.yaml into the hub account"):
        build.deploy(emulator.endpoint, HUB_PARAMETERS)
        hub = open_hub(organization)
    with _step(console, f"seeding {len(SCENARIO)} stacks of all ages"):
        stack_ids = seed(organization, emulator.control, SCENARIO, day_zero)
        events = StatusEvents(emulator.control)
        events.skip_to_now()
        first = [*subjects(SCENARIO, stack_ids, stack_ids)]
        first_seen = {each.stack_id: snapshot(organization, each) for each in first}
    everything = all_stacks(organization)
    return Story(
        console, emulator, organization, hub, day_zero, stack_ids, events, first_seen, everything
    )


def _look_first(story: Story, *, await_schedule: bool) -> None:
    """Day 0: the schedule itself starts a sweep in observe mode; nothing outside is written."""
    console, hub = story.console, story.hub
    console.rule("[bold]Day 0, mode observe: look, and touch nothing", align="left")
    hub.deploy_policy(policy_document(story.organization, "observe"))
    if not await_schedule:
        hub.plan_sweep(story.day_zero)
    with _step(console, "waiting for the one-minute EventBridge schedule to start a sweep"):
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


def _act(story: Story) -> None:
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
    story.hub.send_digests(now)
    story.relay_status_events()
    title = f"day {number}, {spoken(now, ZoneInfo(TIMEZONE))}"
    story.console.rule(f"[bold]{title}", align="left")
    if outcome.get("held"):
        story.console.print(f"held: {outcome['held']}", markup=False)
    if number == KILL_SWITCH_DAY:
        story.console.print("the kill switch is on: nothing is deleted today")
        story.hub.set_kill_switch("off")
    print_events(story.console, story.organization, story.new_events())


def _owners_act(story: Story, number: int) -> None:
    for stack in SCENARIO:
        for action in stack.actions:
            if action.day == number:
                story.console.print(f"the owner of {stack.name}: {action.kind}")
                before = story.stack_ids[stack.key]
                after = act(story.organization, stack, before, action, story.day_zero)
                if action.kind is ActionKind.REDEPLOY:
                    story.successors[stack.key] = after


def _reckon(story: Story) -> int:
    """Show the inbox and the explanations, and compare with the ground truth."""
    console = story.console
    mails = read_inbox(story.organization.endpoint)
    console.rule("[bold]What the owners received", align="left")
    print_inbox(console, mails)
    if mails:
        print_mail(console, mails[0])
    for name in EXPLAINED:
        _explain(story, name)
    console.rule("[bold]What became of every stack", align="left")
    found = [compare(story.hub, subject, story.first_seen) for subject in _subjects(story)]
    wrong = print_comparison(console, found)
    dead_letters = sum(
        story.hub.messages_in(queue)
        for queue in story.hub.outputs
        if queue.endswith("DeadLetterQueueUrl")
    )
    console.print(f"dead letters: {dead_letters}")
    lost = strangers(story.organization, story.stack_ids.values(), story.stacks_at_first)
    if lost:
        console.print(f"[red]deleted although no part of the scenario: {', '.join(lost)}")
    return wrong + dead_letters + len(lost)


def _explain(story: Story, name: str) -> None:
    """Ask the operator's command why, as anybody would."""
    command = ["steward", "explain", name, "--at", _after_the_last_day(story)]
    story.console.rule(f"[bold]$ {' '.join(command)}", align="left")
    environment = tool_environment() | {
        "AWS_ENDPOINT_URL": story.organization.endpoint,
        "AWS_ACCESS_KEY_ID": story.organization.accounts[HUB],
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": HOME_REGION,
        "COLUMNS": str(story.console.width),
    }
    told = run_tool([COMMAND, *command[1:]], REPOSITORY, environment)
    story.console.print(told, markup=False, highlight=False)


def _after_the_last_day(story: Story) -> str:
    return story.day(LAST_DAY + 1).strftime("%Y-%m-%dT%H:%MZ")


def _subjects(story: Story) -> Iterator[Subject]:
    """The ground truth, corrected for what an emulator that enforces no IAM cannot show."""
    for subject in subjects(SCENARIO, story.stack_ids, story.successors):
        if subject.account in NO_REAP_ROLE and not story.emulator.enforce_iam:
            why = "IAM is not enforced, so even a role that does not exist can be assumed"
            yield replace(subject, expectation=Expectation.REAPED, why=why)
        else:
            yield subject


def _keep_running(story: Story) -> None:
    """Leave everything up for a look around, until Ctrl-C."""
    endpoint = story.organization.endpoint
    moment = _after_the_last_day(story)
    story.console.rule("[bold]Still running; Ctrl-C ends it", align="left")
    story.console.print(
        f"endpoint   {endpoint}\n"
        f"inbox      {endpoint}/_ministack/ses/messages\n"
        "accounts   "
        + "\n           ".join(f"{id} {name}" for name, id in story.organization.accounts.items())
        + f"""

Any AWS client can look around. The access key of an account is its id; the hub's is:
  export AWS_ENDPOINT_URL={endpoint} AWS_REGION={HOME_REGION} \\
    AWS_ACCESS_KEY_ID={story.organization.accounts[HUB]} AWS_SECRET_ACCESS_KEY=embedded
It is day {LAST_DAY + 1} here, so name the moment:
  .venv/bin/steward plan --at {moment}
  .venv/bin/steward explain feat-crawler --at {moment}""",
        markup=False,
    )
    try:
        story.emulator.wait()
    except KeyboardInterrupt:
        story.console.print("ended")


def _await(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SCHEDULE_FIRES_WITHIN_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise HubError(f"{otherwise} within {SCHEDULE_FIRES_WITHIN_SECONDS:g} s")
        time.sleep(0.5)


@contextmanager
def _step(console: Console, what: str) -> Iterator[None]:
    """Show that something takes time, and how long it took."""
    started = time.monotonic()
    with console.status(what):
        yield
    console.print(f"  {what}: {time.monotonic() - started:.0f} s", highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m local.demo`: the scenario with choices that only its tests need."""
    parser = ArgumentParser(prog="python -m local.demo", description=run_demo.__doc__)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--without-iam", action="store_true")
    parser.add_argument("--without-schedule", action="store_true")
    chosen = parser.parse_args(arguments)
    return run_demo(
        keep=chosen.keep,
        console=Console(),
        enforce_iam=not chosen.without_iam,
        await_schedule=not chosen.without_schedule,
    )


if __name__ == "__main__":
    sys.exit(main())
