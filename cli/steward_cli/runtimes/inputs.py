"""The files that a check is to read: as named, by pattern, in folders, or standard input."""

import glob
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from steward_cli.documents import STDIN
from steward_cli.yaml_nodes import UnreadableDocument

# Four times what CloudFormation takes. "AWS CloudFormation quotas": 1 MB for a template in S3.
MOST_BYTES = 4 * 1024 * 1024
STDIN_NAME = "standard input"
_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_OTHERS_CODE = frozenset({"node_modules", "venv"})
# Every resource type that a check looks for has it.
_MARK = b"AWS::"


@dataclass(frozen=True, slots=True)
class Search:
    """What an argument means. `is_named`: its files themselves; others may be no templates.

    `not_entered`: folders that could not be looked into, and why.
    """

    files: tuple[str, ...]
    is_named: bool = False
    not_entered: tuple[tuple[str, str], ...] = ()


def search(argument: str) -> Search:
    """The files that `argument` means, in order."""
    if argument != STDIN and _is(stat.S_ISDIR, argument):
        return _below(argument)
    if argument == STDIN or os.path.lexists(argument) or not glob.has_magic(argument):
        return Search((argument,), is_named=True)
    matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207  # absolute ones too
    return Search(tuple(each for each in matches if _is(stat.S_ISREG, each)))


def name_of(file: str) -> str:
    """How `file` is called in reports, with slashes everywhere."""
    return STDIN_NAME if file == STDIN else Path(file).as_posix()


def read_bytes(file: str) -> bytes:
    """What is in `file`; raise OSError, or UnreadableDocument if it is too much."""
    if file == STDIN:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(file).open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableDocument(f"it is larger than {MOST_BYTES >> 20} MiB")
    return content


def may_be_template(content: bytes) -> bool:
    """Whether a file that nobody named is worth a closer look."""
    return _MARK in content


def decoded(content: bytes) -> str:
    """`content` as text; raise UnreadableDocument."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableDocument("it is no text in UTF-8") from None
    if "\0" in text:
        raise UnreadableDocument("it is no text: it has zero bytes")
    return text


def _below(folder: str) -> Search:
    failed: list[OSError] = []
    files = tuple(_walk(folder, failed))
    return Search(files, not_entered=tuple((str(e.filename), e.strerror or "?") for e in failed))


def _walk(folder: str, failed: list[OSError]) -> Iterator[str]:
    """Folders that are hidden, or hold other people's code, are left out."""
    for place, folders, files in Path(folder).walk(on_error=failed.append):
        folders[:] = sorted(each for each in folders if _is_ours(each))
        paths = (place / each for each in sorted(files) if each.endswith(_SUFFIXES))
        yield from (str(each) for each in paths if not _is(_is_no_file, str(each)))


def _is_ours(folder: str) -> bool:
    return not folder.startswith(".") and folder not in _OTHERS_CODE


def _is(kind: Callable[[int], bool], path: str) -> bool:
    """What `path` is, and False when nobody may know; reading it will tell why."""
    try:
        return kind(Path(path).stat().st_mode)
    except OSError:
        return False


def _is_no_file(mode: int) -> bool:
    """Devices and pipes, which nobody named, may never end."""
    return not stat.S_ISREG(mode)
