"""How urgent a notice is, for those who filter by it."""

from enum import StrEnum

from steward.notify.digest import Section


class Severity(StrEnum):
    """info: nothing presses. warning: within 7 days, or a person is needed. critical: 24 hours."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


SEVERITIES = {
    Section.NEEDS_YOU: Severity.WARNING,
    Section.TODAY: Severity.CRITICAL,
    Section.THIS_WEEK: Severity.WARNING,
    Section.LATER: Severity.INFO,
    Section.DONE: Severity.INFO,
}
