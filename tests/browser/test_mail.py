"""The digest as a browser shows it, which is how many mail programs do."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import findings
from tests.browser.test_every_page import LIGHTNESS, OVERFLOW
from tests.browser.visitor import PHONE, visitor
from tests.unit.notify.examples import example_mail
from tests.unit.notify.rollout_examples import every_gravity, rollout_mail

pytestmark = pytest.mark.e2e


MAILS = {
    "1-stacks": lambda: example_mail(1),
    "12-stacks": lambda: example_mail(12),
    "60-stacks": lambda: example_mail(60),
    "rollouts": lambda: rollout_mail(0, every_gravity()),
    "rollouts-and-stacks": lambda: rollout_mail(3, every_gravity()),
}


@pytest.fixture(scope="module", params=MAILS)
def mail(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """60 stacks are more than are shown in full."""
    with visitor(browser) as guest:
        page = guest.context.new_page()
        page.set_content(MAILS[request.param]().html)
        yield page
        assert (guest.requested, guest.troubles()) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(mail: Page, scheme: Literal["light", "dark"]) -> None:
    mail.emulate_media(color_scheme=scheme)
    assert findings(mail) == []
    lightness = mail.evaluate(LIGHTNESS)
    assert lightness < 60 if scheme == "dark" else lightness > 200


@pytest.mark.parametrize("width", [320, 360, 680])
def test_fits_without_scrolling_sideways(mail: Page, width: int) -> None:
    mail.set_viewport_size({"width": width, "height": 700})
    assert mail.evaluate(OVERFLOW) <= 0


def test_its_buttons_are_large_enough_for_a_finger(mail: Page) -> None:
    mail.set_viewport_size(PHONE)
    for button in mail.get_by_role("link", name=re.compile("^(Extend|Open) ")).all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
