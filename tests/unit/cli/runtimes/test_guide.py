"""docs/guide/runtimes.md and docs/guide/cli.md, followed literally."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import steward
import steward_cli
from steward.data.runtime_table import bundled
from steward_cli.runtimes.report import CheckReport, Found, NotChecked, NotRead, Target
from steward_cli.runtimes.rules import Rule
from tests.unit.cli.running import steward as run_steward

ROOT = Path(__file__).parents[4]
GUIDE = (ROOT / "docs" / "guide" / "runtimes.md").read_text()
REFERENCE = (ROOT / "docs" / "guide" / "cli.md").read_text()
TEMPLATE = re.findall(r"```yaml template\.yaml\n(.*?)```", GUIDE, re.DOTALL)[0]
CONSOLES = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
PIPELINES = re.findall(r"```yaml (?:github|gitlab)\n(.*?)```", GUIDE, re.DOTALL)
COMMAND = re.compile(r"steward (runtimes check .*)$", re.MULTILINE)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the guide's template, and `steward` among the programs."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = "from steward_cli.main import app; app()"
    command = shlex.join([sys.executable, "-c", program])
    (programs / "steward").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (programs / "steward").chmod(0o755)
    roots = {Path(str(package.__file__)).parents[1] for package in (steward, steward_cli)}
    monkeypatch.setenv("PYTHONPATH", ":".join(str(each) for each in [*roots, ROOT]))
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


def steps(console: str) -> list[tuple[str, str]]:
    """Each command with what the guide shows below it."""
    parts = re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]
    return [(command, shown) for command, _newline, shown in (p.partition("\n") for p in parts)]


def test_what_the_guide_shows_is_what_happens(shell: Path) -> None:
    status = 0
    assert len(CONSOLES) == 3
    for command, shown in (step for console in CONSOLES for step in steps(console)):
        script = f"(exit {status}); {command}"
        done = subprocess.run(
            ["/bin/sh", "-c", script], cwd=shell, capture_output=True, text=True, check=False
        )
        status = done.returncode
        expected = re.sub(r"by the table of \S+", f"by the table of {bundled().as_of}", shown)
        assert (command, done.stdout) == (command, expected)


@pytest.mark.parametrize("pipeline", PIPELINES, ids=["github", "gitlab"])
def test_a_pipeline_writes_the_file_that_it_hands_on(
    pipeline: str, shell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shell)
    [call] = COMMAND.findall(pipeline)
    arguments = shlex.split(call)
    assert run_steward(*arguments).code == 1
    written = arguments[arguments.index("--output") + 1]
    assert pipeline.count(written) == 2
    assert (shell / written).stat().st_size > 0


def test_the_guide_lists_every_rule_as_it_is() -> None:
    rows = re.findall(r"^\| `(STEWARD-RT\d)` \| (\w+) \| (.*) \|$", GUIDE, re.MULTILINE)
    assert rows == [(rule.id, rule.value.level, rule.value.says) for rule in Rule]


def test_the_guide_names_every_option_with_its_default() -> None:
    told = run_steward("runtimes", "check", "--help").out
    rows = re.findall(r"^\| `(--[a-z-]+)[^`]*` \| (?:`(\w+)`)?", GUIDE, re.MULTILINE)
    assert set(re.findall(r"--[a-z-]+", told)) - {"--fail-on", "--help"} <= {n for n, _d in rows}
    for name, default in rows:
        assert name in told
        assert not default or f"[default: {default}]" in told


@pytest.mark.parametrize("model", [CheckReport, Found, Target, NotChecked, NotRead])
def test_the_reference_describes_every_field_of_the_document(model: type[CheckReport]) -> None:
    chapter = REFERENCE.partition("## `steward runtimes check`")[2].partition("\n## ")[0]
    described = set(re.findall(r"`([a-z_]+)`", chapter))
    assert set(model.model_fields) - described == set()
