"""What every page of the extension endpoint shares: its frame, its style and its headers.

Light on purpose: a link that is refused is answered with this alone.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

STYLE = (Path(__file__).parent / "templates" / "extension.css").read_text(encoding="utf-8").strip()
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

# Nothing but our own style is loaded or run, nobody frames the page, and neither caches, other
# sites nor search engines learn of a link by it.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to a browser. `more_headers` come on top of HEADERS."""

    status: int
    html: str
    more_headers: dict[str, str] = field(default_factory=dict)

    def response(self, *, with_body: bool) -> dict[str, object]:
        """The form that a function URL wants ("Invoking Lambda function URLs", AWS Lambda)."""
        return {
            "statusCode": self.status,
            "headers": HEADERS | self.more_headers,
            "body": self.html if with_body else "",
            "isBase64Encoded": False,
        }


def framed(title: str, main: str) -> str:
    """A whole document around `main`, which is HTML; `title` is text."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} - Steward</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><p>Steward</p></header>\n<main>\n{main.strip()}\n</main>\n"
        "<footer><p>Steward looks after temporary stacks. Opening a link changes nothing; only a "
        "button does.</p></footer>\n</body>\n</html>\n"
    )


def message_page(status: int, heading: str, sentences: Iterable[str]) -> Page:
    """A page that only says something."""
    said = "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return Page(status, framed(heading, f"<h1>{escape(heading)}</h1>\n{said}"))
