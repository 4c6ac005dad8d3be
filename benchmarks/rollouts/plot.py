"""The plot of the guide: how often each rule fails a rollout, by how much was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from benchmarks.rollouts.errors import failed
from benchmarks.rollouts.grids import percent
from benchmarks.rollouts.rules import STEWARD
from benchmarks.rollouts.traffic import SIZES

PANELS = {
    0.005: "nothing is wrong: 0.5 %, as before",
    0.05: "5 % of invocations fail",
    0.10: "10 % fail",
    0.20: "20 % fail",
}


@dataclass(frozen=True, slots=True)
class Stroke:
    colour: str
    marker: str
    line: str


# Okabe and Ito's colours, which the colour-blind tell apart; marks and strokes differ as well.
STROKES: Mapping[str, Stroke] = {
    STEWARD: Stroke("#0072B2", "o", "-"),
    "canary above 1 %": Stroke("#D55E00", "s", "--"),
    "any error of the canary": Stroke("#CC79A7", "^", ":"),
    "twice the stable rate": Stroke("#009E73", "D", "-."),
    # A pattern of dashes, which matplotlib takes beside names.
    "alarm: alias, 5 errors": Stroke("#E69F00", "v", (0, (5, 1, 1, 1, 1, 1))),  # type: ignore[arg-type]
    "alarm: alias above 10 %": Stroke("#56B4E9", "x", "-"),
}


@dataclass(frozen=True, slots=True)
class Theme:
    name: str
    paper: str
    ink: str
    faint: str


THEMES = (
    Theme("light", "#ffffff", "#1f2328", "#d1d9e0"),
    Theme("dark", "#0d1117", "#e6edf3", "#3d444d"),
)


def draw(folder: Path, suffix: str = "svg") -> list[Path]:
    """One file for light pages and one for dark ones."""
    return [_draw(theme, folder / f"rollout-rules-{theme.name}.{suffix}") for theme in THEMES]


def described() -> str:
    """What the plot shows, in numbers; it stands in the file."""
    return " ".join(
        f"{title}: {rule}: {', '.join(percent(failed(rule, rate, n)) for n in SIZES)}."
        for rate, title in PANELS.items()
        for rule in STROKES
    )


def _draw(theme: Theme, path: Path) -> Path:
    # A fixed salt and no date, so that the same figures make the same file.
    with mpl.rc_context({"svg.hashsalt": "rollouts", "font.size": 10, "font.family": "sans-serif"}):
        figure = Figure(figsize=(9, 7), facecolor=theme.paper, layout="constrained")
        for axes, rate in zip(figure.subplots(2, 2, sharex=True).flat, PANELS, strict=True):
            _panel(axes, rate, theme)
        _legend(figure, theme)
        metadata = {"Date": None, "Description": described()} if path.suffix == ".svg" else None
        figure.savefig(path, facecolor=theme.paper, metadata=metadata, dpi=110)
    return path


def _panel(axes: Axes, rate: float, theme: Theme) -> None:
    for rule, stroke in STROKES.items():
        axes.plot(
            SIZES,
            [failed(rule, rate, n) for n in SIZES],
            color=stroke.colour,
            marker=stroke.marker,
            linestyle=stroke.line,
            linewidth=3 if rule == STEWARD else 1.6,
            markersize=6 if rule == STEWARD else 5,
            zorder=3 if rule == STEWARD else 2,
            label=rule,
        )
    axes.set_title(PANELS[rate], color=theme.ink, fontsize=11)
    _scales(axes)
    axes.set_facecolor(theme.paper)
    axes.grid(visible=True, color=theme.faint, linewidth=0.6)
    axes.tick_params(colors=theme.ink, labelbottom=True)
    for spine in axes.spines.values():
        spine.set_color(theme.faint)
    axes.set_xlabel("invocations of the target version", color=theme.ink)
    wrongly = "wrongly" if rate == min(PANELS) else "rightly"
    axes.set_ylabel(f"rollouts {wrongly} failed (%)", color=theme.ink)


def _scales(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(list(SIZES)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([str(n) for n in SIZES])
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))


def _legend(figure: Figure, theme: Theme) -> None:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    legend = figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    for text in legend.get_texts():
        text.set_color(theme.ink)
