"""What the control path can do; each action takes the query and the decoded body."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from local.emulator_server.alternate_contacts import AlternateContacts
from local.emulator_server.clock import TravellingClock
from local.emulator_server.control import Query, RefusedError, Routes
from local.emulator_server.event_bus import IncompleteEventError, put_on_the_bus
from local.emulator_server.mail_outcomes import MailOutcomes, Outcome
from local.emulator_server.mails import Mails

Answer = dict[str, Any]


def clock_routes(clock: TravellingClock) -> Routes:
    def now(_query: Query, _body: Any) -> Answer:
        return {"instant": clock.now_iso()}

    def travel(_query: Query, body: Any) -> Answer:
        instant = datetime.fromisoformat(body["instant"])
        if instant.tzinfo is None:
            raise RefusedError(f"{instant} has no time zone: send an ISO 8601 UTC offset")
        clock.travel_to(instant)
        return {"instant": clock.now_iso()}

    return {("GET", "clock"): now, ("PUT", "clock"): travel}


def journal_route(path: str, after: Callable[[int], Answer]) -> Routes:
    """`GET <path>?after=N`: what was written down from position N on."""
    return {("GET", path): lambda query, _body: after(int(query.get("after", "0")))}


def mail_routes(outcomes: MailOutcomes, mails: Mails) -> Routes:
    def tell(_query: Query, body: Any) -> Answer:
        with _refused():
            outcomes.tell(body["address"], Outcome(body["outcome"]))
        return {}

    return {
        ("PUT", "mail-outcome"): tell,
        ("GET", "mail-requests"): lambda _query, _body: mails.requests(),
    }


def contact_routes(contacts: AlternateContacts) -> Routes:
    def put(_query: Query, body: Any) -> Answer:
        with _refused():
            contacts.put(body["account"], body["type"], body["address"])
        return {}

    return {("PUT", "alternate-contact"): put}


def event_routes() -> Routes:
    def put(_query: Query, body: Any) -> Answer:
        with _refused():
            put_on_the_bus(body)
        return {}

    return {("PUT", "event"): put}


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (ValueError, IncompleteEventError) as error:
        raise RefusedError(str(error)) from error
