"""Dead letters for people."""

from rich.console import Console

from steward.domain.instants import spoken
from steward_cli.clock import UTC_ZONE
from steward_cli.dead_letters.report import LetterReport, ListReport, RedriveReport
from steward_cli.terminal import say


def show_queues(report: ListReport, console: Console) -> None:
    for queue in report.queues:
        say(console, f"{queue.queue}: {max(queue.messages, len(queue.letters))} messages")
        for letter in queue.letters:
            _show(letter, console)
        if unread := queue.messages - len(queue.letters):
            say(console, f"about {unread} more were not read" if unread > 0 else "", indent=2)
    if report.messages == 0:
        say(console, "no dead letter anywhere")


def show_redrive(report: RedriveReport, console: Console) -> None:
    verb = "would be sent" if report.dry_run else "sent"
    for letter in report.sent:
        say(console, f"{verb} to {letter.goes_to}: {letter.about} ({letter.message_id})")
    for letter in report.stayed:
        say(console, f"stays: {letter.about} ({letter.message_id}): {letter.stays}")
    counts = f"{len(report.sent)} {verb}, {len(report.stayed)} stay"
    say(console, f"{report.queue}: {counts}; it holds about {report.left} now")


def _show(letter: LetterReport, console: Console) -> None:
    say(console, letter.about, indent=2)
    say(console, f"{letter.message_id}, since {spoken(letter.sent_at, UTC_ZONE)}", indent=4)
    say(console, f"failed: {letter.why}", indent=4)
    say(console, f"goes to: {letter.goes_to or letter.stays}", indent=4)
