"""What the demo keeps in mind while the days pass, and how it sets the scene."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console

from local import build
from local.creation_events import CreationEvents
from local.demo_policy import TIMEZONE
from local.emulator import Emulator
from local.emulator_environment import HOME_REGION
from local.ground_truth import all_stacks, snapshot, subjects
from local.hub import Hub, open_hub
from local.inbox import Mail, read_inbox
from local.installation import (
    STACK_SETS,
    install_management,
    install_members,
    stack_instances,
)
from local.organization import Organization, create_organization
from local.promises import Run
from local.runtime_signals import AGGREGATOR
from local.scenario import SCENARIO
from local.scenario_accounts import (
    LEFT,
    MEMBERS,
    OPERATIONS_CONTACTS,
    OTHER_REGION,
    SHOP,
    TOOLING,
)
from local.seeds import seed
from local.status_events import StatusEvents, tell
from steward.domain.audit import AuditEvent

SWEEP_HOUR = 10
# CloudWatch has no delay here: nothing is to wait for.
HOOK_PROFILE = "post: {settle_seconds: 1}"
HUB_PARAMETERS = {
    "LeaseSchedule": "rate(1 minute)",
    "DigestSchedule": "rate(1 day)",
    "MaxClockSkewMinutes": "100000",
    # More of them start more slowly on two cores.
    "MaximumConcurrentWorkers": "5",
    "MailFrom": "steward@example.com",
    "MailIdentity": "*",
    "ConfigAggregatorName": AGGREGATOR,
    "RuntimeReportDelaySeconds": "1",
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
    creation_events: CreationEvents
    first_seen: dict[str, object]
    stacks_at_first: set[str]
    successors: dict[str, str] = field(default_factory=dict)
    told: set[tuple[str, int, str]] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)

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
        """Over the members' buses and the hub's."""
        events = (*self.creation_events.take(), *self.status_events.take())
        tell(events, self.emulator.control)

    def send_digests(self, number: int) -> tuple[Mail, ...]:
        """Let the digests of a day go out, and keep what each owner received."""
        before = len(read_inbox(self.organization.endpoint))
        self.hub.send_digests(self.day(number))
        mails = read_inbox(self.organization.endpoint)[before:]
        self.runs.append(Run(number, mails))
        return mails


def _name(event: AuditEvent) -> tuple[str, int, str]:
    return event.stack_id, event.version, event.what


def set_up(console: Console, emulator: Emulator) -> Story:
    """The hub comes first: its one-minute schedule runs while the stacks are seeded."""
    day_zero = datetime.now(UTC).replace(microsecond=0)
    with step(console, f"creating an organization of {len(MEMBERS) + 2} accounts"):
        organization = create_organization(emulator.endpoint, MEMBERS, hub_unit=TOOLING)
        install_management(organization)
        organization.session().client("sesv2").create_email_identity(EmailIdentity="example.com")
        emulator.control.mail_outcome(LEFT, "bounce")
        for account, address in OPERATIONS_CONTACTS.items():
            account_id = organization.accounts[account]
            emulator.control.set_alternate_contact(account_id, "OPERATIONS", address)
    with step(console, "deploying the unmodified template.yaml into the hub account"):
        own = {"OrganizationId": organization.organization_id}
        build.deploy(emulator.endpoint, HUB_PARAMETERS | own)
        hub = open_hub(organization)
    with step(console, "publishing the artifacts, and org/template.yaml with its stack sets"):
        hooks = {
            "HookOrganizationalUnitIds": organization.organizational_units[SHOP],
            "DefaultProfile": HOOK_PROFILE,
        }
        regions = (HOME_REGION, OTHER_REGION)
        install_members(organization, MEMBERS, regions, hooks, TOOLING)
    show_coverage(console, organization)
    with step(console, f"seeding {len(SCENARIO)} stacks of all ages"):
        stack_ids = seed(organization, emulator.control, SCENARIO, day_zero)
        events = StatusEvents(emulator.control)
        events.skip_to_now()
        creations = CreationEvents(emulator.control)
        creations.skip_to_now()
        first = [*subjects(SCENARIO, stack_ids, stack_ids)]
        first_seen = {each.stack_id: snapshot(organization, each) for each in first}
    everything = all_stacks(organization)
    return Story(
        console,
        emulator,
        organization,
        hub,
        day_zero,
        stack_ids,
        events,
        creations,
        first_seen,
        everything,
    )


def show_coverage(console: Console, organization: Organization) -> None:
    """What each stack set says of its instances."""
    for stack_set in STACK_SETS:
        rows = stack_instances(organization, stack_set)
        current = sum(row["Status"] == "CURRENT" for row in rows)
        accounts = len({row["Account"] for row in rows})
        said = f"  {stack_set}: {current} of {len(rows)} instances CURRENT, accounts: {accounts}"
        console.print(said, highlight=False)


@contextmanager
def step(console: Console, what: str) -> Iterator[None]:
    """Show that something takes time, and how long it took."""
    started = time.monotonic()
    with console.status(what):
        yield
    console.print(f"  {what}: {time.monotonic() - started:.0f} s", highlight=False)
