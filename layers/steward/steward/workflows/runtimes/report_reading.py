"""Read the results of units, twice: once to count them, once to write them down.

A line that cannot be read is one function's failure, a file one unit's: what is known of them
counts as not covered, and the report says so.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from gzip import BadGzipFile
from typing import Protocol

from pydantic import ValidationError

from steward.aws.report_store import MissingFile
from steward.domain.runtimes.reporting.manifest import KnownUnit
from steward.domain.runtimes.reporting.reported_units import FILE_GONE, NO_RESULT, ReadUnit
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.results import ReportedFunction, UnitHeader
from steward.domain.stacks import Account

_UNPACKABLE = (BadGzipFile, EOFError, zlib.error, UnicodeDecodeError)
_UNREADABLE = "its results cannot be read ({why}); scan it again, and keep {key} for a report"
_MOST_PROBLEMS = 3


class Files(Protocol):
    """Where results are read from."""

    def lines(self, key: str) -> Iterator[str]:
        """Raises MissingFile when it is first read."""


class _File:
    """One file, fetched once, when it is first read: its header, then its functions.

    `broken`: what was wrong with lines that are no functions.
    """

    def __init__(self, files: Files, key: str) -> None:
        self.key = key
        self.broken: list[str] = []
        self._lines = enumerate(files.lines(key), start=1)

    def header(self) -> UnitHeader:
        """Raises StopIteration for an empty file."""
        _number, line = next(self._lines)
        return UnitHeader.model_validate_json(line)

    def functions(self) -> Iterator[ReportedFunction]:
        """The functions, whether the header was read before or is passed over now."""
        try:
            for number, line in self._lines:
                if number == 1:
                    continue
                row = self._row(number, line)
                if row is not None:
                    yield row
        except _UNPACKABLE as error:
            self.broken.append(f"{self.key} breaks off: {error}")

    def _row(self, number: int, line: str) -> ReportedFunction | None:
        try:
            return ReportedFunction.model_validate_json(line)
        except ValidationError as error:
            self.broken.append(f"{self.key}, line {number}: {_first(error)}")
            return None


def read_first(known: KnownUnit) -> str:
    """The file that `survey` begins with; empty when there is none."""
    return known.covered_key if known.missed_in else known.result_key


def survey(files: Files, known: KnownUnit, summary: Summary) -> ReadUnit:
    """Count a unit's functions into `summary`; say what there is to read of it again."""
    if known.missed_in:
        return _what_was_known(files, known, NO_RESULT, summary)
    try:
        file = _File(files, known.result_key)
        header = file.header()
    except MissingFile:
        return _what_was_known(files, known, FILE_GONE, summary)
    except (ValidationError, StopIteration, *_UNPACKABLE) as error:
        why = _first(error) if isinstance(error, ValidationError) else str(error) or "it is empty"
        reason = _UNREADABLE.format(why=why, key=known.result_key)
        return _what_was_known(files, known, reason, summary)
    summary.ou_paths[header.account_id] = header.ou_path
    if not header.covered:
        reason = header.reason or "its worker gave no reason"
        return _what_was_known(files, known, reason, summary, header.problems)
    read = ReadUnit(known, header, known.result_key, "", header.functions)
    summary.versions["read"] += read.versions
    return _counted(file, read, summary)


def _what_was_known(
    files: Files,
    known: KnownUnit,
    reason: str,
    summary: Summary,
    problems: tuple[str, ...] = (),
) -> ReadUnit:
    read = ReadUnit(known, None, known.covered_key, reason, known.functions, problems)
    if not known.covered_key:
        summary.lose(known.functions)
        return read
    try:
        return _counted(_File(files, read.key), read, summary)
    except MissingFile:
        summary.lose(known.functions)
        return ReadUnit(known, None, "", reason, known.functions, problems)


def _counted(file: _File, read: ReadUnit, summary: Summary) -> ReadUnit:
    """Functions that the header counts and no line shows are not covered, and not forgotten."""
    found, pinned = 0, {}
    account, before = _account(read, summary), read.day_before
    for row in map(read.as_reported, file.functions()):
        summary.add(row)
        summary.regressions.look_at(row, account, before)
        found += not row.is_version
        if row.pinned:
            pinned[row.name] = row.pinned
    lost = max(read.functions - found, 0)
    summary.lose(lost)
    told = tuple(_problems(file.broken, lost, read.key))
    functions = max(read.functions, found)
    return replace(read, functions=functions, problems=(*read.problems, *told), pinned=pinned)


def _account(read: ReadUnit, summary: Summary) -> Account:
    account_id = read.known.account_id
    return Account(account_id, ou_path=summary.ou_paths.get(account_id, ()))


def _problems(broken: list[str], lost: int, key: str) -> Iterator[str]:
    yield from broken[:_MOST_PROBLEMS]
    if len(broken) > _MOST_PROBLEMS:
        yield f"{len(broken) - _MOST_PROBLEMS} more lines of {key} cannot be read"
    if lost:
        yield f"{lost} functions that {key} counts have no line there; they are not covered"


def functions_of(files: Files, units: Iterable[ReadUnit]) -> Iterator[ReportedFunction]:
    """Every line of the report, unit by unit, as it was counted."""
    for read in units:
        if read.key:
            yield from map(read.as_reported, _File(files, read.key).functions())


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False)[0]
    where = ".".join(map(str, first["loc"])) or "the line"
    return f"{where}: {first['msg']}"
