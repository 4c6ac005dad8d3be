"""What the guide shows of the runtime report: an organization on 2026-11-23, ten weeks early."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import StringIO
from typing import Any

from playwright.sync_api import Page

from steward.notify.runtimes.page import write_page
from tests.browser.runtime_report import wait_until_ready
from tests.unit.notify.runtime_overviews import example_overview
from tests.unit.notify.runtime_rows import example_rows

FUNCTIONS, UNREAD = 2_400, 37
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
type Shown = tuple[str, dict[str, Any], Callable[[Page], object], int]


def runtime_pictures(schemes: Sequence[str]) -> Iterator[Shown]:
    """Name, window, what is shown, and the most of its height in pixels."""
    for scheme in schemes:
        yield f"runtimes-page-{scheme}", _window(WIDE, 0.75, scheme), _whole, 2_460
    yield "runtimes-phone-light", _window(PHONE, 1, "light"), _whole, 2_000
    yield "runtimes-functions-light", _window(WIDE, 1, "light"), _only("functions"), 900
    yield "runtimes-burn-down-light", _window(WIDE, 1, "light"), _only("burn-down"), 640
    yield "runtimes-coverage-light", _window(WIDE, 1, "light"), _only("coverage"), 1_200
    yield "runtimes-print-light", _window({"width": 1040, "height": 735}, 1, "light"), _paper, 1_470


def _window(viewport: dict[str, int], scale: float, scheme: str) -> dict[str, Any]:
    return {"viewport": viewport, "device_scale_factor": scale, "color_scheme": scheme}


@cache
def _html() -> str:
    rows = list(example_rows(FUNCTIONS, UNREAD))
    out = StringIO()
    write_page(out, example_overview(rows, UNREAD), rows)
    return out.getvalue()


def _whole(page: Page) -> None:
    page.set_content(_html())
    wait_until_ready(page)


def _only(part: str) -> Callable[[Page], object]:
    """The page without its other parts."""

    def show(page: Page) -> None:
        _whole(page)
        page.evaluate(
            "part => document.querySelectorAll("
            "`.masthead, body > footer, main > section:not(#${part})`"
            ").forEach(each => each.remove())",
            part,
        )

    return show


def _paper(page: Page) -> None:
    _whole(page)
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
