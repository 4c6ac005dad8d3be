"""A notice of runtimes as a custom notification; all notices of a group share a thread."""

from collections.abc import Iterator

from steward.notify.chat import (
    LONGEST_DESCRIPTION,
    LONGEST_KEYWORD,
    LONGEST_STEP,
    LONGEST_TITLE,
    PASSED_ON,
    ChatNotification,
    Content,
    Metadata,
)
from steward.notify.chat_markdown import clipped, code, plain
from steward.notify.chat_text import LONGEST_NAME, LONGEST_TEXT, listed
from steward.notify.runtimes.message import RuntimeMessage
from steward.notify.runtimes.topic_mail import runtime_next_steps
from steward.notify.runtimes.words import counted, some_of

MOST_FUNCTIONS = 10


def runtime_chat(message: RuntimeMessage) -> ChatNotification:
    """`message` as a channel shows it. What does not fit is cut, and says so."""
    title = plain(message.title, LONGEST_TITLE)
    description = "\n\n".join(paragraph for paragraph in _paragraphs(message) if paragraph)
    return ChatNotification(
        id=message.id,
        content=Content(
            title=title,
            description=clipped(description, LONGEST_DESCRIPTION),
            next_steps=tuple(plain(each, LONGEST_STEP) for each in runtime_next_steps(message)),
            keywords=tuple(_keywords(message)),
        ),
        metadata=Metadata(
            thread_id=message.thread,
            summary=title,
            event_type=f"Steward-{message.kind}",
            related_resources=(),
            additional_context=_context(message),
        ),
    )


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


def _keywords(message: RuntimeMessage) -> Iterator[str]:
    words = ("Steward", message.severity, message.account, message.team, *message.runtimes[:5])
    return (plain(word, LONGEST_KEYWORD) for word in words if word.strip())


def _context(message: RuntimeMessage) -> dict[str, str]:
    """What a button can pass on to a command; a value that it cannot is left out."""
    values = {
        "group": message.group,
        "place": message.place,
        "account": message.account,
        "kind": message.kind,
        "about": message.about,
        "severity": message.severity,
        "milestone": message.milestone or "",
        "day": message.day.isoformat() if message.day else "",
    }
    return {name: value for name, value in values.items() if PASSED_ON.fullmatch(value)}
