"""Text that people wrote, made fit for one line of ours."""

import unicodedata


def one_line(written: str, longest: int) -> str:
    """`written` on one line and at most `longest` characters long; a cut shows as `…`.

    Control and formatting characters, which could forge a line or turn a text around, are gone.
    """
    line = " ".join("".join(map(_visible, written)).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":
            return ""
        case "Cs":
            return "\ufffd"
        case _:
            return character
