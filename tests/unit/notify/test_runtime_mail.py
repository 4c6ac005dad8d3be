"""The mail with notices of runtimes in it, and what it must not change."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from steward.domain.modes import Mode
from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.notify.cards import MOST_CARDS
from steward.notify.digest import digest_for
from steward.notify.harmless import isolated
from steward.notify.render import Mail, render_digest
from steward.notify.runtimes.cards import runtime_parts
from tests.factories import NOW
from tests.runtime_records import TODAY
from tests.unit.notify.examples import ACCOUNTS, LINKS
from tests.unit.notify.mail_page import read_page
from tests.unit.notify.rows import HOSTILE, OWNER, occasion, open_policy
from tests.unit.notify.runtime_examples import (
    BOUNCED,
    every_kind,
    example_runtimes,
    many,
    regression_row,
    runtime_mail,
    runtime_row,
)
from tests.unit.notify.test_render import HtmlFile, TextFile, without_tokens


def forms(mail: Mail) -> tuple[str, str]:
    return read_page(mail.html).text, mail.text


@pytest.mark.parametrize("stacks", [0, 3], ids=["alone", "after-the-stacks"])
def test_the_html_reads_as_agreed(stacks: int, snapshot: SnapshotAssertion) -> None:
    mail = runtime_mail(stacks, every_kind())
    assert without_tokens(mail.html) == snapshot(extension_class=HtmlFile)


@pytest.mark.parametrize("stacks", [0, 3], ids=["alone", "after-the-stacks"])
def test_the_text_reads_as_agreed(stacks: int, snapshot: SnapshotAssertion) -> None:
    mail = runtime_mail(stacks, every_kind())
    assert without_tokens(mail.text) == snapshot(extension_class=TextFile)


def test_r14_what_is_new_has_a_part_of_its_own() -> None:
    rows = [runtime_row(), regression_row()]
    parts = runtime_parts(digest_for(OWNER, [], rows), occasion(accounts=ACCOUNTS))
    assert [part.heading for part in parts] == [
        "Lambda runtimes that end (1)",
        "Lambda runtimes: new on one that ends (1)",
    ]
    for shown in forms(runtime_mail(0, rows)):
        assert parts[1].heading.casefold() in shown.casefold()
        assert "new on python3.9 since the last report" in shown
        assert "orders-put (python3.9, 222222222222/eu-west-1)" in shown
    said = {fact.label for fact in parts[1].cards[0].facts}
    assert {"New", "Deadline", "To do", "Acknowledge", "Functions"} <= said


def test_r14_what_is_new_comes_with_what_to_do() -> None:
    _html, text = forms(runtime_mail(0, [regression_row()]))
    assert "Change the runtime where it is written" in text


@pytest.mark.parametrize("size", [1, 6, 60, 500])
def test_nothing_that_a_row_says_is_missing_from_either_form(size: int) -> None:
    digest = example_runtimes(2, [*every_kind(), *many(size)])
    mail = render_digest(digest, open_policy(), NOW, LINKS, ACCOUNTS)
    parts = runtime_parts(digest, occasion(accounts=ACCOUNTS))
    told = [card for part in parts for card in (*part.cards, *part.compact)]
    assert len(told) == len(digest.runtimes)
    for shown in forms(mail):
        for card in told:
            said = [line for fact in card.facts for line in fact.lines]
            for line in (card.name, card.place, *said):
                assert isolated(line) in shown


def test_the_most_urgent_are_cards_and_the_others_compact() -> None:
    digest = digest_for(OWNER, [], many(MOST_CARDS + 1))
    (part,) = runtime_parts(digest, occasion())
    assert (len(part.cards), len(part.compact)) == (MOST_CARDS, 1)
    said = {fact.label for fact in part.compact[0].facts}
    assert {"Deadline", "To do", "Acknowledge"} <= said


@pytest.mark.parametrize(
    ("functions", "count", "lines"),
    [
        pytest.param(10, 10, 10, id="ten-fit"),
        pytest.param(11, 11, 11, id="the-eleventh-is-counted"),
        pytest.param(3, 40, 4, id="more-than-the-notice-names"),
    ],
)
def test_functions_that_are_not_named_are_counted(functions: int, count: int, lines: int) -> None:
    names = tuple(f"orders-{index:02d}" for index in range(functions))
    row = runtime_row(functions=names, count=count)
    (part,) = runtime_parts(digest_for(OWNER, [], [row]), occasion())
    (fact,) = [each for each in part.cards[0].facts if each.label == "Functions"]
    assert len(fact.lines) == lines
    named = [line for line in fact.lines if line in names]
    more = count - len(named)
    said = f"and {more} more, which are in the report"
    assert fact.lines[-1] == (said if more else names[-1])


def test_every_way_out_is_in_both_forms() -> None:
    for shown in forms(runtime_mail(0, [runtime_row()])):
        assert "steward runtimes acknowledge orders" in shown
        assert "ask platform@example.com for an exception" in shown
        assert "steward report runtimes --out" in shown
        assert "nothing goes back to the old runtime" in shown


def test_an_escalation_says_whose_silence_it_is() -> None:
    for shown in forms(runtime_mail(0, every_kind())):
        assert "bob@example.com was told and has not answered, so the platform team" in shown
        assert BOUNCED in shown


def test_a_digest_of_runtimes_alone_speaks_of_no_stacks() -> None:
    for shown in forms(runtime_mail(0, [runtime_row()])):
        assert "because you are the contact of these Lambda functions." in shown
        assert "temporary stacks" not in shown
        assert "stack expires" not in shown
        assert "delete" not in shown


@pytest.mark.parametrize("stacks", [0, 1])
def test_only_stacks_are_said_to_be_kept_by_the_mode(stacks: int) -> None:
    digest = example_runtimes(stacks, [runtime_row()])
    mail = render_digest(digest, open_policy(mode=Mode.NOTIFY), NOW, LINKS)
    assert ("Steward only tells for now" in mail.text) is bool(stacks)
    assert ("Steward only tells for now" in mail.html) is bool(stacks)


def test_a_sentence_that_counts_days_is_left_out_on_another_day() -> None:
    fresh = runtime_mail(0, [runtime_row()])
    held = runtime_mail(0, [runtime_row(today=TODAY + timedelta(days=9))])
    assert "create block on 2027-02-01, in 70 days" in fresh.text
    assert "in 70 days" not in held.text
    assert "no new functions from Mon 2027-02-01, in 61 days" in held.text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(0, "ends on 2026-12-04, in 11 days", id="on-the-day-it-was-queued"),
        pytest.param(10, "ends on Fri 2026-12-04, in 1 day", id="later"),
        pytest.param(12, "ended on Fri 2026-12-04, 1 day ago", id="too-late"),
    ],
)
def test_a_reminder_counts_the_days_from_when_it_is_read(days: int, said: str) -> None:
    (row,) = [each for each in every_kind() if each.notice.kind is RuntimeNoticeKind.REMINDER]
    later = replace(row, today=TODAY + timedelta(days=days))
    for shown in forms(runtime_mail(0, [later])):
        assert said in shown


def test_a_long_mail_warns_of_being_cut() -> None:
    mail = runtime_mail(2, list(many(400)))
    assert "This is a long mail: 2 stacks and 400 notices of runtimes." in mail.html


def test_hostile_words_stay_words() -> None:
    row = runtime_row(place=HOSTILE, remedy=HOSTILE, functions=(HOSTILE,), details=(HOSTILE,))
    mail = runtime_mail(0, [row])
    page = read_page(mail.html)
    assert "img" not in page.tags
    assert "\u202e" not in mail.html + mail.text
    assert re.search(r"^Bcc:", mail.text, re.MULTILINE) is None
