"""A link scanner opens every link before its reader does, and nothing comes of it."""

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from steward.domain.links import LinkAction
from tests.browser.conftest import Visit
from tests.browser.extension_hub import ExtensionHub
from tests.browser.page_server import PageServer

pytestmark = pytest.mark.e2e

PREFETCH = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}


def ask(method: str, url: str, headers: dict[str, str]) -> HTTPResponse:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request(method, f"{parts.path}?{parts.query}", headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize("action", list(LinkAction))
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        pytest.param("GET", {}, id="get"),
        pytest.param("HEAD", {}, id="head"),
        pytest.param("GET", PREFETCH, id="prefetch"),
        pytest.param("OPTIONS", {}, id="options"),
        pytest.param("POST", {}, id="post-without-a-form"),
    ],
)
def test_asking_for_a_link_changes_nothing(
    action: LinkAction,
    method: str,
    headers: dict[str, str],
    hub: ExtensionHub,
    server: PageServer,
) -> None:
    url = server.url(hub.token(hub.marked("feat-cart"), action))
    before = hub.everything()
    answer = ask(method, url, headers)
    assert answer.status == (200 if method in {"GET", "HEAD"} else answer.status)
    assert hub.everything() == before


def test_a_scanner_with_a_browser_changes_nothing(
    hub: ExtensionHub, server: PageServer, visit: Visit
) -> None:
    """It renders the page, runs scripts and follows every link, but sends no form."""
    url = server.url(hub.token(hub.marked("feat-cart")))
    before = hub.everything()
    page = visit().open(url)
    links = page.locator("a[href]").evaluate_all("all => all.map(each => each.href)")
    for link in links:
        if link.startswith("http"):
            page.goto(link)
    assert hub.everything() == before
    assert {method for method, _ in server.answered} == {"GET"}
