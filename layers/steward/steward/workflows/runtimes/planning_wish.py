"""What a scan is to look at: everything, or what an event or an operator names."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from steward.domain.one_line import one_line
from steward.domain.runtimes.places import scan_id_of
from steward.domain.stacks import Unit
from steward.messages import ScanRequest
from steward.workflows.runtimes.events import HealthEvent, Scheduled
from steward.workflows.runtimes.planning_reach import Reach, is_region

_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Wish:
    """`units`: None for every unit. `live`: read Lambda itself in all of them. `ask`: whether
    Config, Health and the catalog are asked. `name` tells scans of one second apart."""

    why: str
    units: frozenset[Unit] | None = None
    live: bool = False
    ask: bool = True
    name: str = ""

    @property
    def full(self) -> bool:
        return self.units is None

    def scan_id(self, now: datetime) -> str:
        """The same again when it is planned again at the same time, as after a crash."""
        if not self.name:
            return scan_id_of(now)
        return f"{scan_id_of(now)}-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"


class CannotLook(Exception):
    """What was named is out of reach, so nothing is planned; says why."""


def wish_of(trigger: Scheduled | HealthEvent | ScanRequest, reach: Reach) -> Wish:
    """What `trigger` asks for within `reach`; raise CannotLook when it names what is not in it."""
    match trigger:
        case Scheduled():
            return Wish("the daily schedule")
        case HealthEvent():
            return _of_event(trigger, reach)
        case ScanRequest():
            return _of_request(trigger, reach)


def _of_event(event: HealthEvent, reach: Reach) -> Wish:
    """Health tells of one account and region at a time, hundreds within minutes: such a scan asks
    Lambda there and nobody else. An event about everybody comes once, and is a scan of all."""
    detail = event.detail
    shown = f"AWS Health event {event.communication} about {event.place}"
    why, name = one_line(shown, _LONGEST), f"{event.communication} {event.place}"
    if not detail.affected_account:
        return Wish(why, name=name)
    if why_not := reach.why_not(detail.affected_account):
        raise CannotLook(f"account {detail.affected_account} of the event: {why_not}")
    named = detail.event_region
    regions = (named,) if is_region(named) else reach.regions
    units = frozenset(Unit(detail.affected_account, region) for region in regions)
    return Wish(why, units, live=True, ask=False, name=name)


def _of_request(request: ScanRequest, reach: Reach) -> Wish:
    why = one_line(f"asked for by {request.by}", _LONGEST)
    if not request.units:
        return Wish(why, live=request.live, name=request.model_dump_json())
    units = frozenset(Unit(*unit.split("/")) for unit in request.units)
    outside = {unit: why_not for unit in sorted(units) if (why_not := _why_not(unit, reach))}
    if outside:
        said = "; ".join(f"{unit}: {why_not}" for unit, why_not in outside.items())
        raise CannotLook(f"nothing is scanned; {said}")
    return Wish(why, units, live=request.live, name=request.model_dump_json())


def _why_not(unit: Unit, reach: Reach) -> str:
    if why_not := reach.why_not(unit.account_id):
        return why_not
    return "" if is_region(unit.region) else "no region; write one like eu-west-1"
