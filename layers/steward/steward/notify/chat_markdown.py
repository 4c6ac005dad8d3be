"""Text of owners and of AWS for the markdown of Slack, Microsoft Teams and Chime.

Slack knows no escapes, so that what would be markup becomes a look-alike that means nothing: no
name pings a channel, hides a link or formats what is around it.
"""

import re

from steward.notify.harmless import harmless

_QUOTES = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "`": "'",
    }
)
_LOOK_ALIKES = _QUOTES | str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "~": "\N{TILDE OPERATOR}",
        "[": "(",
        "]": ")",
        "\\": "\N{REVERSE SOLIDUS OPERATOR}",
    }
)
_MENTION = re.compile(r"(?<!\w)@")
_EMPHASIS = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_BULLET = re.compile(r"^([-+#]|\d+\.)(?=\s)")


def plain(text: str, longest: int) -> str:
    """`text` on one line as words alone, of at most `longest` characters.

    What is taken out goes first: `_@here` would become a mention afterwards.
    """
    clean = _EMPHASIS.sub("", harmless(text).translate(_LOOK_ALIKES))
    clean = _BULLET.sub("", clean).strip().replace("://", ":\N{DIVISION SLASH}/")
    return clipped(_MENTION.sub("\N{FULLWIDTH COMMERCIAL AT}", clean), longest)


def code(text: str) -> str:
    """`text` to be copied as it is; only what would end or pierce the code is replaced."""
    return f"`{harmless(text).translate(_QUOTES)}`"


def clipped(text: str, longest: int) -> str:
    """At most `longest` characters; a cut shows as `…`."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
