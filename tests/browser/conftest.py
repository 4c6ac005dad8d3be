"""One browser and one hub for all tests of the page; a window and a clock for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium
from tests.browser.extension_hub import ExtensionHub, extension_hub
from tests.browser.page_server import PageServer
from tests.browser.real_page import real_page
from tests.browser.visitor import Visitor, visitor

type Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def hub() -> Iterator[ExtensionHub]:
    with extension_hub() as running:
        yield running


@pytest.fixture
def server(hub: ExtensionHub) -> Iterator[PageServer]:
    with real_page(hub) as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens windows for the test; in the end none may have had an error or gone elsewhere."""
    with ExitStack() as windows:
        opened: list[Visitor] = []

        def new_visitor(**settings: Any) -> Visitor:
            opened.append(windows.enter_context(visitor(browser, **settings)))
            return opened[-1]

        yield new_visitor
        assert [trouble for each in opened for trouble in each.troubles()] == []
