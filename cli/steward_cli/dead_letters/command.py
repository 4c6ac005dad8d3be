"""`steward dlq`: what no function could take in, and sending it again."""

from typing import Annotated

import typer

from steward_cli import options as given
from steward_cli.dead_letters.letters import DeadLetter
from steward_cli.dead_letters.queues import (
    DeadLetterQueue,
    dead_letter_queues,
    messages_in,
    queue_named,
)
from steward_cli.dead_letters.receiving import borrowed
from steward_cli.dead_letters.redriving import redrive as redrive_letter
from steward_cli.dead_letters.rendering import show_queues, show_redrive
from steward_cli.dead_letters.report import (
    ListReport,
    QueueReport,
    RedriveReport,
    letter_report,
)
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import Installation
from steward_cli.operating.asking import Yes, agreed, hub_at, print_json
from steward_cli.terminal import answers

MOST_LETTERS = 500
Queue = Annotated[str, typer.Argument(metavar="QUEUE", help="Its name in `steward dlq list`.")]
AnyQueue = Annotated[
    str | None, typer.Argument(metavar="QUEUE", help="Only this queue; else all of the hub's.")
]
commands = typer.Typer(
    help="See messages that no function could take in, and send them again.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@commands.callback()
def dlq() -> None:
    """See messages that no function could take in, and send them again."""


@commands.command("list")
def list_letters(
    queue: AnyQueue = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """List dead letters: what each asks for, why it failed, where it would go again.

    Nothing is taken out. SQS hides what was read for two minutes if the command is killed.

    Exit code 0: there is none. 1: there are some. 2: no such queue. 3: AWS could not be reached or
    refused.
    """
    found = hub_at(profile, endpoint, hub_stack, hub_region)
    known = found.hub.outputs
    chosen = (queue_named(queue, known),) if queue else dead_letter_queues(known)
    report = ListReport(queues=tuple(_looked_into(found, each) for each in chosen))
    if as_json:
        print_json(report)
    else:
        show_queues(report, answers())
    if report.messages:
        raise typer.Exit(ExitCode.NOT_WHOLE)


@commands.command()
def redrive(
    queue: Queue,
    message: Annotated[
        list[str] | None,
        typer.Option("--message", metavar="ID", help="Only this message; may be repeated."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All messages of the queue.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be sent where.")
    ] = False,
    yes: Yes = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Send dead letters of QUEUE where they were meant to go, each at most once.

    One that fails again comes back. A delete is proven anew before it is done, so that of an old
    sweep deletes nothing.

    Exit code 0: all are on their way. 1: some stay, or nothing was done. 2: called wrongly. 3: AWS
    could not be reached or refused.
    """
    wanted = frozenset(message or ())
    if bool(wanted) is everything:
        raise Failure("nothing is chosen", "give --message ID or --all, not both", ExitCode.USAGE)
    found = hub_at(profile, endpoint, hub_stack, hub_region)
    chosen = queue_named(queue, found.hub.outputs)
    if not dry_run:
        agreed(f"Send {'all' if everything else len(wanted)} of {queue} again?", yes)
    report = _redriven(found, chosen, wanted, dry_run=dry_run)
    if as_json:
        print_json(report)
    else:
        show_redrive(report, answers())
    if report.stayed:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _looked_into(found: Installation, queue: DeadLetterQueue) -> QueueReport:
    sqs = found.sessions.sqs()
    count = messages_in(sqs, queue)
    with borrowed(sqs, queue, MOST_LETTERS) as letters:
        shown = tuple(letter_report(queue.name, letter) for letter in letters)
    return QueueReport(queue=queue.name, url=queue.url, messages=count, letters=shown)


def _redriven(
    found: Installation, queue: DeadLetterQueue, wanted: frozenset[str], *, dry_run: bool
) -> RedriveReport:
    sqs, functions = found.sessions.sqs(), found.sessions.functions()
    with borrowed(sqs, queue, MOST_LETTERS) as letters:
        chosen = _chosen(letters, wanted)
        stays = {
            letter.message_id: letter.route.stuck
            if dry_run
            else redrive_letter(sqs, functions, queue, letter)
            for letter in chosen
        }
    told = [letter_report(queue.name, letter, stays[letter.message_id]) for letter in chosen]
    return RedriveReport(
        queue=queue.name,
        dry_run=dry_run,
        sent=tuple(each for each in told if not each.stays),
        stayed=tuple(each for each in told if each.stays),
        left=messages_in(sqs, queue),
    )


def _chosen(letters: tuple[DeadLetter, ...], wanted: frozenset[str]) -> tuple[DeadLetter, ...]:
    if not wanted:
        return letters
    if missing := wanted - {letter.message_id for letter in letters}:
        raise Failure(
            f"no such message: {', '.join(sorted(missing))}",
            "`steward dlq list QUEUE` shows those that are there",
            ExitCode.USAGE,
        )
    return tuple(letter for letter in letters if letter.message_id in wanted)
