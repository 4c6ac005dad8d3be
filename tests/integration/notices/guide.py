"""What docs/guide/notices.md shows: its filter policies by heading, and its other examples."""

import json
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs/guide/notices.md"
GUIDE = PAGE.read_text()
BY_THE_BODY = "By the message itself"
_POLICY = re.compile(
    r"^### (?P<heading>[^\n]+)\n(?P<text>[^#]*?)```json\n(?P<policy>.*?)```", re.M | re.S
)
_FIELD = re.compile(r"^\| (?P<names>`[a-z_`, ]+`) \|", re.M)


def part(heading: str) -> str:
    """The text of a chapter."""
    return re.split(r"^## ", GUIDE.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.M)[0]


def filter_policies() -> dict[str, dict[str, Any]]:
    found = _POLICY.finditer(part("Filter policies"))
    return {each["heading"]: json.loads(each["policy"]) for each in found}


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)
    return str(found)


def rows(heading: str) -> list[str]:
    """The names in the first column of the chapter's table."""
    named = [each["names"] for each in _FIELD.finditer(part(heading))]
    return [name.strip("` ") for names in named for name in names.split(",")]
