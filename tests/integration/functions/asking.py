"""Asking functions as their queues do, on the days of a story."""

from datetime import timedelta
from typing import Any

from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.leased import DAY
from tests.integration.functions.samples import failed, queued, reap_work, unit_work


def sweep(hub: Hub, worker: Function, after: timedelta = timedelta(0)) -> None:
    """Sweep the sample's unit `after` the sample's moment; its clock is the wall's too."""
    hub.clock = SWEPT_AT + after
    assert failed(worker(queued("sqs_unit", unit_work(swept_at=hub.clock.isoformat())))) == []


def ask(reaper: Function, **changes: Any) -> None:
    """Ask for the sample's delete, with `changes` to its message."""
    assert failed(reaper(queued("sqs_reap", reap_work(**changes)))) == []


def ask_on_day(hub: Hub, reaper: Function, day: int) -> None:
    """The same request from a sweep `day` days later, and a minute later each day."""
    hub.clock = SWEPT_AT + day * (DAY + timedelta(minutes=1))
    ask(reaper, swept_at=hub.clock.isoformat(), sweep_id=f"day-{day}")
