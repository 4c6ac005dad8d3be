from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from steward.domain.links import Link, LinkAction, SigningKey, read_link, recipient_hash
from steward.notify.links import LINK_LASTS, Links
from tests.factories import NOW, make_notice
from tests.unit.notify.rows import DAY, OWNER, marked_lease, open_policy

KEY = SigningKey("0a1b2c3d", b"a secret")
LINKS = Links("https://steward.example.com/lease", KEY)
POLICY = open_policy()
NOTICE = make_notice(marked_lease(generation=3))


def read(url: str, now: datetime = NOW) -> object:
    (token,) = parse_qs(urlsplit(url).query, strict_parsing=True)["t"]
    return read_link(token, [KEY], now)


def test_an_extend_link_says_what_its_holder_may_do_and_until_when() -> None:
    assert read(LINKS.extend(NOTICE, OWNER, NOW + DAY, POLICY, NOW)) == Link(
        stack_id=NOTICE.stack_id,
        generation=3,
        action=LinkAction.EXTEND,
        longest=NOTICE.created_at + 60 * DAY,
        recipient=recipient_hash(OWNER),
        expires_at=NOW + DAY + LINK_LASTS,
    )


def test_a_keep_link_differs_by_its_action_alone() -> None:
    extend = read(LINKS.extend(NOTICE, OWNER, None, POLICY, NOW))
    keep = read(LINKS.keep(NOTICE, OWNER, None, POLICY, NOW))
    assert isinstance(extend, Link)
    assert keep == replace(extend, action=LinkAction.KEEP)


@pytest.mark.parametrize(
    ("not_before", "expires_at"),
    [
        pytest.param(NOW + 7 * DAY, NOW + 37 * DAY, id="30-days-after-the-deletion"),
        pytest.param(NOW - DAY, NOW + 30 * DAY, id="30-days-from-now-when-that-is-past"),
        pytest.param(None, NOW + 30 * DAY, id="30-days-from-now-without-any-date"),
    ],
)
def test_a_link_outlives_the_deletion_by_30_days(
    not_before: datetime | None, expires_at: datetime
) -> None:
    link = read(LINKS.keep(NOTICE, OWNER, not_before, POLICY, NOW))
    assert isinstance(link, Link)
    assert link.expires_at == expires_at


def test_a_link_leads_to_the_configured_page_and_needs_no_escaping() -> None:
    url = LINKS.extend(NOTICE, OWNER, None, POLICY, NOW)
    assert url.startswith("https://steward.example.com/lease?t=v1.0a1b2c3d.")
    assert not set(url.partition("?t=")[2]) & set("&=+/%\"'<> ")


def test_every_recipient_has_links_of_their_own() -> None:
    mine = LINKS.extend(NOTICE, OWNER, None, POLICY, NOW)
    theirs = LINKS.extend(NOTICE, "other@example.com", None, POLICY, NOW)
    assert mine != theirs
    assert mine == LINKS.extend(NOTICE, OWNER.upper(), None, POLICY, NOW)
