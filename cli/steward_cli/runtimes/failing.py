"""Which findings fail a check, and with which exit code."""

from enum import StrEnum

from steward_cli.failures import ExitCode
from steward_cli.runtimes.checking import Check
from steward_cli.runtimes.rules import Level


class FailOn(StrEnum):
    """The mildest finding that fails the check."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"

    def is_failure(self, level: Level) -> bool:
        """Whether a finding of `level` fails the check."""
        match self:
            case FailOn.ERROR:
                return level is Level.ERROR
            case FailOn.WARNING:
                return True
            case FailOn.NEVER:
                return False


def exit_code(check: Check, fail_on: FailOn) -> ExitCode:
    """What could not be read outweighs what was found: it may hide worse."""
    if check.unread:
        return ExitCode.UNREACHED
    failed = any(fail_on.is_failure(finding.level) for finding in check.findings)
    return ExitCode.NOT_WHOLE if failed else ExitCode.DONE
