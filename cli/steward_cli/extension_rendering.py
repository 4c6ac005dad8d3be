"""An extension for people: what the stack has, what is asked for, and what came of it."""

from zoneinfo import ZoneInfo

from rich.console import Console

from steward.domain.instants import spoken
from steward.notify.harmless import harmless
from steward_cli.extension_report import ExtensionReport, Outcome
from steward_cli.failures import ExitCode, Failure
from steward_cli.terminal import say


def show_wish(report: ExtensionReport, zone: ZoneInfo, console: Console) -> None:
    """Print what the stack has and what is asked for; times are in `zone`."""
    before, wish = report.before, report.wish
    say(console, str(report.stack))
    gone = f"; deleted not before {spoken(before.not_before, zone)}" if before.not_before else ""
    expires = f"expires {spoken(before.expires_at, zone)}, by {before.expiry_source}"
    say(console, f"now: {before.state}, {expires}{gone}", indent=2)
    say(console, f"asked for: {spoken(wish.until, zone)}, by {wish.by}: {wish.reason}", indent=2)
    say(console, f"at the latest: {spoken(before.latest, zone)}", indent=2)


def show_answer(report: ExtensionReport, zone: ZoneInfo, console: Console) -> None:
    """Print what became of a wish that was not refused."""
    when = spoken(report.expires_at, zone)
    if report.outcome is Outcome.POSSIBLE:
        say(console, f"dry run, nothing was changed: it would expire {when}")
    else:
        say(console, f"extended: it expires {when}; its owners are told again before it goes")


def refusal(report: ExtensionReport) -> Failure:
    """The hub's no, as the error that ends the command."""
    what, _, todo = harmless(report.reason).partition("; ")
    todo = todo or f"`steward explain {report.stack.stack_id}` says how it stands"
    return Failure(f"it is not extended: {what}", todo, ExitCode.NOT_WHOLE)
