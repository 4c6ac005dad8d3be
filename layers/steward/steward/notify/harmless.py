"""Make harmless what owners and other people wrote: tag values, stack names, reasons.

They may hold control characters, line breaks and bidirectional overrides that would forge a
header, hide words or turn the rest of a mail around.
"""

import unicodedata

# Explicit formatting characters of the Unicode Bidirectional Algorithm (UAX #9, section 2).
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def harmless(text: str) -> str:
    """`text` on one line, without control or bidirectional formatting characters.

    Emoji and every script stay; a lone surrogate, which no mail can carry, becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(_harmless_character(each) for each in text).split())


def _harmless_character(character: str) -> str:
    if character in _BIDI_CONTROLS:
        return ""
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs":
            return "\ufffd"
        case _:
            return character


def isolated(text: str) -> str:
    """Harmless `text` for a mail; right-to-left text is isolated, so that it moves no other.

    By characters in HTML too: most mail programs drop the element that is made for it.
    """
    clean = harmless(text)
    if not clean.isascii() and any(
        unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in clean
    ):
        return f"{_FIRST_STRONG_ISOLATE}{clean}{_POP_ISOLATE}"
    return clean


def header_safe(text: str, longest: int) -> str:
    """Harmless `text` of at most `longest` characters, fit for one header line."""
    clean = harmless(text)
    return clean if len(clean) <= longest else f"{clean[: longest - 1].rstrip()}…"
