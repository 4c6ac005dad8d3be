"""The guide's pictures can be taken anew at any time, and none is missing or too large."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import screenshots
from tests.browser.extension_hub import ExtensionHub
from tests.browser.page_server import PageServer
from tests.browser.screenshots import IMAGES, MOST_BYTES, take_all

GUIDES = "\n".join(each.read_text() for each in IMAGES.parent.glob("*.md"))
SHOWN = sorted(re.findall(r"""[("]images/([^)"]+)[)"]""", GUIDES))


def committed() -> list[str]:
    return sorted(each.name for each in IMAGES.iterdir())


def test_the_guides_show_every_picture_and_have_them_all() -> None:
    assert sorted(set(SHOWN)) == committed()


def test_every_picture_is_small() -> None:
    assert [each.name for each in IMAGES.iterdir() if each.stat().st_size > MOST_BYTES] == []


@pytest.mark.e2e
def test_the_same_pictures_are_taken_anew(
    browser: Browser,
    hub: ExtensionHub,
    server: PageServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By day; those of the night differ by nothing but that."""
    monkeypatch.setattr(screenshots, "SCHEMES", ("light",))
    take_all(browser, hub, server, tmp_path)
    by_day = [name for name in committed() if name.endswith("-light.png")]
    assert sorted(each.name for each in tmp_path.iterdir()) == by_day
    assert [each.name for each in tmp_path.iterdir() if each.stat().st_size > MOST_BYTES] == []
