import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from time import perf_counter
from urllib.parse import parse_qs, urlsplit

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from steward.domain.links import Link, read_link
from steward.domain.modes import Mode
from steward.notify.cards import parts_of
from steward.notify.digest import Digest, Row, digest_for
from steward.notify.harmless import harmless, isolated
from steward.notify.links import Links
from steward.notify.render import LONGEST_SHOWN_BYTES, Mail, render_digest
from tests.factories import NOW, make_account
from tests.unit.notify.examples import ACCOUNTS, LINKS, PAGE, example_digest, example_mail
from tests.unit.notify.mail_clients import (
    ADAPTING,
    ATTRIBUTES,
    BEAUTY,
    SOUND,
    TAGS,
    inline_properties,
    sheet_properties,
)
from tests.unit.notify.mail_page import read_page
from tests.unit.notify.rows import (
    HOSTILE,
    OWNER,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    mixed_digest,
    occasion,
    open_policy,
)

POLICY = open_policy()
FALLBACK = "mailto:platform@example.com"
# "Service quotas in Amazon SES": 40 MB with the SES v2 API, after base64 encoding; no more than
# 10 MB are sent without being slowed down.
LARGEST_MAIL_BYTES = 40_000_000


class HtmlFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


class TextFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def mail_of(digest: Digest, links: Links | None = LINKS) -> Mail:
    return render_digest(digest, POLICY, NOW, links, ACCOUNTS)


def without_tokens(form: str) -> str:
    return re.sub(r"\?t=[\w.-]+", "?t=TOKEN", form)


def hrefs(mail: Mail) -> list[str]:
    return [value or "" for name, value in read_page(mail.html).attributes if name == "href"]


def urls(mail: Mail) -> list[str]:
    """The lines of the text that are a URL and nothing else."""
    return re.findall(r"^\s*(https?://\S+)$", mail.text, re.MULTILINE)


@pytest.mark.parametrize("size", [1, 12, 300])
def test_the_html_reads_as_agreed(size: int, snapshot: SnapshotAssertion) -> None:
    assert without_tokens(example_mail(size).html) == snapshot(extension_class=HtmlFile)


@pytest.mark.parametrize("size", [1, 12, 300])
def test_the_text_reads_as_agreed(size: int, snapshot: SnapshotAssertion) -> None:
    assert without_tokens(example_mail(size).text) == snapshot(extension_class=TextFile)


def test_the_html_without_links_reads_as_agreed(snapshot: SnapshotAssertion) -> None:
    assert example_mail(12, links=None).html == snapshot(extension_class=HtmlFile)


def test_the_text_without_links_reads_as_agreed(snapshot: SnapshotAssertion) -> None:
    assert example_mail(12, links=None).text == snapshot(extension_class=TextFile)


@pytest.mark.parametrize("size", [1, 12, 300, 5000])
def test_every_stack_is_in_both_forms_in_the_digests_order(size: int) -> None:
    mail = example_mail(size)
    names = [row.notice.stack_name for row in example_digest(size, POLICY).rows]
    assert re.findall(r"<(?:h3[^>]*|b)>([^<]*)<", mail.html) == names
    body = mail.text.splitlines()[1:]
    assert [line.partition(" · ")[0] for line in body if line.startswith("feat-")] == names


@pytest.mark.parametrize("size", [1, 12, 300])
def test_nothing_that_a_row_says_is_missing_from_either_form(size: int) -> None:
    digest = mixed_digest(size, POLICY)
    mail = render_digest(digest, POLICY, NOW, LINKS)
    shown = read_page(mail.html).text
    for part in parts_of(digest, occasion(links=LINKS)):
        for card in (*part.cards, *part.compact):
            said = [line for fact in card.facts for line in fact.lines]
            for line in (card.name, card.place, *said):
                assert isolated(line) in shown
                assert isolated(line) in mail.text


@pytest.mark.parametrize("size", [12, 300])
def test_every_link_is_ours_and_its_stacks_own_in_both_forms(size: int) -> None:
    digest, mail = example_digest(size, POLICY), example_mail(size)
    parts = parts_of(digest, occasion(links=LINKS))
    buttons = [
        button.url
        for part in parts
        for card in (*part.cards, *part.compact)
        for button in card.buttons
    ]
    assert hrefs(mail) == [*buttons, FALLBACK]
    assert urls(mail) == buttons
    assert mail.text.count("http") == len(buttons)
    stacks = {row.notice.stack_id for row in digest.rows}
    for url in buttons:
        (token,) = parse_qs(urlsplit(url).query)["t"]
        link = read_link(token, [LINKS.key], NOW)
        assert isinstance(link, Link)
        assert link.stack_id in stacks


def test_without_links_the_tags_are_the_way_and_nothing_leads_out_of_the_mail() -> None:
    mail = example_mail(12, links=None)
    assert hrefs(mail) == [FALLBACK]
    assert "http" not in mail.text
    assert "links" not in mail.html + mail.text
    assert "add the tag of its row" in mail.text


def test_with_links_the_tags_are_told_once_as_the_other_way() -> None:
    mail = example_mail(5)
    for form in (mail.html, mail.text):
        assert form.count("Without the links") == 1
        assert form.count("sam deploy --tags expires-at=") == 1
    assert "until the end of that day in Europe/Berlin" in mail.html


def test_the_html_is_whole_and_loads_nothing() -> None:
    mail = example_mail(300)
    page = read_page(mail.html)
    assert {name for name, _ in page.attributes}.isdisjoint({"src", "background", "srcset"})
    assert not re.search(r"url\(|@import|<!--", mail.html)
    assert len(set(hrefs(mail))) == len(hrefs(mail))


def test_the_html_uses_what_mail_programs_understand() -> None:
    mail = example_mail(300)
    page = read_page(mail.html)
    assert page.tags <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    styles = [value or "" for name, value in page.attributes if name == "style"]
    assert inline_properties(styles) <= SOUND | BEAUTY
    css = mail.html.partition("<style>")[2].partition("</style>")[0]
    assert sheet_properties(css) <= SOUND | BEAUTY | ADAPTING
    assert {"background", "color-scheme"} <= sheet_properties(css)
    tables = mail.html.count("<table ")
    assert mail.html.count('<table role="presentation"') == tables


def hostile_mail(copies: int = 1) -> Mail:
    """Three rows for each copy, of which those after the 50th are compact."""
    rows = [row for copy in range(copies) for row in hostile_rows(copy)]
    accounts = {"222222222222": make_account(name=HOSTILE)}
    return render_digest(digest_for(HOSTILE, rows), POLICY, NOW, LINKS, accounts)


def hostile_rows(copy: int) -> list[Row]:
    arn = f"arn:aws:cloudformation:eu-west-1:222222222222:stack/{HOSTILE}/{copy}"
    lease = marked_lease(
        HOSTILE,
        warning=HOSTILE,
        owner_source=HOSTILE,
        expiry_source=HOSTILE,
        stack_id=arn,
    )
    return [
        due_row(lease, POLICY),
        blocked_row(replace(lease, stack_id=f"{arn}-b")),
        deleted_row(replace(lease, stack_id=f"{arn}-d"), HOSTILE, HOSTILE * 9),
    ]


@pytest.mark.parametrize("copies", [1, 30])
def test_hostile_values_are_text_and_nothing_else(copies: int) -> None:
    mail, plain = hostile_mail(copies), example_mail(300)
    page, harmless_page = read_page(mail.html), read_page(plain.html)
    assert page.tags <= harmless_page.tags
    assert {name for name, _ in page.attributes} <= {name for name, _ in harmless_page.attributes}
    assert page.text.count("<img src=x onerror=alert(1)>") >= 12 * copies
    assert "\u202e" not in mail.html + mail.text + mail.subject
    assert "\nBcc:" not in mail.text + mail.html


@pytest.mark.parametrize("copies", [1, 30])
def test_hostile_names_are_isolated_wherever_they_are(copies: int) -> None:
    mail = hostile_mail(copies)
    for form in (read_page(mail.html).text, mail.text):
        assert form.count("שלום") >= 12 * copies
        assert "שלום" not in re.sub("\u2068[^\u2069]*\u2069", "", form)


@pytest.mark.parametrize("copies", [1, 30])
def test_hostile_values_change_no_link(copies: int) -> None:
    mail = hostile_mail(copies)
    assert len(hrefs(mail)) == 4 * copies + 1
    assert all(url.startswith(f"{PAGE}?t=v1.") for url in hrefs(mail)[:-1])
    assert hrefs(mail)[-1] == FALLBACK
    assert urls(mail) == hrefs(mail)[:-1]


def test_hostile_values_forge_no_header() -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = hostile_mail().subject
    received = message_from_bytes(message.as_bytes(), policy=default)
    assert received.keys() == ["Subject"]
    assert received["Subject"] == hostile_mail().subject


@pytest.mark.parametrize("value", ["x" * 256, "🎉" * 256, "א" * 256, "\r\n" * 128, "</style>" * 32])
def test_the_longest_tag_values_are_shown_whole(value: str) -> None:
    lease = marked_lease(owner_source=value, warning=f"tag ttl: {value}")
    mail = mail_of(digest_for(OWNER, [due_row(lease, POLICY)]))
    assert harmless(value) in mail.text
    assert harmless(value) in read_page(mail.html).text


def test_text_is_not_escaped_as_html_is() -> None:
    lease = marked_lease(warning="a < b & c")
    mail = mail_of(digest_for(OWNER, [due_row(lease, POLICY)]))
    assert "a < b & c" in mail.text
    assert "a &lt; b &amp; c" in mail.html


def test_right_to_left_values_are_isolated_in_both_forms() -> None:
    lease = marked_lease(warning="tag ttl: שלום")
    mail = mail_of(digest_for(OWNER, [due_row(lease, POLICY)]))
    assert "\u2068tag ttl: שלום\u2069" in mail.html
    assert "\u2068tag ttl: שלום\u2069" in mail.text


def test_dates_and_the_subject_are_in_the_owners_zone_and_windows_in_the_policys() -> None:
    zones = {"dev@example.com": "Asia/Tokyo", "example.com": "America/Lima"}
    windows = {"timezone": "Europe/Berlin", "hours": "09:00-16:00"}
    owners = {"fallback": "platform@example.com", "time_zones": zones}
    policy = open_policy(owners=owners, windows=windows)
    rows = [due_row(marked_lease(), policy)]
    mail = render_digest(digest_for("Dev@Example.com", rows), policy, NOW, LINKS)
    assert mail.subject.endswith("earliest deletion Tue 2026-11-24 18:00 JST")
    for form in (mail.text, mail.html):
        assert form.count("Times are those of Asia/Tokyo.") == 1
        assert "on Mon, Tue, Wed, Thu, 09:00-16:00 (Europe/Berlin)." in form
        assert "not before Tue 2026-11-24 18:00 JST" in form
        assert "CET" not in form
    other = render_digest(digest_for("ops@example.com", rows), policy, NOW, LINKS)
    assert other.subject.endswith("earliest deletion Tue 2026-11-24 04:00 -05")


def test_a_mail_of_receipts_speaks_of_no_deletion_window() -> None:
    receipt = digest_for(OWNER, [deleted_row(marked_lease())])
    assert "Stacks are deleted on any day, at any hour (Europe/Berlin)." in example_mail(1).text
    assert "Stacks are deleted" not in mail_of(receipt).text + mail_of(receipt).html


@pytest.mark.parametrize(
    ("mode", "says_so"),
    [
        pytest.param(Mode.NOTIFY, True, id="notify-says-that-nothing-is-deleted"),
        pytest.param(Mode.REAP, False, id="reap-needs-no-such-words"),
    ],
)
def test_a_mail_does_not_threaten_with_what_the_mode_forbids(mode: Mode, says_so: bool) -> None:
    mail = render_digest(mixed_digest(1, POLICY), POLICY.with_mode(mode), NOW)
    words = "Steward only tells for now"
    assert (words in mail.text, words in mail.html) == (says_so, says_so)


@pytest.mark.parametrize("size", [1, 12, *range(24, 34), 300])
def test_a_mail_warns_of_programs_that_cut_it_exactly_when_they_would(size: int) -> None:
    html = example_mail(size).html
    warned = f"This is a long mail: {size} stacks." in html
    assert warned is (len(html.encode()) > LONGEST_SHOWN_BYTES)
    assert warned is (size > 28)


def test_5000_stacks_of_one_owner_are_one_mail_that_ses_takes() -> None:
    digest = example_digest(5000, POLICY)
    started = perf_counter()
    mail = mail_of(digest)
    seconds = perf_counter() - started
    encoded = sum(len(b64encode(form.encode())) for form in (mail.html, mail.text))
    assert mail.html.count("<h3") + mail.html.count('class="row"') == 5000
    # 13.7 MB, and about a second.
    assert encoded < LARGEST_MAIL_BYTES * 2 / 5
    assert seconds < 30


def test_receipts_alone_need_no_advice_on_keeping() -> None:
    digest = digest_for(OWNER, [deleted_row(marked_lease())])
    mail = mail_of(digest)
    assert "keep a stack" not in (mail.text + mail.html).lower()


def test_commands_show_a_tag_that_a_row_recommends() -> None:
    assert "sam deploy --tags expires-at=2026-12-08" in example_mail(1).text
    old = marked_lease(created_at=NOW - timedelta(days=60))
    mail = mail_of(digest_for(OWNER, [due_row(old, POLICY)]))
    assert "sam deploy --tags steward:keep=true" in mail.text


def test_deploys_are_offered_as_renewal_only_where_the_policy_renews() -> None:
    words = "starts its time anew"
    fixed = open_policy(lease={"ttl": "14d", "max_lifetime": "60d", "renew_on_deploy": False})
    mail = render_digest(mixed_digest(1, fixed), fixed, NOW)
    assert words in example_mail(1).html
    assert words not in mail.html + mail.text


@pytest.mark.parametrize("size", [1, 12, 300])
def test_the_mail_survives_being_sent_and_parsed(size: int) -> None:
    mail = example_mail(size)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    received = message_from_bytes(message.as_bytes(), policy=default)
    text, html = received.get_body(("plain",)), received.get_body(("html",))
    assert received["Subject"] == mail.subject
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == mail.text.splitlines()
    assert html.get_content().splitlines() == mail.html.splitlines()
