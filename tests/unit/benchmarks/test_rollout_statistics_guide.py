"""What docs/guide/rollout-statistics.md says was measured is what the shipped decision does now."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from scipy.stats import binom

from benchmarks.rollouts import grids, guide, plot
from benchmarks.rollouts.grids import Grid
from steward.domain.rollouts.comparing.errors import Arm, ErrorRule, compare_errors

TEXT = guide.GUIDE.read_text(encoding="utf-8")
SHOWN = guide.shown(TEXT)
REMEDY = 'run `make benchmark ARGS="--parts rollouts"` and read what the guide says of the figures'
# All cells where they are soon computed, else some of each rule.
RECOMPUTED = [
    *(("detection", row, column) for row in range(7) for column in range(8)),
    *(("rules", row, column) for row in range(7) for column in range(7)),
    *(("outages", row, column) for row in range(7) for column in range(5)),
    *(("shifts", row, 0) for row in range(4)),
    *(("looks", row, 0) for row in range(4)),
    *(("durations", row, 1) for row in (0, 1, 2, 6, 7, 8)),
    *(("family", row, 0) for row in range(4)),
]


def grid(key: str) -> Grid:
    return next(made for made in (make() for make in grids.GRIDS) if made.key == key)


@pytest.mark.parametrize("key", [make().key for make in grids.GRIDS])
def test_the_guide_has_every_table_whole(key: str) -> None:
    expected, (header, *rows) = grid(key), SHOWN[key]
    assert header == [expected.corner, *expected.columns], REMEDY
    assert [row[0] for row in rows] == list(expected.rows), REMEDY
    assert {len(row) for row in rows} == {len(header)}, REMEDY


@pytest.mark.parametrize("key", [make().key for make in grids.GRIDS])
def test_the_guide_is_still_true(key: str) -> None:
    measured = grid(key)
    cells = {(row, column) for name, row, column in RECOMPUTED if name == key}
    now = {(row, column): measured.cell(row, column) for row, column in cells}
    then = {(row, column): SHOWN[key][row + 1][column + 1] for row, column in cells}
    assert then == now, REMEDY


def test_the_guide_shows_no_table_that_is_not_measured() -> None:
    assert set(SHOWN) == {make().key for make in grids.GRIDS}


@pytest.mark.parametrize("theme", plot.THEMES, ids=lambda theme: theme.name)
def test_the_plot_shows_what_is_measured_now(theme: plot.Theme) -> None:
    drawn = guide.IMAGES / f"rollout-rules-{theme.name}.svg"
    assert f"images/{drawn.name}" in TEXT
    described = ElementTree.parse(drawn).find(".//{http://purl.org/dc/elements/1.1/}description")
    assert described is not None
    assert described.text == plot.described(), REMEDY


def test_the_same_figures_make_the_same_plot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "THEMES", plot.THEMES[:1])
    once, again = tmp_path / "once", tmp_path / "again"
    once.mkdir()
    again.mkdir()
    pairs = zip(plot.draw(once), plot.draw(again), strict=True)
    assert all(first.read_bytes() == second.read_bytes() for first, second in pairs)


def test_a_changed_figure_is_written_where_it_stands(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- measured: one -->\n| a | b |\n| --- | ---: |\n<!-- end -->\nafter\n"
    )
    assert guide.update(page, {"one": [["a", "b"], ["x", "1 %"]]})
    assert guide.shown(page.read_text()) == {"one": [["a", "b"], ["x", "1 %"]]}
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("<!-- end -->\nafter\n")
    assert not guide.update(page, {"one": [["a", "b"], ["x", "1 %"]]})


def test_a_figure_without_a_place_in_the_guide_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(KeyError, match="add its two comments"):
        guide.update(page, {"one": [["a"]]})


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.0, "0 %"),
        (0.0004, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.708, "70.8 %"),
        (0.9994, "99.9 %"),
        (0.9996, "> 99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share: float, written: str) -> None:
    assert grids.percent(share) == written


def test_the_sentence_of_the_guide_is_what_a_verdict_says() -> None:
    quoted = re.search(r"(?m)(?:^> .*\n)+", TEXT)
    assert quoted is not None
    said = " ".join(line.removeprefix("> ") for line in quoted[0].strip().splitlines())
    assert compare_errors(Arm(100, 12), Arm(900, 9), ErrorRule()).reason == said


@pytest.mark.parametrize(
    ("n_c", "n_s", "most"), [(6, 6, 0.031), (5, 10, 0.0065), (20, 10, 0.002)], ids=str
)
def test_half_failing_is_as_often_wrong_as_the_guide_says(n_c: int, n_s: int, most: float) -> None:
    """By exact sums over all outcomes, at the worst of rates that both versions share."""

    def wrong(rate: float) -> float:
        halves = float(binom.sf((n_c + 1) // 2 - 1, n_c, rate))
        return halves * float(binom.cdf((n_s - 1) // 10, n_s, rate))

    assert max(wrong(each / 100) for each in range(1, 100)) == pytest.approx(most, rel=0.2)
