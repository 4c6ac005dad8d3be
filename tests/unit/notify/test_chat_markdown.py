"""What other people wrote means nothing to a chat client."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.notify.chat_markdown import clipped, code, plain


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("<!channel> look", "‹!channel› look", id="slacks-broadcast"),  # noqa: RUF001
        pytest.param("ask @here or (@ana)", "ask ＠here or (＠ana)", id="mentions"),  # noqa: RUF001
        pytest.param("_@here_ :_//x", "＠here :∕/x", id="mention-in-emphasis"),  # noqa: RUF001
        pytest.param("dev@example.com", "dev@example.com", id="an-address-stays"),
        pytest.param("<http://x.example|bank>", "‹http:∕/x.example|bank›", id="slacks-link"),  # noqa: RUF001
        pytest.param("[bank](http://x.example)", "(bank)(http:∕/x.example)", id="teams-link"),  # noqa: RUF001
        pytest.param("*bold* _it_ ~gone~ `c`", "∗bold∗ it ∼gone∼ 'c'", id="emphasis"),  # noqa: RUF001
        pytest.param("DELETE_FAILED of a_b", "DELETE_FAILED of a_b", id="underscores-in-words"),
        pytest.param("- item", "item", id="a-bullet"),
        pytest.param("# Heading", "Heading", id="a-heading"),
        pytest.param("1. one", "one", id="a-numbered-item"),
        pytest.param("a\r\n> quote", "a › quote", id="line-breaks"),  # noqa: RUF001
        pytest.param("\u202egnp.exe שלום 🎉", "gnp.exe שלום 🎉", id="bidirectional"),
        pytest.param("AWS::S3::Bucket feat-x", "AWS::S3::Bucket feat-x", id="a-resource"),
    ],
)
def test_words_keep_their_looks_and_lose_their_powers(written: str, shown: str) -> None:
    assert plain(written, 100) == shown


@given(st.text())
def test_no_text_holds_markup(written: str) -> None:
    shown = plain(written, 10_000)
    assert not set(shown) & set("<>*~`[]\\\r\n")
    assert not re.search(r"(?<!\w)@|://", shown)


@given(st.text())
def test_no_text_ends_the_code_it_is_in(written: str) -> None:
    shown = code(written)
    assert (shown[0], shown[-1]) == ("`", "`")
    assert not set(shown[1:-1]) & set("<>`\r\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("x" * 10, "x" * 10, id="as-long-as-it-may-be"),
        pytest.param("x" * 11, "x" * 9 + "…", id="one-too-long"),
        pytest.param("x" * 8 + " yyy", "x" * 8 + "…", id="no-blank-before-the-cut"),
    ],
)
def test_a_cut_shows(text: str, shown: str) -> None:
    assert clipped(text, 10) == shown
