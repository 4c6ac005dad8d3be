"""What holds for every kind of page: readable by everybody, on every screen, by day and night."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import findings
from tests.browser.extension_hub import ExtensionHub
from tests.browser.page_kinds import KINDS, Scene
from tests.browser.real_page import real_page
from tests.browser.visitor import DESKTOP, PHONE, visitor

pytestmark = pytest.mark.e2e

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# How light the page's background is, from 0 (black) to 255.
LIGHTNESS = """() => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g)
    return (Number(red) + Number(green) + Number(blue)) / 3
}"""


@pytest.fixture(scope="module", params=KINDS)
def page(request: pytest.FixtureRequest, browser: Browser, hub: ExtensionHub) -> Iterator[Page]:
    """One page of each kind, reached once: its looks do not change what it is."""
    reach, status = KINDS[request.param]
    with real_page(hub) as server, visitor(browser) as guest:
        shown = guest.context.new_page()
        assert reach(Scene(hub, server, shown)).status == status
        yield shown
        assert guest.troubles() == []


def test_has_a_title_a_language_and_one_heading(page: Page) -> None:
    assert page.title()
    assert page.locator("html[lang=en]").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    assert findings(page) == []
    lightness = page.evaluate(LIGHTNESS)
    assert lightness < 60 if scheme == "dark" else lightness > 200


def test_fits_a_phone_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert page.evaluate(OVERFLOW) <= 0
    page.set_viewport_size(DESKTOP)
