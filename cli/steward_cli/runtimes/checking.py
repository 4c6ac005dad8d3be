"""A check of everything that was asked for: one file that cannot be read hides no other."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from steward.domain.one_line import one_line
from steward_cli.documents import STDIN
from steward_cli.runtimes.findings import Finding, Template, Unread
from steward_cli.runtimes.inputs import (
    Search,
    decoded,
    may_be_template,
    name_of,
    read_bytes,
    search,
)
from steward_cli.runtimes.judging import Terms, judged
from steward_cli.runtimes.reading import read_nodes
from steward_cli.runtimes.resources import NoTemplate
from steward_cli.runtimes.rules import Level
from steward_cli.runtimes.uses import uses_of
from steward_cli.yaml_nodes import UnreadableDocument

_LONGEST = 300
_GIVE = "give the path of a template, a folder or a pattern that has some, or - for standard input"
_WRITE = "make it one YAML or JSON template with Resources, or leave it out"
_OPEN = "make it readable, or leave it out"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found on which terms. `passed_over`: files found that are no templates."""

    terms: Terms
    templates: tuple[Template, ...]
    unread: tuple[Unread, ...]
    passed_over: int

    @property
    def findings(self) -> list[Finding]:
        return [finding for template in self.templates for finding in template.findings]

    def number_of(self, level: Level) -> int:
        return sum(finding.level is level for finding in self.findings)

    @property
    def runtimes_read(self) -> int:
        """How many runtimes the templates name, each use of each counted."""
        return sum(len(each.findings) + len(each.passed) for each in self.templates)

    @property
    def not_checked(self) -> int:
        return sum(len(template.remarks) for template in self.templates)


def check(arguments: Iterable[str], terms: Terms) -> Check:
    """Check every template that `arguments` name or lead to, each file once."""
    known: dict[str, Template | Unread | None] = {}
    unread: dict[Unread, None] = {}
    for argument in arguments:
        found = search(argument)
        unread |= {Unread(_name(folder), why, _OPEN): None for folder, why in found.not_entered}
        outcomes = [_outcome(file, found, terms, known) for file in found.files]
        if not any(outcomes) and not found.not_entered:
            unread[Unread(_name(argument), "no template is there", _GIVE)] = None
    read = list(known.values())
    return Check(
        terms,
        tuple(each for each in read if isinstance(each, Template)),
        (*unread, *(each for each in read if isinstance(each, Unread))),
        sum(each is None for each in read),
    )


def _outcome(
    file: str, found: Search, terms: Terms, known: dict[str, Template | Unread | None]
) -> Template | Unread | None:
    same = file if file == STDIN else str(Path(file).resolve())
    if same not in known or (known[same] is None and found.is_named):
        known[same] = _checked(file, terms, is_named=found.is_named)
    return known[same]


def _checked(file: str, terms: Terms, *, is_named: bool) -> Template | Unread | None:
    """None for a file that nobody named and that is no template."""
    name = _name(file)
    try:
        content = read_bytes(file)
        if not is_named and not may_be_template(content):
            return None
        return judged(name, uses_of(read_nodes(decoded(content))), terms)
    except NoTemplate as error:
        return Unread(name, str(error), _WRITE) if is_named else None
    except UnreadableDocument as error:
        return Unread(name, one_line(str(error), _LONGEST), _WRITE)
    except FileNotFoundError as error:
        return Unread(name, error.strerror or "there is no such file", _GIVE)
    except OSError as error:
        return Unread(name, error.strerror or str(error), _OPEN)


def _name(file: str) -> str:
    return one_line(name_of(file), _LONGEST)
