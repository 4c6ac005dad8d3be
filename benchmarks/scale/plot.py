"""The plot of the guide: time and money over the number of accounts, beside straight growth."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from benchmarks.rollouts.plot import THEMES, Stroke, Theme
from benchmarks.scale.figures import KINDS, monthly, whole_run
from benchmarks.scale.measured import Work
from benchmarks.scale.model import by_job

# Okabe and Ito's colours, which the colour-blind tell apart; marks and strokes differ as well.
STROKES = {
    ("sweep of leases", 50): Stroke("#0072B2", "o", "--"),
    ("sweep of leases", 200): Stroke("#0072B2", "o", "-"),
    ("scan of runtimes", 50): Stroke("#D55E00", "s", "--"),
    ("scan of runtimes", 200): Stroke("#D55E00", "s", "-"),
}


def draw(works: Sequence[Work], folder: Path) -> list[Path]:
    """One file for light pages and one for dark ones."""
    return [_draw(works, theme, folder / f"scale-{theme.name}.svg") for theme in THEMES]


def _draw(works: Sequence[Work], theme: Theme, path: Path) -> Path:
    # A fixed salt and no date, so that the same figures make the same file.
    with mpl.rc_context({"svg.hashsalt": "scale", "font.size": 10, "font.family": "sans-serif"}):
        figure = Figure(figsize=(9, 4), facecolor=theme.paper, layout="constrained")
        hours, money = figure.subplots(1, 2)
        _hours(hours, works)
        _money(money, works)
        for axes in (hours, money):
            _dress(axes, theme, sorted({work.accounts for work in works}))
        figure.savefig(path, facecolor=theme.paper, metadata={"Date": None})
    return path


def _hours(axes: Axes, works: Sequence[Work]) -> None:
    timings, sizes = by_job(works), sorted({work.accounts for work in works})
    for (kind, workers), stroke in STROKES.items():
        taken = [whole_run(timings, kind, size, workers) / 60 for size in sizes]
        _line(axes, sizes, taken, stroke, f"{kind}, {workers} workers")
    axes.axhline(60, color="#888888", linewidth=1)
    axes.annotate("one hour", (sizes[0], 60), (0, 3), textcoords="offset points", color="#888888")
    axes.set_title("minutes a run")


def _money(axes: Axes, works: Sequence[Work]) -> None:
    timings, sizes = by_job(works), sorted({work.accounts for work in works})
    for kind in KINDS:
        spent = [monthly(timings, kind, size).total for size in sizes]
        _line(axes, sizes, spent, STROKES[kind, 200], f"{kind}, 200 workers")
    axes.set_title("dollars a month, every hour and once a day")


def _line(
    axes: Axes, sizes: Sequence[int], found: Sequence[float], stroke: Stroke, label: str
) -> None:
    look = {"color": stroke.colour, "marker": stroke.marker, "linestyle": stroke.line}
    axes.plot(sizes, found, label=label, **look)  # type: ignore[arg-type]  # A style of any kind.


def _dress(axes: Axes, theme: Theme, sizes: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(FixedLocator(list(sizes)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{size:,}" for size in sizes])
    axes.set_xlabel("accounts, in four regions each", color=theme.ink)
    axes.title.set_color(theme.ink)
    axes.set_facecolor(theme.paper)
    axes.grid(visible=True, color=theme.faint, linewidth=0.6)
    axes.tick_params(colors=theme.ink, which="both")
    for spine in axes.spines.values():
        spine.set_color(theme.faint)
    legend = axes.legend(frameon=False, fontsize=8)
    for text in legend.get_texts():
        text.set_color(theme.ink)
