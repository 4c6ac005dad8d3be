"""The runtime report as one HTML file that needs nothing else: no network and no other file."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, TextIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import ReportedFunction
from steward.notify.harmless import harmless
from steward.notify.runtimes.page_assets import page_assets
from steward.notify.runtimes.page_gaps import counted, missing, reservations
from steward.notify.runtimes.page_rows import rows_as_json, script_json

# What the charts are drawn from. All of it is in the page as text, too.
_CHARTED = {"today", "waves", "runtimes"}
# The parts of the sum, the most urgent first.
_TILES = {
    Bucket.AFFECTED: "to change, now or within a year",
    Bucket.EXCEPTED: "may stay a while, by somebody's leave",
    Bucket.UNKNOWN: "neither pass nor fail: to be looked at",
    Bucket.NOT_COVERED: "known, but not read this time",
    Bucket.IMAGE: "container images: see their base images",
    Bucket.CUSTOM: "customer-managed runtimes: see their publisher",
    Bucket.FINE: "nothing to do yet",
}


def write_page(out: TextIO, overview: Overview, rows: Iterable[ReportedFunction]) -> None:
    """Write the page to `out`. Rows are written while they are read, and none is kept."""
    assets = page_assets()
    words = {
        "o": overview,
        "tiles": [(bucket, overview.buckets.get(bucket, 0), _TILES[bucket]) for bucket in _TILES],
        "sum_of_buckets": sum(overview.buckets.values()),
        "missing": missing(overview),
        "reservations": reservations(overview),
        "waves_that_hit": [each for each in overview.waves if each.functions or each.versions],
        "waves_to_come": [each for each in overview.waves if not (each.functions or each.versions)],
        "charted": Markup(script_json(overview.model_dump(mode="json", include=_CHARTED))),
        "functions": (Markup(piece) for piece in rows_as_json(rows)),
        "policy": assets.policy,
        "styles": [Markup(each) for each in assets.styles],
        "scripts": [Markup(each) for each in assets.scripts],
    }
    for piece in _templates().get_template("runtimes.html.jinja").generate(words):
        out.write(piece)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("steward.notify"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless_text,
    )
    environment.filters.update(number=_number, instant=_instant, counted=counted)
    return environment


def _harmless_text(value: Any) -> Any:
    """Whatever a template shows; markup is made here and stays as it is."""
    return harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _instant(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"
