"""Reads `runtimes.json` as it arrives: its head at once, then one function after the other.

The report of a large organization holds tens of thousands of functions; none is kept here.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction

_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


class UnreadableReport(Exception):
    """It is no report, or not one of a version that is known here; says where it breaks off."""


class ReportReader:
    """One report, read once and in order: `overview`, then `functions`."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0

    def overview(self) -> Overview:
        """The report without its functions."""
        for mark in ("{", '"overview"', ":"):
            self._expect(mark)
        return self._read(Overview)

    def functions(self) -> Iterator[ReportedFunction]:
        """Every function of the report; to be asked for after the overview."""
        for mark in (",", '"functions"', ":", "["):
            self._expect(mark)
        if self._next() == "]":
            return
        yield self._read(ReportedFunction)
        while self._next() != "]":
            self._expect(",")
            yield self._read(ReportedFunction)

    def _read[T: BaseModel](self, model: type[T]) -> T:
        value = self._value()
        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise UnreadableReport(f"{where}: {first['msg']}") from None

    def _next(self) -> str:
        """The next character that is not blank, which stays where it is."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                raise UnreadableReport("it breaks off")

    def _expect(self, mark: str) -> None:
        self._next()
        while len(self._text) - self._at < len(mark) and self._more():
            pass
        if not self._text.startswith(mark, self._at):
            raise UnreadableReport(f"it has no {mark} where one belongs")
        self._at += len(mark)

    def _value(self) -> Any:
        """The next value; what has arrived is doubled until it is whole."""
        self._next()
        while True:
            try:
                value, self._at = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._twice_as_much():
                    raise UnreadableReport(f"it breaks off: {error.msg}") from None
            else:
                return value

    def _twice_as_much(self) -> bool:
        wanted = 2 * (len(self._text) - self._at)
        arrived = False
        while len(self._text) - self._at < wanted and self._more():
            arrived = True
        return arrived

    def _more(self) -> bool:
        """Take one more chunk in, and forget what has been read."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        try:
            arrived = self._decoder.decode(chunk)
        except UnicodeDecodeError:
            raise UnreadableReport("it is no text in UTF-8") from None
        self._text, self._at = self._text[self._at :] + arrived, 0
        return True
