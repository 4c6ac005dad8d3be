"""A notice of runtimes as a custom notification; all notices of a group share a thread."""

from collections.abc import Iterator

from steward.notify.chat import LONGEST_STEP, ChatNotification, Said
from steward.notify.chat_markdown import clipped, code, plain
from steward.notify.chat_text import LONGEST_NAME, LONGEST_TEXT, listed
from steward.notify.runtimes.message import RuntimeMessage
from steward.notify.runtimes.topic_mail import runtime_next_steps
from steward.notify.runtimes.words import counted, some_of

MOST_FUNCTIONS = 10


def runtime_chat(message: RuntimeMessage) -> ChatNotification:
    """`message` as a channel shows it. What does not fit is cut, and says so."""
    said = Said(
        id=message.id,
        thread=message.thread,
        kind=message.kind,
        title=message.title,
        description="\n\n".join(filter(None, _paragraphs(message))),
        steps=(plain(each, LONGEST_STEP) for each in runtime_next_steps(message)),
        keywords=_keywords(message),
        context=_context(message),
    )
    return said.notification


def _paragraphs(message: RuntimeMessage) -> Iterator[str]:
    yield plain(message.headline, LONGEST_TEXT)
    extent = counted(message.count, "function or version", "functions and versions")
    where = ", ".join(some_of(message.units, MOST_FUNCTIONS))
    name = code(clipped(message.place, LONGEST_NAME))
    yield f"{name}: {extent}{f' in {plain(where, LONGEST_TEXT)}' if where else ''}"
    functions = some_of(message.functions, MOST_FUNCTIONS, message.count)
    yield f"Functions: {plain('; '.join(functions), LONGEST_TEXT)}" if message.functions else ""
    breakers = plain("; ".join(message.breakers), LONGEST_TEXT)
    yield f"May break: {breakers}" if breakers else ""
    yield f"Told: {listed(message.told)}"
    yield f"Not told: {listed(tuple(message.not_told))}" if message.not_told else ""


def _keywords(message: RuntimeMessage) -> tuple[str, ...]:
    named = ("Steward", message.severity, message.account, message.team)
    return (*named, *message.runtimes[:5])


def _context(message: RuntimeMessage) -> dict[str, str]:
    """What a button can pass on to a command."""
    return {
        "group": message.group,
        "place": message.place,
        "account": message.account,
        "kind": message.kind,
        "about": message.about,
        "severity": message.severity,
        "milestone": message.milestone or "",
        "day": message.day.isoformat() if message.day else "",
    }
