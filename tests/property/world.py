"""An organization as plain values: what CloudFormation, the owners and the mail would do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from steward.domain.ladder import DeleteFailure, ResourceFailure
from steward.domain.leases import Step
from steward.domain.stacks import DELETE_FAILED, Account, Protection, Stack, Unit
from tests.factories import make_stack_id

START = datetime(2026, 11, 2, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UNITS = (Unit("222222222222", "eu-west-1"), Unit("333333333333", "eu-west-1"))
NO_UPDATES = {"ROLLBACK_COMPLETE", DELETE_FAILED}
OURS = ("steward:delete-after", "steward:lease")

BUSY = DeleteFailure("failed", (ResourceFailure("Eni", "AWS::EC2::Interface", "e", "in use"),))
ROLE = DeleteFailure("Role x is invalid or cannot be assumed")
FULL = DeleteFailure("failed", (ResourceFailure("B", "AWS::S3::Bucket", "b", "bucket not empty"),))


@dataclass
class LiveStack:
    """A stack in the world: as CloudFormation would show it, and what it keeps to itself.

    `failures` are met by the next deletes, one each; the last one for ever when `is_stuck`.
    `importers` are shown by ListImports, unless they came `too_late` to be seen.
    """

    stack: Stack
    deployed_at: datetime
    last_update_is_ours: bool = False
    failures: list[DeleteFailure] = field(default_factory=list)
    is_stuck: bool = False
    importers: tuple[str, ...] = ()
    too_late: bool = False
    ends_as: str = ""

    @property
    def shown_importers(self) -> tuple[str, ...]:
        return () if self.too_late else self.importers

    @property
    def takes_updates(self) -> bool:
        return not self.stack.in_progress and self.stack.status not in NO_UPDATES


@dataclass
class World:
    """Everything outside Steward: accounts, stacks by StackId, and the clock on the wall."""

    now: datetime = START
    accounts: dict[str, Account] = field(
        default_factory=lambda: {unit.account_id: Account(unit.account_id) for unit in UNITS}
    )
    stacks: dict[str, LiveStack] = field(default_factory=dict)
    incarnations: int = 0

    def listed(self) -> list[Stack]:
        return [live.stack for live in self.stacks.values()]

    def account_of(self, stack: Stack) -> Account:
        return self.accounts[stack.unit.account_id]

    def create(self, name: str, unit: Unit, tags: dict[str, str], status: str) -> None:
        self.incarnations += 1
        stack = Stack(
            stack_id=make_stack_id(name, unit, self.incarnations),
            name=name,
            unit=unit,
            status=status,
            created_at=self.now,
            tags=tags,
            protection=Protection.OFF,
        )
        self.stacks[stack.stack_id] = LiveStack(stack, deployed_at=self.now)

    def deploy(self, live: LiveStack, tags: dict[str, str], status: str) -> None:
        """The owner's update. Every update takes time, so that no two have the same date."""
        self.now += SECOND
        live.stack = replace(live.stack, tags=tags, status=status, updated_at=self.now)
        live.deployed_at = self.now
        live.last_update_is_ours = False

    def update_tags(self, live: LiveStack, tags: dict[str, str], *, reverted: bool) -> None:
        """Our tag update, which moves LastUpdatedTime like any other."""
        self.now += SECOND
        status = "UPDATE_ROLLBACK_COMPLETE" if reverted else "UPDATE_COMPLETE"
        kept = live.stack.tags if reverted else tags
        live.stack = replace(live.stack, tags=kept, status=status, updated_at=self.now)
        live.last_update_is_ours = True

    def protect(self, live: LiveStack, protection: Protection) -> None:
        live.stack = replace(live.stack, protection=protection)

    def start_delete(self, live: LiveStack, step: Step) -> None:
        """DeleteStack was taken. An export in use cancels it, and the status comes back."""
        if live.importers:
            return
        cured = live.failures and _cures(step, live.failures[0])
        live.ends_as = DELETE_FAILED if live.failures and not cured else "DELETE_COMPLETE"
        live.stack = replace(live.stack, status="DELETE_IN_PROGRESS")

    def progress(self) -> None:
        """Let every running operation end."""
        for stack_id, live in list(self.stacks.items()):
            match live.stack.status:
                case "DELETE_IN_PROGRESS" if live.ends_as == "DELETE_COMPLETE":
                    del self.stacks[stack_id]
                case "DELETE_IN_PROGRESS":
                    live.stack = replace(live.stack, status=DELETE_FAILED)
                case "CREATE_IN_PROGRESS":
                    live.stack = replace(live.stack, status="CREATE_COMPLETE")
                case "UPDATE_IN_PROGRESS":
                    live.stack = replace(live.stack, status="UPDATE_COMPLETE")
                case _:
                    continue

    def cause(self, live: LiveStack) -> DeleteFailure:
        """Why the last delete failed; a passing cause is over once it was met."""
        cause = live.failures[0] if live.failures else BUSY
        if not live.is_stuck:
            del live.failures[:1]
        return cause

    def pass_time(self, by: timedelta) -> None:
        self.now += by


def _cures(step: Step, failure: DeleteFailure) -> bool:
    match step:
        case Step.PLAIN:
            return False
        case Step.OWN_ROLE:
            return failure is ROLE
        case Step.EMPTY_BUCKETS:
            return failure is FULL
        case Step.RETAIN_FAILED:
            return bool(failure.resources)
        case Step.FORCE:
            return True
