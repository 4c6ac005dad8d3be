"""Style and scripts of the report page, which carries them in itself and lets nothing else run.

Read on first use: most functions of this layer never write the page.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "assets"
_VENDOR = _FOLDER / "vendor"
_LIBRARIES = ("d3", "tabulator")
_STYLES = ("tokens", "page", "charts", "table", "phone", "print")
# In this order, as one script: each says what the next ones use.
_SCRIPTS = (
    "elements",
    "rows",
    "search",
    "timeline",
    "burn_down",
    "detail",
    "columns",
    "filters",
    "csv",
    "printing",
    "work",
    "page",
)


@dataclass(frozen=True, slots=True)
class PageAssets:
    """`policy`: the content security policy that allows these styles and scripts alone."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str


@cache
def page_assets() -> PageAssets:
    styles = (_read(_VENDOR / "tabulator.min.css"), _joined(_STYLES, "css"))
    scripts = (*(_library(name) for name in _LIBRARIES), _own_script())
    return PageAssets(styles, scripts, _policy(styles, scripts))


def _library(name: str) -> str:
    """The library under its licence, which has to go wherever the library goes."""
    licence = _read(_VENDOR / f"{name}.LICENSE").replace("*/", "* /")
    return f"/*!\n{licence}\n*/\n{_read(_VENDOR / f'{name}.min.js')}"


def _own_script() -> str:
    return f'(() => {{\n"use strict";\n{_joined(_SCRIPTS, "js")}\n}})();'


def _joined(names: tuple[str, ...], suffix: str) -> str:
    return "\n".join(_read(_FOLDER / f"{name}.{suffix}") for name in names)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _policy(styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: tuple[str, ...]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)
