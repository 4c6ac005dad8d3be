"""Where the doctor sends somebody, there is something to read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
NAMED = re.compile(r'(docs/[\w/-]+\.md)(?:, \\?"([^"\\]+))?')
SOURCES = sorted((ROOT / "cli/steward_cli/doctor").rglob("*.py"))
PLACES = sorted({found for source in SOURCES for found in NAMED.findall(source.read_text())})


def test_places_are_found() -> None:
    assert ("docs/guide/install.md", "When it does not work") in PLACES


@pytest.mark.parametrize(("page", "section"), PLACES, ids=[" ".join(each) for each in PLACES])
def test_a_page_that_is_named_is_there_with_its_section(page: str, section: str) -> None:
    text = (ROOT / page).read_text()
    assert not section or re.search(rf"^#+ {re.escape(section)}$", text, re.MULTILINE)
