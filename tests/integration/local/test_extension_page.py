"""The demo's owner reads a mail and a page as the simplest browser would."""

from datetime import UTC, datetime

import pytest

from local.extension_page import NoSuchLinkError, Page, last_link, links_in
from local.inbox import Mail
from steward.domain.links import Link, LinkAction, SigningKey, sign
from tests.factories import NOW, make_stack_id

BASE = "https://abc.lambda-url.eu-west-1.on.aws/"
CART = make_stack_id()
SENT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def link(stack_id: str = CART, action: LinkAction = LinkAction.EXTEND, generation: int = 1) -> str:
    wish = Link(stack_id, generation, action, NOW, "0123456789abcdef", NOW)
    return f"{BASE}?t={sign(wish, SigningKey('0a1b2c3d', b'secret'))}"


def mail(*links: str) -> Mail:
    html = "".join(f'<a href="{each}">go</a>' for each in (*links, "mailto:a@example.com"))
    return Mail("1", "steward@example.com", ("a@example.com",), "s", "t", html, SENT)


def test_only_links_to_the_page_count_and_each_once() -> None:
    assert links_in(mail(link(), link(), "https://example.com/docs")) == (link(),)


def test_the_newest_mail_has_the_link_that_is_followed() -> None:
    old, new = link(generation=1), link(generation=2)
    assert last_link([mail(old), mail(new)], CART, "extend") == new


@pytest.mark.parametrize(
    ("stack_id", "action"),
    [
        pytest.param(CART, "keep", id="another action"),
        pytest.param(make_stack_id("feat-other"), "extend", id="another stack"),
    ],
)
def test_a_link_that_no_mail_has_is_said(stack_id: str, action: str) -> None:
    with pytest.raises(NoSuchLinkError, match=f"no mail has a link to {action}"):
        last_link([mail(link())], stack_id, action)


def test_a_page_is_read_without_its_style_and_its_details() -> None:
    html = (
        "<html><head><title>Extended</title><style>p{color:red}</style></head><body>"
        "<header>Steward</header><h1>Extended</h1><p>until &lt;Friday&gt;</p>"
        "<h2>This stack</h2><p>feat-cart</p></body></html>"
    )
    page = Page(BASE, 200, html, {})
    assert page.words == "Steward Extended until <Friday> This stack feat-cart"
    assert page.message == "Extended until <Friday>"
