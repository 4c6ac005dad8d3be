"""Numbers in sentences."""


def number(count: int, what: str) -> str:
    """`1 function`, `2 functions`; `what` takes a plain plural s."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def versions_too(count: int) -> str:
    """What follows the number of functions when published versions are hit as well."""
    return f" and {number(count, 'published version')}" if count else ""


def days_until(days: int) -> str:
    """`in 70 days`, `today`, `3 days ago`."""
    if days == 0:
        return "today"
    return f"in {number(days, 'day')}" if days > 0 else f"{number(-days, 'day')} ago"
