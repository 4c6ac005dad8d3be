import subprocess
import sys
from io import StringIO

import pytest

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reporting.overview import CoverageBox, RegressionLine, SourceLine
from steward.notify.runtimes.page import write_page
from steward.notify.runtimes.page_gaps import missing, reservations
from tests.unit.notify.runtime_overviews import NOWHERE, example_overview
from tests.unit.notify.runtime_pages import (
    HOSTILE,
    PageReader,
    empty_page,
    example_page,
    hostile_rows,
    page_of,
)
from tests.unit.notify.runtime_rows import example_rows

LARGEST_EMPTY = 900_000
WHOLE = CoverageBox(covered=4, total=4, live=1)


def test_the_summary_adds_up_in_front_of_everybody() -> None:
    rows = list(example_rows(300, 5))
    overview = example_overview(rows, 5)
    words = PageReader(page_of(overview, rows)).words
    parts = [f"{overview.buckets[bucket]:,} {bucket}" for bucket in Bucket]
    assert all(part in words for part in parts)
    assert f"= {overview.total:,}" in words
    assert "Do not rely on these numbers" not in words


def test_parts_that_do_not_add_up_are_an_alarm() -> None:
    wrong = NOWHERE.model_copy(update={"total": 3})
    assert "The parts add up to 0, not to 3" in PageReader(page_of(wrong)).words


def test_every_work_item_wave_runtime_exception_and_canary_is_in_the_text() -> None:
    rows = list(example_rows(300))
    overview = example_overview(rows)
    words = PageReader(page_of(overview, rows)).words
    expected = [
        *(item.remedy for item in overview.work),
        *(wave.sentence for wave in overview.waves),
        *(runtime.id for runtime in overview.runtimes),
        *(each.reason for each in overview.exceptions),
        *(canary.name for canary in overview.canaries),
        *(move.sentence for move in overview.moves),
    ]
    assert overview.work
    assert overview.exceptions
    assert [text for text in expected if text not in words] == []


def test_r14_what_is_new_is_named_and_the_rest_counted() -> None:
    assert 'id="new"' not in page_of(NOWHERE)
    line = RegressionLine(
        account_id="222222222222",
        region="eu-west-1",
        name="orders-put",
        runtime="python3.9",
        stack="<b>orders</b>",
        read_before=NOWHERE.today,
    )
    page = page_of(NOWHERE.model_copy(update={"regressed": 3, "regressions": (line,)}))
    words = PageReader(page).words
    assert "New on a runtime that ends 3" in words
    assert "The first 1 are named here" in words
    assert "orders-put" in words
    assert "<b>orders</b>" in words
    assert "nobody owns it" in words
    one = page_of(NOWHERE.model_copy(update={"regressed": 1, "regressions": (line,)}))
    assert "are named here" not in one


def test_what_was_not_covered_is_said_with_its_reason() -> None:
    words = PageReader(example_page(50)).words
    assert "Not everything was seen" in words
    assert "45 of 48 account regions were read" in words
    assert "deploy org/members/roles.yaml" in words
    assert "SubscriptionRequiredException" in words
    assert "suspended in AWS Organizations" in words
    assert "a row without an account" in words


@pytest.mark.parametrize(
    ("box", "said"),
    [
        pytest.param(
            {"covered": 0, "total": 0},
            "No account region was planned: there was nothing to read.",
            id="nothing-planned",
        ),
        pytest.param({"covered": 3}, "1 account region of 4 could not be read.", id="one-unit"),
        pytest.param(
            {"partial": True}, "The scan was not finished when this was written.", id="partial"
        ),
        pytest.param(
            {"problems": ("a",)}, "1 thing could not be had, or not be understood.", id="problem"
        ),
    ],
)
def test_what_may_hide_functions_is_missing(box: dict[str, object], said: str) -> None:
    overview = NOWHERE.model_copy(update={"coverage": WHOLE.model_copy(update=box)})
    assert (missing(overview), reservations(overview)) == ((said,), ())
    words = PageReader(page_of(overview)).words
    assert "Not everything was seen" in words
    assert said in words


@pytest.mark.parametrize(
    ("box", "said"),
    [
        pytest.param(
            {"passed_over": {"1": "a", "2": "b"}},
            "2 accounts passed over on purpose.",
            id="passed-over",
        ),
        pytest.param(
            {"sources": (SourceLine(name="Health", available=False),)},
            "Not available: Health.",
            id="source-missing",
        ),
        pytest.param(
            {"sources": (SourceLine(name="Config", warning="old"),)},
            "To be taken with care: Config.",
            id="source-old",
        ),
    ],
)
def test_what_could_not_be_confirmed_is_a_reservation(box: dict[str, object], said: str) -> None:
    overview = NOWHERE.model_copy(update={"coverage": WHOLE.model_copy(update=box)})
    assert (missing(overview), reservations(overview)) == ((), (said,))
    words = PageReader(page_of(overview)).words
    assert "Everything was read, with reservations" in words
    assert said in words


def test_only_a_whole_coverage_is_called_that() -> None:
    words = PageReader(page_of(NOWHERE.model_copy(update={"coverage": WHOLE}))).words
    assert "Everything was seen" in words
    assert "Everything was seen" not in PageReader(empty_page()).words


def test_functions_that_were_not_read_are_missing() -> None:
    unread = NOWHERE.model_copy(update={"buckets": {"not covered": 1}, "coverage": WHOLE})
    assert missing(unread) == ("1 function known from earlier could not be read this time.",)


def test_an_empty_organization_has_a_small_page_that_says_so() -> None:
    page = empty_page()
    assert len(page.encode()) < LARGEST_EMPTY
    words = PageReader(page).words
    assert "Nothing to change was found in what was read." in words
    assert "No milestone lies ahead" in words


def test_rows_are_written_while_they_are_read() -> None:
    out = StringIO()
    written: list[int] = []
    rows = list(example_rows(400))
    overview = example_overview(rows)

    def read() -> object:
        for row in rows:
            yield row
            written.append(out.tell())

    write_page(out, overview, read())  # type: ignore[arg-type]
    assert written[-1] - written[1] > 20 * len(rows) * 0.9
    assert written == sorted(written)


def test_hostile_names_make_no_element_and_end_no_script() -> None:
    rows = hostile_rows()
    overview = example_overview(list(example_rows(20)))
    harmless = PageReader(page_of(overview, list(example_rows(20))))
    hostile = PageReader(page_of(overview, rows))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert hostile.data("rows")["texts"]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_words_of_the_overview_stay_words(text: str) -> None:
    item = example_overview(list(example_rows(60))).work[0]
    work = (item.model_copy(update=dict.fromkeys(("owner", "place", "remedy", "group"), text)),)
    hostile = PageReader(page_of(NOWHERE.model_copy(update={"work": work, "headline": text})))
    tame = PageReader(page_of(NOWHERE.model_copy(update={"work": (item,)})))
    assert sum(tag == "script" for tag, _ in hostile.elements) == 5
    assert [tag for tag, _ in hostile.elements if tag in {"img", "svg"}] == []
    assert len(hostile.elements) <= len(tame.elements)


def test_the_page_is_imported_without_reading_its_assets() -> None:
    program = (
        "import sys\nread = []\n"
        "def heard(event, args):\n    if event == 'open': read.append(str(args[0]))\n"
        "sys.addaudithook(heard)\n"
        "import steward.notify.runtimes.page\n"
        "sys.exit(any('/assets/' in path for path in read))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == 0
