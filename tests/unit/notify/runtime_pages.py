"""Report pages of made organizations, as text."""

import json
from collections.abc import Iterable
from html.parser import HTMLParser
from io import StringIO
from typing import Any

from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction
from steward.notify.runtimes.page import write_page
from tests.unit.notify.runtime_overviews import NOWHERE, example_overview
from tests.unit.notify.runtime_rows import example_rows

UNREAD = 37
# What people may write into a name, an owner or a reason to be taken for more than text.
HOSTILE = (
    "</script><script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "'\"><svg onload=document.title='taken'>",
    "{{ 7 * 7 }}${7*7}",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u2066 שלום",
    "<!-- <script>",
    "x" * 5_000,
)


def page_of(overview: Overview, rows: Iterable[ReportedFunction] = ()) -> str:
    out = StringIO()
    write_page(out, overview, rows)
    return out.getvalue()


def example_page(number: int, unread: int = UNREAD) -> str:
    rows = list(example_rows(number, unread))
    return page_of(example_overview(rows, unread), rows)


def empty_page() -> str:
    return page_of(NOWHERE)


def hostile_rows() -> list[ReportedFunction]:
    """One row for each hostile text, which is everywhere in it where people may write."""
    first = next(example_rows(1))
    return [
        first.model_copy(
            update={
                "name": text,
                "owner": text,
                "stack": text,
                "account_name": text,
                "reason": text,
                "aliases": (text,),
                "breakers": (text,),
            }
        )
        for text in HOSTILE
    ]


class PageReader(HTMLParser):
    """The elements of a page in order, with their attributes, and the texts of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.contents: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag in {"script", "style"}:
            self.contents.append(({"tag": tag, **dict(attrs)}, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in {"script", "style"}:
            attributes, text = self.contents[-1]
            self.contents[-1] = (attributes, text + data)
        else:
            self.text += data

    def data(self, name: str) -> Any:
        """The JSON document in the script element of that id."""
        return json.loads(next(text for each, text in self.contents if each.get("id") == name))

    @property
    def words(self) -> str:
        return " ".join(self.text.split())
