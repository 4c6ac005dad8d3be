"""The runtime report does what its reader asks of it, with a mouse and without one."""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reporting.csv_rows import COLUMNS, cells
from steward.domain.runtimes.results import ReportedFunction
from steward.notify.harmless import harmless
from tests.browser.runtime_report import (
    lines_shown,
    report_file,
    search,
    served,
    wait_until_ready,
)
from tests.browser.visitor import visitor
from tests.unit.notify.runtime_pages import HOSTILE, hostile_rows
from tests.unit.notify.runtime_rows import example_rows

pytestmark = pytest.mark.e2e

type Matches = Callable[[ReportedFunction], bool]

ROWS = list(example_rows(900, 20))
MANY = 20_000


@pytest.fixture(scope="module")
def report(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("report")
    report_file(folder, ROWS, 20)
    with served(folder) as address, visitor(browser) as guest:
        yield wait_until_ready(guest.open(f"{address}/runtimes.html"))
        assert guest.page_errors + guest.console_errors == []


@pytest.fixture
def page(report: Page) -> Iterator[Page]:
    yield report
    report.click("#reset")
    report.select_option("#group", "owner")
    report.select_option("#sort", "")


def names_shown(page: Page) -> list[str]:
    return page.locator("#table .cell-name").all_text_contents()


def count(matches: Matches) -> int:
    return sum(map(matches, ROWS))


def test_all_lines_are_there(page: Page) -> None:
    assert lines_shown(page) == len(ROWS)
    assert f"of {len(ROWS):,} lines in all" in page.locator("#shown").inner_text()


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        pytest.param("00042", lambda row: "00042" in row.name, id="part-of-a-name"),
        pytest.param("SEARCH@example.com", lambda row: "search@" in row.owner, id="owner"),
        pytest.param("orders-api", lambda row: "orders-api" in row.name, id="in-the-middle"),
        pytest.param(
            "ruby3.3 prod",
            lambda row: row.runtime_id == "ruby3.3" and "prod" in row.account_name,
            id="words-of-several-columns",
        ),
        pytest.param(
            "legacy-prod not covered",
            lambda row: row.bucket is Bucket.NOT_COVERED,
            id="what-was-not-read",
        ),
        pytest.param("no-such-thing-anywhere", lambda _row: False, id="nothing"),
    ],
)
def test_the_search_finds_in_every_column(page: Page, query: str, matches: Matches) -> None:
    assert search(page, query) == count(matches)
    if not count(matches):
        assert page.get_by_text("No function matches.").is_visible()


@pytest.mark.parametrize(
    ("field", "value", "matches"),
    [
        pytest.param("owner", "data@example.com", lambda row: row.owner == "data@example.com"),
        pytest.param("owner", "(nobody)", lambda row: not row.owner, id="owner-nobody"),
        pytest.param("stack", "data-orders", lambda row: row.stack == "data-orders"),
        pytest.param("region", "us-east-1", lambda row: row.region == "us-east-1"),
        pytest.param("runtime", "python3.9", lambda row: row.runtime_id == "python3.9"),
        pytest.param("runtime", "image", lambda row: row.package_type == "Image"),
        pytest.param("state", "deprecated", lambda row: row.state == "DEPRECATED"),
        pytest.param("level", "CRITICAL", lambda row: row.level == "CRITICAL"),
        pytest.param("bucket", "excepted", lambda row: row.bucket == "excepted"),
        pytest.param(
            "account",
            "legacy-prod (333333333333)",
            lambda row: row.account_name == "legacy-prod",
        ),
    ],
)
def test_each_filter_leaves_what_it_names(
    page: Page, field: str, value: str, matches: Matches
) -> None:
    page.select_option(f"#selects select[name={field}]", value)
    assert lines_shown(page) == count(matches) > 0


def test_filters_and_search_narrow_together_and_clear_together(page: Page) -> None:
    page.select_option("#selects select[name=bucket]", "affected")
    found = search(page, "python3.9")
    assert found == count(lambda row: row.bucket == "affected" and row.runtime_id == "python3.9")
    page.click("#reset")
    assert lines_shown(page) == len(ROWS)
    assert page.input_value("#search") == ""


def test_the_most_urgent_come_first(page: Page) -> None:
    page.select_option("#group", "")
    first = max(ROWS, key=lambda row: row.level.rank)
    assert page.locator("#table .level").first.text_content() == first.level


def test_rows_are_sorted_by_a_column(page: Page) -> None:
    page.select_option("#group", "")
    page.select_option("#sort", "name")
    expected = sorted(row.name for row in ROWS)[0]
    page.wait_for_function(
        "name => document.querySelector('#table .cell-name').textContent.startsWith(name)",
        arg=expected,
    )
    page.select_option("#sort", "")
    page.wait_for_function("() => document.querySelector('#table .level').textContent === 'BREACH'")


@pytest.mark.parametrize("field", ["owner", "stack"])
def test_rows_are_grouped(page: Page, field: str) -> None:
    page.select_option("#group", field)
    search(page, "search-orders")
    groups = page.locator("#table .tabulator-group bdi").all_text_contents()
    expected = {getattr(row, field) for row in ROWS if "search-orders" in row.name}
    assert set(groups) == expected


def test_a_group_is_closed_and_opened_with_the_keyboard(page: Page) -> None:
    search(page, "search-orders")
    shown = len(names_shown(page))
    toggle = page.locator("#table .tabulator-group button").first
    toggle.press("Enter")
    assert len(names_shown(page)) < shown
    page.locator("#table .tabulator-group button").first.press("Enter")
    assert len(names_shown(page)) == shown


def test_a_tile_leads_to_its_functions(page: Page) -> None:
    page.locator(".tile[data-bucket=excepted] button").click()
    assert lines_shown(page) == count(lambda row: row.bucket is Bucket.EXCEPTED) > 0


def test_a_work_item_leads_to_its_functions(page: Page) -> None:
    item = page.locator("#work-items .item").filter(has_text="@example.com").first
    owner, place = item.get_attribute("data-owner"), item.get_attribute("data-place")
    item.get_by_role("button", name="Show functions").click()
    mine = count(lambda row: (row.owner, row.stack, row.bucket) == (owner, place, "affected"))
    assert lines_shown(page) == mine > 0
    assert page.evaluate("() => document.activeElement.id") == "search"


def test_a_long_list_of_work_says_so_and_opens(page: Page) -> None:
    items = page.locator("#work-items .item")
    hidden = items.count() - 20
    assert hidden > 0
    assert items.last.is_hidden()
    page.get_by_role("button", name="Show all").click()
    assert items.last.is_visible()
    assert page.locator("#more-work").is_hidden()


def test_everything_about_a_row_opens_with_the_keyboard(page: Page) -> None:
    row = next(row for row in ROWS if row.is_version and row.breakers and row.passed_over)
    search(page, row.name)
    page.locator("#search").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("() => document.activeElement.textContent")
        if focused == f"{row.name}, version {row.version}":
            break
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    said = dialog.inner_text()
    for each in (row.reason, row.advice, row.target_reason, row.rollback, row.outcome_reason):
        assert each in said
    for several in (row.breakers, row.passed_over, row.interim, row.blocking_layers, row.aliases):
        assert [text for text in several if text not in said] == []
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert page.evaluate("() => document.activeElement.textContent").startswith(row.name)


def test_the_export_is_the_reports_csv_of_what_is_shown(page: Page) -> None:
    search(page, "python3.9")
    with page.expect_download() as download:
        page.click("#export")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    header, *lines = csv.reader(StringIO(text, newline=""))
    assert tuple(header) == COLUMNS
    expected = [list(cells(row)) for row in ROWS if "python3.9" in row.model_dump_json()]
    assert len(lines) == len(expected) > 0
    assert sorted(lines) == sorted(expected)


def test_hostile_names_are_shown_as_text_and_exported_as_text(
    browser: Browser, tmp_path: Path
) -> None:
    report_file(tmp_path, hostile_rows())
    with served(tmp_path) as address, visitor(browser) as guest:
        page = wait_until_ready(guest.open(f"{address}/runtimes.html"))
        page.select_option("#group", "stack")
        assert set(names_shown(page)) == {harmless(text) for text in HOSTILE}
        page.locator("#table .cell-name").first.click()
        page.keyboard.press("Escape")
        with page.expect_download() as download:
            page.click("#export")
        text = Path(download.value.path()).read_text(encoding="utf-8")
        assert "Lambda runtimes on" in page.title()
        assert page.locator("#table img, #table svg, #work img").count() == 0
        assert page.evaluate("() => document.scripts.length") == 5
        assert guest.page_errors + guest.console_errors == []
    exported = [cell for line in csv.reader(StringIO(text, newline="")) for cell in line]
    assert [cell for cell in exported if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=cmd|' /C calc'!A0" in exported


def test_it_works_from_a_file(browser: Browser, tmp_path: Path) -> None:
    path = report_file(tmp_path, ROWS, 20)
    with visitor(browser) as guest:
        page = wait_until_ready(guest.open(path.as_uri()))
        assert search(page, "00042") == count(lambda row: "00042" in row.name)
        assert guest.requested == [path.as_uri()]
        assert guest.page_errors + guest.console_errors == []


def test_20_000_functions_are_searched_and_only_what_is_seen_is_drawn(
    browser: Browser, tmp_path: Path
) -> None:
    rows = list(example_rows(MANY))
    report_file(tmp_path, rows)
    with served(tmp_path) as address, visitor(browser) as guest:
        page = wait_until_ready(guest.open(f"{address}/runtimes.html"))
        drawn = page.locator("#table .tabulator-row")
        assert lines_shown(page) == len(rows)
        assert 0 < drawn.count() < 200
        assert search(page, "checkout-orders") == sum("checkout-orders" in r.name for r in rows)
        assert 0 < drawn.count() < 200
        last = names_shown(page)[-1]
        page.locator("#table .tabulator-tableholder").evaluate("each => each.scrollTop = 9e6")
        page.wait_for_function(
            "name => [...document.querySelectorAll('#table .cell-name')]"
            ".every(each => each.textContent !== name)",
            arg=last,
        )
        assert 0 < drawn.count() < 200
        assert guest.troubles() == []
