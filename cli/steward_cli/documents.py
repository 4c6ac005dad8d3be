"""Policy documents as people write them: a YAML or JSON file, or standard input."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steward_cli.failures import ExitCode, Failure
from steward_cli.yaml_nodes import Place, UnreadableDocument, compose, lines_of, value_of

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and on which line (from 1) each part of it stands, where that is known."""

    name: str
    content: object
    lines: Mapping[Place, int]

    def as_json(self) -> str:
        return json.dumps(self.content, indent=2, ensure_ascii=False)

    def line_of(self, place: Place) -> int | None:
        """The line of `place`, or of the nearest part around it that was written down."""
        around = (place[:length] for length in range(len(place), 0, -1))
        return next((self.lines[part] for part in around if part in self.lines), None)


def read_document(path: str) -> Document:
    """Read the file at `path`, or standard input for `-`; raise Failure when that cannot be."""
    name = "standard input" if path == STDIN else path
    try:
        text = sys.stdin.read() if path == STDIN else Path(path).read_text(encoding="utf-8")
        return parse_document(text, name)
    except UnreadableDocument as error:
        todo = "write one YAML or JSON document (docs/guide/policy.md shows one)"
        raise Failure(f"{name}: {error}", todo, ExitCode.NOT_WHOLE) from None
    except UnicodeDecodeError:
        raise Failure(f"{name}: is no text", "save it as UTF-8", ExitCode.USAGE) from None
    except OSError as error:
        todo = "give the path of a policy file, or - for standard input"
        raise Failure(f"{name}: {error.strerror}", todo, ExitCode.USAGE) from None


def parse_document(text: str, name: str) -> Document:
    """Read `text` as JSON when it opens a JSON object, else as YAML; raise UnreadableDocument."""
    if text.lstrip().startswith("{"):
        return Document(name, _json(text), _lines_if_yaml(text))
    node = compose(text)
    return Document(name, value_of(node), dict(lines_of(node)))


def _json(text: str) -> object:
    try:
        value: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(f"line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise UnreadableDocument("it is nested too deeply") from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _value in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise UnreadableDocument(f"key {twice!r} is given twice")
    return dict(pairs)


def _no_constant(constant: str) -> object:
    raise UnreadableDocument(f"{constant} is no number of JSON")


def _lines_if_yaml(text: str) -> Mapping[Place, int]:
    """Nearly all JSON is YAML too, whose reader knows lines; the rest goes without."""
    try:
        return dict(lines_of(compose(text)))
    except UnreadableDocument:
        return {}
