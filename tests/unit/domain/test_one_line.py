import pytest

from steward.domain.one_line import one_line


@pytest.mark.parametrize(
    ("written", "line"),
    [
        pytest.param("plain text", "plain text", id="as-it-is"),
        pytest.param("  a \t b\r\nBcc: c ", "a b Bcc: c", id="breaks-and-blanks"),
        pytest.param("a\u2028b\u2029c\x85d\x00e", "a b c d e", id="breaks-of-other-scripts"),
        pytest.param("a\u202egnp\u2066.exe\u200f", "agnp.exe", id="turned-around"),
        pytest.param("pay\u200bments\ufeff", "payments", id="invisible"),
        pytest.param("\ud800", "\ufffd", id="lone-surrogate"),
        pytest.param("\u05d0\u05d1 \U0001f680 \u00fc", "\u05d0\u05d1 \U0001f680 \u00fc", id="any"),
        pytest.param("x" * 20, "x" * 20, id="just-fits"),
        pytest.param("x" * 21, "x" * 19 + "…", id="one-too-many"),
        pytest.param("x" * 18 + " yyy", "x" * 18 + "…", id="no-blank-before-the-cut"),
    ],
)
def test_a_text_becomes_one_line(written: str, line: str) -> None:
    assert one_line(written, 20) == line
