"""`steward rollouts validate`: what a hook would say of a configuration, before it is deployed."""

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from steward.aws.documents import read_mapping
from steward.aws.unreadable import UnreadableDocument as Unreadable
from steward_cli.failures import ExitCode, Failure
from steward_cli.rollouts.checking import Checked, check_passage
from steward_cli.rollouts.passages import Passage
from steward_cli.rollouts.template_parameters import passages_of
from steward_cli.rollouts.validation_report import report_of
from steward_cli.rollouts.validation_text import print_checked
from steward_cli.runtimes.inputs import decoded, name_of, read_bytes
from steward_cli.runtimes.nodes import member
from steward_cli.runtimes.reading import read_nodes
from steward_cli.terminal import answers, remarks, say
from steward_cli.yaml_nodes import UnreadableDocument

GUIDE = "docs/guide/rollout-configuration.md describes every field"


def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Configurations, or templates that have some; - reads standard input.",
        ),
    ],
    with_profile: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="A profile to lay below; the later over the earlier."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check rollout configurations as the hooks will, and say what will run.

    Reads YAML and JSON documents, and SAM and CloudFormation templates: there, the parameters whose
    Name begins /steward/rollout/ or /steward/rollout-profiles/. Needs no AWS account.

    Exit code 0: valid. 1: not valid. 3: a FILE cannot be read, or none has a configuration.
    """
    profiles = [_profile(each) for each in with_profile or []]
    unread: list[tuple[str, str]] = []
    checked = [check_passage(each, profiles) for each in _passages(files, unread)]
    if as_json:
        sys.stdout.write(report_of(checked, unread).model_dump_json(indent=2) + "\n")
    else:
        _print(checked)
    for file, why in unread:
        say(remarks(), f"error: {file}: {why}")
    if not checked and not unread:
        todo = "name the parameter /steward/rollout/<function>, or give the document itself"
        raise Failure("no template has a rollout configuration", todo)
    raise typer.Exit(_exit_code(checked, unread))


def _print(checked: Iterable[Checked]) -> None:
    for each in checked:
        print_checked(answers(), each)
        for warning in each.warnings:
            say(remarks(), f"warning: {each.passage.name}: {warning}")
    if any(each.problems for each in checked):
        say(remarks(), f"to do: correct these places; {GUIDE}")


def _exit_code(checked: Iterable[Checked], unread: list[tuple[str, str]]) -> ExitCode:
    if unread:
        return ExitCode.UNREACHED
    wrong = any(each.problems for each in checked)
    return ExitCode.NOT_WHOLE if wrong else ExitCode.DONE


def _passages(files: Iterable[str], unread: list[tuple[str, str]]) -> Iterator[Passage]:
    for file in files:
        try:
            yield from _in_file(name_of(file), decoded(read_bytes(file)))
        except UnreadableDocument as error:
            unread.append((name_of(file), str(error)))
        except OSError as error:
            unread.append((name_of(file), error.strerror or str(error)))


def _in_file(name: str, text: str) -> Iterator[Passage]:
    try:
        nodes = read_nodes(text)
    except UnreadableDocument:
        # What is no document either is told by its own reader, with line and column.
        yield Passage(name, text)
        return
    if member(nodes, "Resources") is None:
        yield Passage(name, text)
    else:
        yield from passages_of(name, text, nodes)


def _profile(file: str) -> dict[str, Any]:
    try:
        return read_mapping(decoded(read_bytes(file)))
    except (Unreadable, UnreadableDocument) as error:
        todo = "correct it: `steward rollouts validate` shows every place that is wrong"
        raise Failure(f"profile {name_of(file)}: {error}", todo, ExitCode.NOT_WHOLE) from None
    except OSError as error:
        todo = "give the path of a profile"
        raise Failure(f"{name_of(file)}: {error.strerror}", todo, ExitCode.USAGE) from None
