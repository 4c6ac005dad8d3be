"""A strict look at an HTML mail: what it shows, what it loads, and whether its tags match."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "hr", "input"}


@dataclass
class MailPage:
    headings: list[tuple[str, str]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    text: str = ""


def read_page(html: str) -> MailPage:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [], f"unclosed tags: {reader.open}"
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = MailPage()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.add(tag)
        self.page.attributes += attrs
        if tag in {"h1", "h2", "h3"}:
            self.page.headings.append((tag, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.page.text += data
        level = next((tag for tag in self.open if tag in {"h1", "h2", "h3"}), None)
        if level:
            self.page.headings[-1] = (level, self.page.headings[-1][1] + data)
