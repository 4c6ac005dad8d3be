"""The runtime report is readable by everybody: on every screen, by day, at night and on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import findings
from tests.browser.runtime_report import report_file, search, served, wait_until_ready
from tests.browser.test_every_page import LIGHTNESS, OVERFLOW
from tests.browser.visitor import PHONE, visitor
from tests.unit.notify.runtime_rows import example_rows

pytestmark = pytest.mark.e2e

UNREAD = 37
ROWS = list(example_rows(600, UNREAD))
DESKTOP = {"width": 1280, "height": 900}
# Axe cannot see what lies behind a text of a picture, so its contrast is computed here: of each
# text of the charts with the sheet, by "Web Content Accessibility Guidelines (WCAG) 2.2", 1.4.3.
CHART_CONTRASTS = """() => {
    const light = (colour) => {
        const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3)
            .map((each) => each / 255)
            .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    return [...document.querySelectorAll('.chart svg text')].map((text) => {
        const sheet = getComputedStyle(text.closest('section')).backgroundColor
        const pair = [light(getComputedStyle(text).fill), light(sheet)].sort((a, b) => b - a)
        return (pair[0] + 0.05) / (pair[1] + 0.05)
    })
}"""


@pytest.fixture(scope="module")
def report(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("report")
    report_file(folder, ROWS, UNREAD)
    with served(folder) as address, visitor(browser, viewport=DESKTOP) as guest:
        yield wait_until_ready(guest.open(f"{address}/runtimes.html"))
        assert guest.troubles() == []
        assert guest.requested == [f"{address}/runtimes.html"]


@pytest.fixture
def page(report: Page) -> Iterator[Page]:
    yield report
    report.emulate_media(media="screen", color_scheme="light")
    report.set_viewport_size({"width": 1280, "height": 900})


def test_has_a_title_a_language_and_one_heading(page: Page) -> None:
    assert page.title() == "Lambda runtimes on 2026-11-23 - Steward"
    assert page.locator("html[lang=en]").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_grave(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    assert findings(page, leave_out=(".chart svg",)) == []
    lightness = page.evaluate(LIGHTNESS)
    assert lightness < 60 if scheme == "dark" else lightness > 200


def test_axe_finds_nothing_grave_in_the_details(page: Page) -> None:
    page.locator("#table .cell-name").first.click()
    assert findings(page, leave_out=(".chart svg",)) == []
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_charts_texts_stand_out(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    contrasts = page.evaluate(CHART_CONTRASTS)
    assert len(contrasts) > 50
    assert min(contrasts) >= 4.5


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_fits_without_scrolling_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    assert page.evaluate(OVERFLOW) <= 0


def test_a_phone_shows_each_function_as_a_card(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.locator("#table .card").first.wait_for()
    assert page.locator("#table .tabulator-col").count() == 1


def test_what_was_not_covered_stands_above_all_charts_and_in_red(page: Page) -> None:
    box = page.locator("#coverage.gaps")
    assert box.get_by_role("heading", level=2).inner_text() == "Not everything was seen"
    place, chart = box.bounding_box(), page.locator("#timeline").bounding_box()
    assert place is not None
    assert chart is not None
    assert place["y"] < chart["y"]


def test_the_timeline_has_every_runtime_in_use_and_today(page: Page) -> None:
    shown = page.locator("#timeline-chart text").all_text_contents()
    in_use = page.evaluate(
        "() => JSON.parse(document.getElementById('charted').textContent).runtimes"
        ".filter(each => each.functions + each.versions > 0).map(each => each.id)"
    )
    assert len(in_use) > 10
    assert [
        name for name in (*in_use, "today", "2027-02-01", "2027-03-03") if name not in shown
    ] == []


def test_another_wave_has_another_sentence_and_chart(page: Page) -> None:
    before = page.locator("#wave-sentence").inner_text()
    assert before.startswith("2027-02-01, create block: ")
    page.select_option("#wave", "1")
    assert page.locator("#wave-sentence").inner_text().startswith("2027-03-03, update block: ")
    texts = page.locator("#burn-down-chart text").all_text_contents()
    assert {"today", "2027-03-03"} < set(texts)
    assert any(text.endswith("a week needed") for text in texts)
    page.select_option("#wave", "0")


def test_without_scripts_the_essence_is_there(browser: Browser, tmp_path: Path) -> None:
    report_file(tmp_path, list(example_rows(200, UNREAD)), UNREAD)
    with served(tmp_path) as address, visitor(browser, java_script_enabled=False) as guest:
        page = guest.open(f"{address}/runtimes.html")
        for part in ("#summary", "#coverage", "#work", "#runtimes", "#exceptions", "#burn-down"):
            assert page.locator(f"{part} h2").is_visible()
        assert page.locator("#work-items .item").first.is_visible()
        assert page.get_by_text(
            "The CSV and the JSON that were written beside this page"
        ).is_visible()
        assert not page.locator("#explorer").is_visible()
        assert not page.locator("#wave").is_visible()
        assert findings_free_of_sideways(page)


def findings_free_of_sideways(page: Page) -> bool:
    page.set_viewport_size(PHONE)
    box = page.locator("main").bounding_box()
    return box is not None and box["width"] <= PHONE["width"]


def test_on_paper_the_rows_are_printed_up_to_a_limit_that_is_said(page: Page) -> None:
    page.evaluate(
        "() => addEventListener('beforeprint', () => {"
        " window.paper = document.getElementById('printed').innerText;"
        " window.lines = document.querySelectorAll('#printed tbody tr').length })"
    )
    page.pdf()
    said = f"The 500 most urgent of {len(ROWS)} lines are printed, {len(ROWS) - 500} are not"
    assert page.evaluate("() => window.lines") == 500
    assert said in page.evaluate("() => window.paper")
    narrowed = search(page, "payments")
    page.pdf()
    assert page.evaluate("() => window.lines") == narrowed
    assert f"All {narrowed} lines that match are printed" in page.evaluate("() => window.paper")
    assert "Narrowed by search: payments." in page.evaluate("() => window.paper")
    page.click("#reset")


def test_on_paper_charts_and_details_are_visible_and_controls_are_not(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    for part in ("#timeline-chart svg", "#burn-down-chart svg", "#coverage"):
        assert page.locator(part).is_visible()
    for part in ("#controls", "#table", "nav"):
        assert not page.locator(part).is_visible()
    box = page.locator("#work details > p").first.bounding_box()
    assert box is not None
    assert box["height"] > 0
    assert page.evaluate(LIGHTNESS) > 200
