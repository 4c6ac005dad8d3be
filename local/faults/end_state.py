"""What a run of the scenario came to, in words that two runs can be compared by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from local.ground_truth import all_stacks
from local.hub import Hub
from local.organization import Organization
from local.promises import MINIMUM_NOTICE
from local.scenario import SCENARIO
from steward.domain.audit import AuditEvent
from steward.domain.outbox import NoticeKind, NoticeState

# What moves a lease on. What else is on record tells how hard that was.
DECISIONS = frozenset({"register", "mark", "extended", "unmark", "reap", "reaped", "gone"})


@dataclass(frozen=True)
class StackEnd:
    """`decisions` in the order in which each was first made; `told`: whose mail was accepted."""

    exists: bool
    lease: str
    decisions: tuple[str, ...]
    told: tuple[str, ...]

    def __str__(self) -> str:
        existence = "exists" if self.exists else "deleted"
        return (
            f"{existence}, lease {self.lease or 'none'}, decisions {', '.join(self.decisions)}; "
            f"told {', '.join(self.told) or 'nobody'}"
        )


type EndState = dict[str, StackEnd]
type Place = tuple[str, str, str]


def end_state(hub: Hub) -> EndState:
    """Of every stack of the scenario, by account, region and name; of those that had a name one
    after the other, the later ones have a number behind it."""
    ends: dict[str, StackEnd] = {}
    organization = hub.organization
    recorded = {event.stack_id for event in hub.audit_events()}
    living = all_stacks(organization)
    for place in dict.fromkeys((each.account, each.region, each.name) for each in SCENARIO):
        ids = [each for each in recorded | living if _place(organization, each) == place]
        for number, stack_id in enumerate(sorted(ids, key=living.__contains__), start=1):
            name = " ".join(place) + (f" ({number})" if number > 1 else "")
            ends[name] = _end_of(hub, stack_id, exists=stack_id in living)
    return ends


def _place(organization: Organization, stack_id: str) -> Place:
    _, _, _, region, account, resource = stack_id.split(":", 5)
    return organization.name_of(account), region, resource.split("/")[1]


def differences(expected: Mapping[str, StackEnd], found: Mapping[str, StackEnd]) -> list[str]:
    """One sentence for each stack that ended otherwise."""
    return [
        f"{name}: expected {expected.get(name)}, found {found.get(name)}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def deleted_untold(hub: Hub, stack_ids: Iterable[str]) -> Iterator[str]:
    """Stacks that Steward deleted without a notice that was accepted long enough before."""
    for stack_id in stack_ids:
        trail = hub.ledger.audit_trail(stack_id)
        asked = [event.at for event in trail if event.what == "reap"]
        told = [event.at for event in trail if _announces(event)]
        if asked and not any(at + MINIMUM_NOTICE <= min(asked) for at in told):
            yield f"{stack_id} was deleted at {min(asked)}, told at {told or 'no time'}"


def _announces(event: AuditEvent) -> bool:
    return event.what == "delivered" and event.evidence.get("kind") == NoticeKind.STAGE


def _end_of(hub: Hub, stack_id: str, *, exists: bool) -> StackEnd:
    trail = hub.ledger.audit_trail(stack_id)
    decisions = dict.fromkeys(event.what for event in trail if event.what in DECISIONS)
    told = tuple(sorted(_told(hub, stack_id)))
    return StackEnd(exists, hub.state_of(stack_id), tuple(decisions), told)


def _told(hub: Hub, stack_id: str) -> set[str]:
    return {
        delivery.address
        for notice in hub.ledger.notices_of(stack_id)
        if notice.state is NoticeState.SENT
        for delivery in notice.deliveries
        if not delivery.status.failed
    }
