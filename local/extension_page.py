"""An owner at the extension page: the links of a mail, the page behind one, and its form.

Plain HTTP and the standard library, as the simplest browser would do it, without any script.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from local.function_url import local_url
from local.inbox import Mail

TIMEOUT_SECONDS = 30

_direct = build_opener(ProxyHandler({}))


class NoSuchLinkError(Exception):
    """No mail has the link that an owner looks for."""


@dataclass(frozen=True)
class Page:
    """An answer of the page. `address` is where it was found on this machine."""

    address: str
    status: int
    html: str
    headers: Mapping[str, str]

    @property
    def words(self) -> str:
        """What a reader sees, on one line."""
        reader = _Words()
        reader.feed(self.html)
        return " ".join(" ".join(reader.found).split())

    @property
    def message(self) -> str:
        """What the page has to say, without what it tells about the stack."""
        return self.words.removeprefix("Steward ").partition(" This stack ")[0]


def links_in(mail: Mail) -> tuple[str, ...]:
    """Every link of the mail that leads to the extension page, once."""
    reader = _Anchors()
    reader.feed(mail.html)
    return tuple(dict.fromkeys(link for link in reader.found if "t" in _query(link)))


def last_link(mails: Iterable[Mail], stack_id: str, action: str) -> str:
    """The link of the newest mail that does `action` (extend or keep) to the stack."""
    links = [link for mail in mails for link in links_in(mail)]
    for link in reversed(links):
        asks = _payload(_query(link)["t"][0])
        if (asks.get("s"), asks.get("a")) == (stack_id, action):
            return link
    raise NoSuchLinkError(f"no mail has a link to {action} {stack_id}")


def open_page(link: str, endpoint: str, method: str = "GET") -> Page:
    """Follow a mail's link."""
    return _ask(Request(local_url(link, endpoint), method=method))


def submit(page: Page, choice: str = "") -> Page:
    """Send the page's form as it stands, with another choice if one is given."""
    form = _Form()
    form.feed(page.html)
    fields = form.fields | ({"choice": choice} if choice else {})
    address = urljoin(page.address, form.action) if form.action else page.address
    return _ask(Request(address, data=urlencode(fields).encode(), method="POST"))


def _ask(request: Request) -> Page:
    try:
        with _direct.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _page(request, answer.status, answer)
    except HTTPError as refusal:  # a page too, only with another status
        with refusal:
            return _page(request, refusal.code, refusal)


def _page(request: Request, status: int, answer: Any) -> Page:
    text = answer.read().decode("utf-8")
    return Page(request.full_url, status, text, {k.lower(): v for k, v in answer.headers.items()})


def _query(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def _payload(token: str) -> dict[str, Any]:
    written = token.split(".")[2]
    payload: dict[str, Any] = json.loads(urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    return payload


@dataclass
class _Reader(HTMLParser):
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()


class _Anchors(_Reader):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


class _Words(_Reader):
    hidden = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.hidden = tag in {"style", "script", "title"}

    def handle_endtag(self, _tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


@dataclass
class _Form(HTMLParser):
    """The page's one form: where it goes, and what it sends when nobody touches it."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given.get("action") or ""
        elif tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.fields.update(_named(given))


def _named(given: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    name = given.get("name")
    if name:
        yield name, given.get("value") or ""
