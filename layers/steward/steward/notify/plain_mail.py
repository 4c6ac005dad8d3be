"""Plain text for subscribers of a topic: a title, a table of facts, and what to do."""

from collections.abc import Iterable

from steward.notify.harmless import isolated


def laid_out(
    title: str, facts: Iterable[tuple[str, str]], steps: Iterable[str], why_you: str
) -> str:
    """Each fact on one line, labels and texts in two columns; a fact without a text is left out."""
    rows = [(label, isolated(text)) for label, text in facts if text]
    lines = [isolated(title), "", *(f"{label + ':':<13}{text}" for label, text in rows)]
    said = [f"- {isolated(step)}" for step in steps]
    if said:
        lines += ["", "What to do:", *said]
    return "\n".join([*lines, "", why_you]) + "\n"
