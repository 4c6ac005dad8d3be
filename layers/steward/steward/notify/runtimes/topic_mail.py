"""The e-mail form of a notice of runtimes on the topic, for subscribers who are not its owner."""

from collections.abc import Iterator

from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.notify.plain_mail import laid_out
from steward.notify.runtimes.message import RuntimeMessage
from steward.notify.runtimes.words import REPORT_COMMAND, counted, some_of

MOST_LINES = 50
WHY_YOU = "You get this as a subscriber of Steward's notices, not as an owner of the functions."


def runtime_topic_mail(message: RuntimeMessage) -> str:
    """What, when, where, why and what to do, on lines that a phone shows whole."""
    return laid_out(message.title, _facts(message), runtime_next_steps(message), WHY_YOU)


def runtime_next_steps(message: RuntimeMessage) -> list[str]:
    """Sentences in the order of their use."""
    steps = [f"{message.remedy[:1].upper()}{message.remedy[1:]}."] if message.remedy else []
    if message.acknowledge:
        steps.append(f"To say that its owner knows: {message.acknowledge}")
    if message.about is not RuntimeNoticeKind.DATES:
        steps.append("To keep the runtime for a while, ask for an exception.")
    return [*steps, f"To see all of it: {REPORT_COMMAND}"]


def _facts(message: RuntimeMessage) -> Iterator[tuple[str, str]]:
    """Labels and texts; what has no text is not shown."""
    yield "Place", message.place
    yield "Why", message.headline
    yield "Severity", message.level.lower()
    yield "Runtimes", ", ".join(message.runtimes)
    yield "Count", counted(message.count, "function or version", "functions and versions")
    yield from _listed("Function", message.functions, message.count)
    yield from _listed(
        "Where", message.units, message.truncated.get("units", 0) + len(message.units)
    )
    yield from _listed("May break", message.breakers)
    yield from _listed("Also", message.details)
    yield "Contact", ", ".join(message.owners)
    yield "Told", ", ".join(message.told) or "nobody"
    yield from (("Not told", f"{whom}: {why}") for whom, why in message.not_told.items())


def _listed(label: str, lines: tuple[str, ...], total: int = 0) -> Iterator[tuple[str, str]]:
    return ((label, line) for line in (some_of(lines, MOST_LINES, total) if lines else ()))
