"""The pages of the extension endpoint, rendered."""

import hashlib
import re
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import Extension, Lease, LeaseState
from steward.domain.outbox import Notice, NoticeKind, NoticeState
from steward.notify.frame import HEADERS, STYLE, Page, message_page
from steward.notify.page import Option, Subject, closed_page, done_page, offer_page
from steward.notify.reader import Reader
from steward.notify.told import told
from tests.factories import NOW, make_lease, make_notice, make_policy
from tests.unit.notify.mail_page import read_page

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
OWN = "dev@example.com"
READER = Reader(BERLIN, frozenset({OWN, "platform@example.com"}))
POLICY = make_policy()
LEASE = make_lease(
    state=LeaseState.MARKED,
    delete_after=NOW + 4 * DAY,
    expiry_source="its tag ttl=14d after its creation",
)
OPTIONS = [
    Option("1", 1, NOW + 5 * DAY, is_picked=False),
    Option("7", 7, NOW + 11 * DAY, is_picked=True),
    Option("longest", None, NOW + 50 * DAY, is_picked=False),
]


class HtmlFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


def mailed(address: str, status: DeliveryStatus, **changes: Any) -> Notice:
    delivery = Delivery(address, "m-1", status, NOW - 2 * DAY)
    notice = make_notice(LEASE, 7 * DAY, state=NoticeState.SENT, deliveries=(delivery,))
    return replace(notice, **changes)


NOTICES = (mailed(OWN, DeliveryStatus.DELIVERED), mailed("bob@example.com", DeliveryStatus.BOUNCED))


def subject(lease: Lease = LEASE, notices: tuple[Notice, ...] = NOTICES) -> Subject:
    return Subject(lease, "payments-dev", notices)


def offer(lease: Lease = LEASE, problem: str = "", token: str = "v1.k.p.m") -> Page:
    return offer_page(subject(lease), READER, POLICY, OPTIONS, token, problem)


def done() -> Page:
    until = NOW + 11 * DAY
    extended = replace(
        LEASE,
        expires_at=until,
        expiry_source=f"the extension by {OWN}",
        delete_after=None,
        extension=Extension(until, OWN, NOW),
    )
    return done_page(subject(extended), READER, POLICY, LEASE.expires_at)


def closed() -> Page:
    return closed_page(410, "This link is out of date", ["One.", "Two."], subject(), READER)


PAGES = {
    "offer": offer(),
    "wrong-choice": offer(problem="That cannot be chosen now. Please choose once more."),
    "done": done(),
    "closed": closed(),
    "unknown": closed_page(410, "Steward does not know this stack", ["Gone."], None, READER),
    "refused": message_page(403, "This link does not work", ["Copy the whole link."]),
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_reads_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    assert PAGES[name].html.replace(STYLE, "STYLE") == snapshot(extension_class=HtmlFile)


@pytest.mark.parametrize(
    ("name", "status"),
    [("offer", 200), ("wrong-choice", 400), ("done", 200), ("closed", 410), ("refused", 403)],
)
def test_a_page_has_its_status(name: str, status: int) -> None:
    assert PAGES[name].status == status


@every_page
def test_a_page_has_a_language_a_title_one_heading_and_landmarks(page: Page) -> None:
    read = read_page(page.html)
    assert '<html lang="en">' in page.html
    assert re.search(r"<title>[^<]+ - Steward</title>", page.html)
    assert [tag for tag, _ in read.headings].count("h1") == 1
    assert {"header", "main", "footer"} <= read.tags


@every_page
def test_a_page_runs_and_loads_nothing(page: Page) -> None:
    read = read_page(page.html)
    assert not {"script", "img", "link", "iframe", "object", "svg"} & read.tags
    names = {name for name, _ in read.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "style"}}
    assert not re.findall(r"url\(|@import|https?:", page.html)


@every_page
def test_the_style_is_the_one_the_policy_allows(page: Page) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page.html, re.DOTALL)
    (written,) = re.findall(r"'sha256-([^']+)'", HEADERS["Content-Security-Policy"])
    assert b64decode(written) == hashlib.sha256(style.encode()).digest()


def test_the_headers_keep_the_page_to_itself() -> None:
    directives = HEADERS["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in directives
    assert "form-action 'self'" in directives
    assert "base-uri 'none'" in directives
    assert "frame-ancestors 'none'" in directives
    expected = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert expected.items() <= HEADERS.items()
    assert HEADERS["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "noindex" in HEADERS["X-Robots-Tag"]
    isolation = {name for name in HEADERS if name.startswith("Cross-Origin-")}
    assert len(isolation) == 3


def test_a_response_is_what_a_function_url_wants() -> None:
    page = replace(PAGES["refused"], more_headers={"Allow": "GET"})
    response = page.response(with_body=True)
    assert response == {
        "statusCode": 403,
        "headers": HEADERS | {"Allow": "GET"},
        "body": page.html,
        "isBase64Encoded": False,
    }
    assert page.response(with_body=False) == response | {"body": ""}


def test_a_problem_is_announced() -> None:
    assert '<p class="problem" role="alert">That cannot be' in PAGES["wrong-choice"].html


def test_exactly_one_choice_is_made_already() -> None:
    assert re.findall(r'value="(\w+)" required checked', PAGES["offer"].html) == ["7"]


HOSTILE = '"><script>alert(1)</script>\r\nSet-Cookie: x \u202egnp.exe שלום \U0001f389'


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"stack_name": HOSTILE}, id="name"),
        pytest.param({"stack_name": "x" * 128}, id="long-name"),
        pytest.param({"expiry_source": f"its tag ttl={HOSTILE}"}, id="tag"),
        pytest.param({"warning": HOSTILE * 4}, id="warning"),
        pytest.param({"state": LeaseState.BLOCKED, "reason": HOSTILE}, id="reason"),
    ],
)
def test_what_others_wrote_is_text(fields: dict[str, Any]) -> None:
    lease = replace(LEASE, **fields)
    for page in (offer(lease), closed_page(410, "Gone", [HOSTILE], subject(lease), READER)):
        read = read_page(page.html)
        assert "script" not in read.tags
        assert "\u202e" not in page.html
        assert "\r" not in page.html


def test_a_hostile_token_stays_in_its_field() -> None:
    page = offer(token='"><script>alert(1)</script>')
    assert "script" not in read_page(page.html).tags


@pytest.mark.parametrize("state", LeaseState)
def test_every_state_has_words(state: LeaseState) -> None:
    html = offer(replace(LEASE, state=state)).html
    (said,) = re.findall(r"<dt>State</dt><dd><bdi>([^<]+)</bdi>", html)
    assert said


def test_an_extended_stack_is_not_said_to_be_marked() -> None:
    assert "<dt>State</dt><dd><bdi>in use</bdi></dd>" in PAGES["done"].html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("dev@example.com", "dev@example.com", id="own"),
        pytest.param("Dev@Example.com.", "Dev@Example.com.", id="own-in-another-case"),
        pytest.param("ask platform@example.com", "ask platform@example.com", id="whom-to-ask"),
        pytest.param("bob@example.com", "b…@example.com", id="another"),
        pytest.param("the extension by bob@example.com:", "the extension by b…@example.com:"),
        pytest.param("(bob@a.org,eve@b.org)", "(b…@a.org,e…@b.org)", id="several"),
        pytest.param("devil@example.com", "d…@example.com", id="nearly-own"),
        pytest.param("no@@address @ all", "no@@address @ all", id="no-address"),
    ],
)
def test_an_address_is_shown_to_its_owner_only(text: str, shown: str) -> None:
    assert READER.plain(text) == shown


def lines(*notices: Notice, lease: Lease = LEASE) -> list[str]:
    return told(lease, notices, BERLIN)


@pytest.mark.parametrize("status", DeliveryStatus)
def test_every_outcome_of_a_mail_has_words_and_a_date(status: DeliveryStatus) -> None:
    (line,) = lines(mailed(OWN, status))
    assert line.startswith(f"{OWN}: 7d notice ")
    assert line.endswith(", Sat 2026-11-21 10:00 CET")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"state": NoticeState.PENDING}, [f"{OWN}: 7d notice waits to be sent"], id="pending"
        ),
        pytest.param(
            {"state": NoticeState.SENT}, [f"{OWN}: 7d notice sent"], id="sent-before-this-release"
        ),
        pytest.param({"state": NoticeState.CANCELLED}, [], id="cancelled"),
        pytest.param({"generation": 2}, [], id="another-generation"),
        pytest.param({"kind": NoticeKind.BLOCKED}, [], id="another-kind"),
    ],
)
def test_who_was_told_counts_what_was_sent_for_these_dates(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert lines(mailed(OWN, DeliveryStatus.ACCEPTED, deliveries=(), **changes)) == expected


def test_notices_are_listed_in_the_order_they_were_due() -> None:
    late = mailed(OWN, DeliveryStatus.DELIVERED, stage="3d", queued_at=NOW + 4 * DAY)
    assert [line.split()[1] for line in lines(late, *NOTICES)] == ["7d", "7d", "3d"]
