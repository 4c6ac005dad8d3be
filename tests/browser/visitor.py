"""A visitor with a browser window of their own, and everything that went wrong in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
)

HERE = "127.0.0.1"
DESKTOP: ViewportSize = {"width": 1024, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Chromium writes a line for every page whose status is not 2xx. The tests look at that status.
STATUS_LINE = "Failed to load resource: the server responded with a status of"


@dataclass
class Visitor:
    """`requested` are all addresses that the window asked for, in order."""

    context: BrowserContext
    requested: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", self._on_request)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.page_errors.append(str(error.error)))

    def open(self, url: str) -> Page:
        """A new tab at `url`."""
        page = self.context.new_page()
        page.goto(url)
        return page

    def troubles(self) -> list[str]:
        """What no visit may cause: an error of page or console, or a request to another host."""
        elsewhere = [url for url in self.requested if urlsplit(url).hostname != HERE]
        return [*self.page_errors, *self.console_errors, *elsewhere]

    def _on_request(self, request: Request) -> None:
        self.requested.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(STATUS_LINE):
            self.console_errors.append(message.text)


@contextmanager
def visitor(browser: Browser, **settings: Any) -> Iterator[Visitor]:
    """`settings` are those of a browser context: viewport, color_scheme, java_script_enabled."""
    context = browser.new_context(**({"viewport": DESKTOP, "locale": "en-GB"} | settings))
    try:
        yield Visitor(context)
    finally:
        context.close()
