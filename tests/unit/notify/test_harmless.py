import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.notify.harmless import harmless, header_safe, isolated


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("two  words", "two words", id="spaces-collapse"),
        pytest.param("a\r\nBcc: b", "a Bcc: b", id="line-breaks-become-spaces"),
        pytest.param("a\u2028b\u2029c", "a b c", id="unicode-line-breaks-too"),
        pytest.param("a\x00\x1b[31mb", "a [31mb", id="control-characters-become-spaces"),
        pytest.param("\u202egnp.exe", "gnp.exe", id="a-right-to-left-override-is-dropped"),
        pytest.param("a\u2069b\u2066c", "abc", id="isolates-of-others-are-dropped"),
        pytest.param("שלום", "שלום", id="hebrew-stays"),
        pytest.param("👩\u200d💻", "👩\u200d💻", id="a-joined-emoji-stays"),
        pytest.param("a\ud800b", "a\ufffdb", id="a-lone-surrogate-is-replaced"),
    ],
)
def test_what_others_wrote_is_made_harmless(written: str, shown: str) -> None:
    assert harmless(written) == shown


@given(st.text(st.characters()))
def test_harmless_text_is_one_line_that_every_mail_can_carry(written: str) -> None:
    shown = harmless(written)
    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in shown)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("feat-cart", "feat-cart", id="left-to-right-needs-no-isolate"),
        pytest.param("tag שלום", "\u2068tag שלום\u2069", id="hebrew-is-isolated"),
        pytest.param("مرحب", "\u2068مرحب\u2069", id="arabic-is-isolated"),
        pytest.param("שבת\u2069x", "\u2068שבתx\u2069", id="nobody-ends-the-isolate-early"),
    ],
)
def test_right_to_left_text_is_isolated_in_plain_text(written: str, shown: str) -> None:
    assert isolated(written) == shown


def test_a_header_is_cut_at_its_bound_and_says_so() -> None:
    assert header_safe("x" * 10, 10) == "x" * 10
    assert header_safe("x" * 11, 10) == "x" * 9 + "…"
