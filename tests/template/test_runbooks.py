"""Every alarm has its runbook, and what a runbook tells to do can be done."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from steward_cli.main import app
from tests.template.documents import ROOT, Document, load, resources

_FOLDER = ROOT / "docs" / "runbooks"
_RUNBOOKS = sorted(_FOLDER.glob("*.md"))
_TEMPLATES = ["template.yaml", *(str(p.relative_to(ROOT)) for p in (ROOT / "org").rglob("*.yaml"))]
_COMMAND = re.compile(r"(?:^\$ |`)steward ([^`\n|]+)", re.MULTILINE)
_LOG_GROUP = re.compile(r"aws logs tail (\S+)")
_REDRIVEN = re.compile(r"steward dlq redrive (\S+?)[`\s]")
_LINK = re.compile(r"\]\(([^)#]+\.md)\)")
_HEADINGS = ["What still works", "Look", "Causes", "Over when", "If that does not help"]


@cache
def _alarms() -> dict[str, Document]:
    """The alarms of all templates, by the name of their runbook."""
    return {
        _kebab(name.removesuffix("Alarm")): alarm
        for template in _TEMPLATES
        for name, alarm in resources(load(template), "AWS::CloudWatch::Alarm").items()
    }


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


@cache
def _log_groups() -> set[str]:
    """Their names in an installation that is called steward."""
    given = [
        group["LogGroupName"]
        for template in _TEMPLATES
        for group in resources(load(template), "AWS::Logs::LogGroup").values()
    ]
    names = [name["Fn::Sub"] if isinstance(name, dict) else name for name in given]
    return {name.replace("${AWS::StackName}", "steward") for name in names}


@cache
def _queues() -> set[str]:
    """The names of dead-letter queues as `steward dlq` knows them."""
    outputs = load("template.yaml")["Outputs"]
    names = (name.removesuffix("DeadLetterQueueUrl") for name in outputs)
    return {_kebab(name) for name in names if name not in outputs}


def test_every_alarm_has_a_runbook_and_every_runbook_an_alarm() -> None:
    assert {path.stem for path in _RUNBOOKS} == _alarms().keys()


def test_every_alarm_names_its_runbook() -> None:
    silent = [
        name
        for name, alarm in _alarms().items()
        if f"docs/runbooks/{name}.md" not in alarm["AlarmDescription"]
    ]
    assert silent == []


@pytest.mark.parametrize("path", _RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_says_all_that_on_call_asks(path: Path) -> None:
    text = path.read_text()
    name = next(line for line in text.splitlines() if line.startswith("Alarm `"))
    assert _kebab(name.split("`")[1].removesuffix("Alarm")) == path.stem
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == _HEADINGS


@pytest.mark.parametrize("path", _RUNBOOKS, ids=lambda path: path.stem)
def test_what_a_runbook_names_exists(path: Path) -> None:
    text = path.read_text()
    assert [group for group in _LOG_GROUP.findall(text) if group not in _log_groups()] == []
    assert [link for link in _LINK.findall(text) if not (_FOLDER / link).is_file()] == []
    assert [line for line in _COMMAND.findall(text) if _unknown(line)] == []
    assert [queue for queue in _REDRIVEN.findall(text) if queue not in _queues()] == []


def test_the_operations_guide_lists_every_runbook() -> None:
    guide = (ROOT / "docs" / "guide" / "operations.md").read_text()
    assert [path.stem for path in _RUNBOOKS if f"../runbooks/{path.name})" not in guide] == []


def test_the_commands_of_the_operations_guide_exist() -> None:
    guide = (ROOT / "docs" / "guide" / "operations.md").read_text()
    assert [line for line in _COMMAND.findall(guide) if _unknown(line)] == []


@pytest.mark.parametrize(
    "line",
    ["sweep", "policy check FILE", "plan --jason", "report runtimes --nwo", "kill-switch on"],
)
def test_a_command_that_could_not_be_run_is_noticed(line: str) -> None:
    assert _unknown(line)


def _unknown(line: str) -> list[str]:
    """What the steward command does not know of a command line, or misses in it."""
    command: Any = typer.main.get_command(app)
    rest = line.split()
    while rest and hasattr(command, "get_command"):
        found = command.get_command(None, rest[0])
        if found is None:
            return rest[:1]
        command, rest = found, rest[1:]
    return [*_unknown_options(command, rest), *_missing_options(command, rest)]


def _unknown_options(command: Any, words: list[str]) -> list[str]:
    known = {name for parameter in command.params for name in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in known]


def _missing_options(command: Any, words: list[str]) -> list[str]:
    required = [p.opts for p in command.params if p.required and p.opts[0].startswith("--")]
    return [names[0] for names in required if not set(names) & set(words)]
