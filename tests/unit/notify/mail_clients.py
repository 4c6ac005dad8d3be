"""What of HTML and CSS a mail may use, by what mail programs make of it ("Can I email").

Gmail, Outlook and Yahoo drop what is in neither list; what is in BEAUTY some of them ignore, which
leaves the mail less pretty and as readable.
"""

import re

TAGS = {"html", "head", "meta", "title", "style", "body", "table", "tr", "td"} | {
    *("h1", "h2", "h3", "p", "b", "br", "a")
}
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "style", "role", "href"} | {
    *("width", "cellpadding", "cellspacing", "border", "align", "valign", "bgcolor", "aria-label")
}
SOUND = {"color", "font", "font-size", "font-weight", "line-height", "margin", "padding"} | {
    *("background", "border", "border-color", "border-top", "display", "width", "text-decoration")
}
BEAUTY = {"border-radius", "max-width", "table-layout", "word-break", "overflow-wrap"} | {
    "mso-padding-alt"  # of Outlook alone, which ignores the padding of links
}
# For the style element alone, which some drop as a whole.
ADAPTING = {"color-scheme"}


def inline_properties(styles: list[str]) -> set[str]:
    return {
        declaration.partition(":")[0].strip()
        for style in styles
        for declaration in style.split(";")
        if declaration.strip()
    }


def sheet_properties(css: str) -> set[str]:
    return set(re.findall(r"([a-z-]+):\s[^;{}]+;", css))
