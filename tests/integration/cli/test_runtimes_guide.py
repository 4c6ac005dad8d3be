"""The commands of docs/guide/runtimes.md that ask a hub, followed literally against one."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from steward.domain.policy_runtimes import Runtimes
from steward.domain.runtimes.reporting.overview import (
    CanaryLine,
    CoverageBox,
    ExceptionLine,
    MoveLine,
    Overview,
    OwnerLine,
    Part,
    RuntimeLine,
    SourceLine,
    UncoveredUnit,
    Wave,
    WorkItem,
)
from steward.domain.runtimes.results import ReportedFunction
from steward_cli.reports.document import RuntimesReport
from steward_cli.reports.linking import PageLink
from steward_cli.runtimes.dates_report import DatesReport
from steward_cli.runtimes.exceptions_report import ExceptionNow, ExceptionsReport
from steward_cli.runtimes.list_report import FunctionList
from steward_cli.runtimes.request import RequestReport
from tests.integration.cli.conftest import Operator
from tests.integration.cli.runtimes_hub import ReportingHub
from tests.integration.cli.runtimes_report import EXCEPTION, NOW, written
from tests.unit.cli.running import steward

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

PLACE = Path(__file__).parents[3] / "docs" / "guide" / "runtimes.md"
GUIDE = PLACE.read_text()
REFERENCE = PLACE.with_name("cli.md").read_text()
CONSOLES = re.findall(r"```console hub\n(.*?)```", GUIDE, re.DOTALL)
IMAGES = re.findall(r"!\[.+\]\((images/runtimes-.+\.png)\)", GUIDE)


def steps(console: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines that the guide shows below it."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _newline, shown = part.partition("\n")
        yield command, shown.splitlines()


def told_by(command: str, hub: ReportingHub, code: int) -> tuple[str, int]:
    """What a terminal shows, progress first and warnings last, and the exit code."""
    if command == "echo $?":
        return f"{code}\n", 0
    program, *arguments = shlex.split(command)
    assert program == "steward"
    if "--now" in arguments:
        newer = written(NOW - timedelta(minutes=9))
        hub.clock.on_pause = lambda _pauses: hub.has(newer)
    answer = steward(*arguments)
    progress, warnings = "", answer.err
    if "--now" in arguments:
        progress, _end, warnings = answer.err.partition("\n")
        progress += "\n"
    return progress + answer.out + warnings, answer.code


def is_shown(told: list[str], shown: list[str]) -> bool:
    """Whether `shown` is `told`; a line of three dots stands for any lines."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(f"{line}\n") for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in told)) is not None


@pytest.fixture
def reporting(
    operator: Operator,
    hub: ReportingHub,
    ledger_put_back: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ReportingHub:
    """The guide's hub: a report, one exception, and its functions."""
    assert ledger_put_back is None
    hub.has(written())
    operator.world.ledger.save_exception(EXCEPTION, "head@example.com", NOW)
    hub.runs_the_real_function(operator.world, monkeypatch)
    real: Any = hub.calls.function
    scan = written(NOW - timedelta(minutes=9)).overview.scan_id
    hub.answers(lambda event: real(event) if "action" in event else {"scan_id": scan, "units": 4})
    monkeypatch.chdir(tmp_path)
    return hub


def test_what_the_guide_shows_of_a_hub_is_what_happens(reporting: ReportingHub) -> None:
    code = 0
    assert len(CONSOLES) >= 8
    for command, shown in (step for console in CONSOLES for step in steps(console)):
        told, code = told_by(command, reporting, code)
        assert is_shown(told.splitlines(), shown), f"$ {command}\n{told}"


@pytest.mark.parametrize(
    "model",
    [
        *(Overview, CoverageBox, UncoveredUnit, SourceLine, Wave, OwnerLine, WorkItem),
        *(RuntimeLine, MoveLine, ExceptionLine, CanaryLine, ReportedFunction),
    ],
)
def test_the_guide_describes_every_field_of_the_reports_json(model: type[Part]) -> None:
    chapter = GUIDE.partition("### The JSON document of the report")[2].partition("\n## ")[0]
    described = set(re.findall(r"`([a-z_]+)`", chapter))
    assert set(model.model_fields) - described == set()


def test_the_guide_shows_the_page() -> None:
    assert len(IMAGES) == 7
    assert [name for name in IMAGES if not (PLACE.parent / name).is_file()] == []


@pytest.mark.parametrize(
    ("heading", "models"),
    [
        pytest.param("`steward report runtimes`", [RuntimesReport, PageLink], id="report"),
        pytest.param("`steward runtimes list`", [FunctionList], id="list"),
        pytest.param(
            "`steward runtimes except`, `exceptions`, `revoke`",
            [ExceptionsReport, ExceptionNow, RequestReport],
            id="exceptions",
        ),
        pytest.param("`steward runtimes dates`", [DatesReport], id="dates"),
    ],
)
def test_the_reference_describes_every_field_of_the_documents(
    heading: str, models: list[type[BaseModel]]
) -> None:
    chapter = REFERENCE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    described = set(re.findall(r"`([a-z_]+)`", chapter))
    assert {name for model in models for name in model.model_fields} - described == set()


@pytest.mark.parametrize(
    ("command", "heading"),
    [
        ("report runtimes", "`steward report runtimes`"),
        ("runtimes list", "`steward runtimes list`"),
        ("runtimes except", "`steward runtimes except`, `exceptions`, `revoke`"),
        ("runtimes acknowledge", "`steward runtimes acknowledge`"),
        ("runtimes dates", "`steward runtimes dates`"),
    ],
)
def test_the_reference_names_every_option(command: str, heading: str) -> None:
    told = set(re.findall(r"--[a-z-]+", steward(*command.split(), "--help").out))
    chapter = REFERENCE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    common = REFERENCE.partition("## Whose eyes it sees with")[2].partition("\n## ")[0]
    assert told - {"--help"} - set(re.findall(r"--[a-z-]+", chapter + common)) == set()


def test_the_policy_that_the_guide_shows_is_valid() -> None:
    [example] = re.findall(r"```yaml policy\n(.*?)```", GUIDE, re.DOTALL)
    section = Runtimes.model_validate(yaml.safe_load(example)["runtimes"])
    assert section.dates[0].runtime == "ruby3.3"
