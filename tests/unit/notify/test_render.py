import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from steward.domain.modes import Mode
from steward.notify.digest import digest_for
from steward.notify.facts import facts_of
from steward.notify.harmless import harmless, isolated
from steward.notify.render import Mail, render_digest
from tests.factories import NOW
from tests.unit.notify.mail_page import read_page
from tests.unit.notify.rows import (
    HOSTILE,
    OWNER,
    deleted_row,
    due_row,
    marked_lease,
    mixed_digest,
    open_policy,
)

POLICY = open_policy()


class HtmlFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


class TextFile(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def mail_of(size: int) -> Mail:
    return render_digest(mixed_digest(size, POLICY), POLICY, NOW)


@pytest.mark.parametrize("size", [1, 12])
def test_the_html_reads_as_agreed(size: int, snapshot: SnapshotAssertion) -> None:
    assert mail_of(size).html == snapshot(extension_class=HtmlFile)


@pytest.mark.parametrize("size", [1, 12])
def test_the_text_reads_as_agreed(size: int, snapshot: SnapshotAssertion) -> None:
    assert mail_of(size).text == snapshot(extension_class=TextFile)


def test_300_rows_are_in_the_agreed_order(snapshot: SnapshotAssertion) -> None:
    headings = read_page(mail_of(300).html).headings
    outline = "".join(f"{level} {text}\n" for level, text in headings)
    assert outline == snapshot(extension_class=TextFile)


@pytest.mark.parametrize("size", [1, 12, 300])
def test_nothing_that_a_row_says_is_missing_from_either_form(size: int) -> None:
    digest, mail = mixed_digest(size, POLICY), mail_of(size)
    shown = read_page(mail.html).text
    for row in digest.rows:
        assert f"\n{row.notice.stack_name}\n" in mail.text
        for line in [line for fact in facts_of(row, POLICY) for line in fact.lines]:
            assert harmless(line) in shown
            assert isolated(line) in mail.text


def test_the_html_is_whole_and_loads_nothing() -> None:
    page = read_page(mail_of(12).html)
    links = [value for name, value in page.attributes if name in {"href", "src", "background"}]
    assert links == ["mailto:platform@example.com"]
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "form", "object"})
    assert not re.search(r"url\(|@import", mail_of(12).html)


def test_hostile_tag_values_are_text_and_nothing_else() -> None:
    lease = marked_lease(HOSTILE, warning=HOSTILE, owner_source=HOSTILE, expiry_source=HOSTILE)
    mail = render_digest(digest_for(HOSTILE, [due_row(lease, POLICY)]), POLICY, NOW)
    plain = render_digest(digest_for(OWNER, [due_row(marked_lease(), POLICY)]), POLICY, NOW)
    page = read_page(mail.html)
    assert page.tags == read_page(plain.html).tags
    assert page.text.count("<img src=x onerror=alert(1)>") >= 5
    assert "\u202e" not in mail.html + mail.text + mail.subject
    assert "\nBcc:" not in mail.text


def test_text_is_not_escaped_as_html_is() -> None:
    lease = marked_lease(warning="a < b & c")
    mail = render_digest(digest_for(OWNER, [due_row(lease, POLICY)]), POLICY, NOW)
    assert "a < b & c" in mail.text
    assert "a &lt; b &amp; c" in mail.html


def test_right_to_left_values_are_isolated_in_both_forms() -> None:
    lease = marked_lease(warning="tag ttl: שלום")
    mail = render_digest(digest_for(OWNER, [due_row(lease, POLICY)]), POLICY, NOW)
    assert "<bdi>tag ttl: שלום</bdi>" in mail.html
    assert "\u2068tag ttl: שלום\u2069" in mail.text


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


def test_a_long_mail_warns_of_programs_that_cut_it() -> None:
    assert "This mail has 300 stacks" in mail_of(300).html
    assert "This mail has" not in mail_of(12).html


def test_receipts_alone_need_no_advice_on_keeping() -> None:
    digest = digest_for(OWNER, [deleted_row(marked_lease())])
    mail = render_digest(digest, POLICY, NOW)
    assert "keep a stack" not in (mail.text + mail.html).lower()


def test_commands_show_a_tag_that_a_row_recommends() -> None:
    assert "sam deploy --tags expires-at=2026-12-08" in mail_of(1).text
    old = marked_lease(created_at=NOW - timedelta(days=60))
    mail = render_digest(digest_for(OWNER, [due_row(old, POLICY)]), POLICY, NOW)
    assert "sam deploy --tags steward:keep=true" in mail.text


def test_deploys_are_offered_as_renewal_only_where_the_policy_renews() -> None:
    words = "starts its time anew"
    fixed = open_policy(lease={"ttl": "14d", "max_lifetime": "60d", "renew_on_deploy": False})
    mail = render_digest(mixed_digest(1, fixed), fixed, NOW)
    assert words in mail_of(1).html
    assert words not in mail.html + mail.text


@pytest.mark.parametrize("size", [1, 12, 300])
def test_the_mail_survives_being_sent_and_parsed(size: int) -> None:
    mail = mail_of(size)
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
