"""The simulated time of CloudFormation, and of what the story tells of it.

What CloudFormation writes travels: creation and update times of stacks and of the resources it
makes, and stack events. So do changes of functions, what Config says of its sources, CloudTrail's
records, the events of mails, and the requests at function URLs. Schedules, queues, tables, tokens,
sessions and logs stay on the wall clock.
"""

from datetime import UTC, datetime, timedelta

from local.emulator_server.pinned import replace

CLOUDFORMATION = "ministack.services.cloudformation"
STAMPING_MODULES = tuple(
    f"{CLOUDFORMATION}.{name}" for name in ("stacks", "handlers", "changesets", "provisioners")
)


class TravellingClock:
    """A clock that keeps ticking from whatever instant it was sent to."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def travel_to(self, instant: datetime) -> None:
        self._offset = instant - datetime.now(UTC)

    def now_iso(self) -> str:
        """The shape of ministack's own `now_iso`: UTC, milliseconds, `Z`."""
        return self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def install(self) -> None:
        replace(STAMPING_MODULES, "now_iso", lambda _wall_clock: self.now_iso)
