"""The runtime report as a file, and served from one on this machine."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page

from steward.domain.runtimes.results import ReportedFunction
from steward.notify.runtimes.page import write_page
from tests.unit.notify.runtime_overviews import example_overview

HOST = "127.0.0.1"
POLL_SECONDS = 0.02


def report_file(
    folder: Path, rows: Sequence[ReportedFunction], unread: int = 0, name: str = "runtimes.html"
) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8") as out:
        write_page(out, example_overview(rows, unread), iter(rows))
    return path


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which the files of `folder` are."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer((HOST, 0), handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(POLL_SECONDS,))
        thread.start()
        try:
            yield f"http://{HOST}:{listener.server_address[1]}"
        finally:
            listener.shutdown()
            thread.join()


def wait_until_ready(page: Page) -> Page:
    """Until the functions are read and the table stands."""
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_function("() => document.getElementById('shown').textContent.includes('shown')")
    return page


def search(page: Page, query: str) -> int:
    """Type `query` and wait until the table shows what it found: so many lines."""
    before = page.locator("#shown").text_content()
    page.fill("#search", query)
    page.wait_for_function(
        "before => document.getElementById('shown').textContent !== before", arg=before
    )
    return lines_shown(page)


def lines_shown(page: Page) -> int:
    """As the sentence above the table has it: functions, and published versions."""
    said = (page.locator("#shown").text_content() or "").split(" shown")[0]
    return sum(int(word.replace(",", "")) for word in said.split() if word[0].isdigit())


class _Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """A browser asks for an icon by itself; there is none, and that is no error."""
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
