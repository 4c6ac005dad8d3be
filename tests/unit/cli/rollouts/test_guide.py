"""docs/guide/rollout-configuration.md: every field, its real default, and followed literally."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

import steward
import steward_cli
from steward.aws.documents import read_mapping
from steward.domain.rollouts.config import PostPhase, PrePhase, RolloutConfig, ShiftPhase
from steward.domain.rollouts.config_checks import (
    AlarmsCheck,
    Assertion,
    CompareCheck,
    ConfigCheck,
    Difference,
    InvokeCheck,
    MetricCheck,
    ProbeCheck,
)
from steward.domain.rollouts.config_values import Check
from steward.domain.rollouts.defaults import DEFAULTS
from steward.domain.rollouts.override import Override, decide_override
from steward.workflows.rollouts.configuration import read_document

ROOT = Path(__file__).parents[4]
GUIDE = (ROOT / "docs" / "guide" / "rollout-configuration.md").read_text()
FILES = dict(re.findall(r"```yaml (\S+)\n(.*?)```", GUIDE, re.DOTALL))
DOCUMENTS = re.findall(r"```yaml(?: (?:shop|http-api)\.yaml)?\n(.*?)```", GUIDE, re.DOTALL)
CONSOLES = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
ROW = re.compile(r"^\| `(?P<field>[a-z_]+)` \| [^|]+ \| (?P<default>[^|]+) \|", re.MULTILINE)
SECTIONS: dict[str, type[BaseModel]] = {
    "Top level": RolloutConfig,
    "`pre`": PrePhase,
    "`shift`": ShiftPhase,
    "`post`": PostPhase,
    "Every check": Check,
    "`invoke`": InvokeCheck,
    "`config`": ConfigCheck,
    "`alarms`": AlarmsCheck,
    "`metric`": MetricCheck,
    "`compare`": CompareCheck,
    "`probe`": ProbeCheck,
    "Assertions": Assertion,
}


def described() -> Iterator[tuple[str, str, str]]:
    """Section, field and default, as the guide has them."""
    for part in re.split(r"^(?=##+ )", GUIDE, flags=re.MULTILINE):
        heading = re.sub(r"^#+ ([^:\n]+).*", r"\1", part.partition("\n")[0])
        if heading in SECTIONS:
            for row in ROW.finditer(part):
                yield heading, row["field"], row["default"].strip()


def fields() -> Iterator[tuple[str, str, object]]:
    """Section, field and default, as the models have them."""
    common = Check.model_fields.keys() | {"type"}
    for section, model in SECTIONS.items():
        if model is Check:
            yield section, "type", "required"
        for name, field in model.model_fields.items():
            is_common = issubclass(model, Check) and model is not Check and name in common
            if not is_common and name not in ("pre", "shift", "post"):
                yield section, field.alias or name, _default(field)


def _default(field: FieldInfo) -> object:
    if field.is_required():
        return "required"
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(kind).dump_python(field.default, mode="json")


WRITTEN = {(section, field): default for section, field, default in described()}
REAL = {(section, field): default for section, field, default in fields()}


def test_the_guide_describes_every_field_and_no_other() -> None:
    assert sorted(WRITTEN) == sorted(REAL)


@pytest.mark.parametrize(("section", "field"), sorted(REAL))
def test_the_guide_states_the_real_default(section: str, field: str) -> None:
    written = WRITTEN[section, field].strip("`")
    assert read_mapping(f"default: {written}")["default"] == REAL[section, field]


def test_the_guide_names_every_difference() -> None:
    listed = re.search(r"^The differences: (.*?)\.$", GUIDE, re.DOTALL | re.MULTILINE)
    assert listed
    assert re.findall(r"`(\w+)`", listed[1]) == [str(each) for each in Difference]


def test_the_guide_lists_the_default_checks() -> None:
    rows = re.findall(r"^\| (pre|shift|post) \| `([a-z-]+)` \|", GUIDE, re.MULTILINE)
    assert rows == [
        (phase, name)
        for phase in DEFAULTS
        if phase in ("pre", "shift", "post")
        for name in DEFAULTS[phase]["checks"]
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_an_example_is_valid(document: str) -> None:
    read_document(document, "the guide")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the guide's files; `steward`, and an `aws` that writes its arguments down."""
    programs = tmp_path / "programs"
    programs.mkdir()
    command = shlex.join([sys.executable, "-c", "from steward_cli.main import app; app()"])
    (programs / "steward").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (programs / "aws").write_text('#!/bin/sh\nfor each in "$@"; do echo "$each" >> said; done\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    roots = {Path(str(package.__file__)).parents[1] for package in (steward, steward_cli)}
    monkeypatch.setenv("PYTHONPATH", ":".join(str(each) for each in [*roots, ROOT]))
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    folder = tmp_path / "work"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def test_what_the_guide_shows_is_what_happens(shell: Path) -> None:
    assert len(CONSOLES) == 6
    status = 0
    for console in CONSOLES:
        for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
            command, _newline, shown = part.partition("\n")
            script = f"(exit {status}); {command}"
            done = subprocess.run(
                ["/bin/sh", "-c", script], cwd=shell, capture_output=True, text=True, check=False
            )
            status = done.returncode
            assert done.stdout + done.stderr == shown, command


def test_the_override_that_the_guide_writes_counts(shell: Path) -> None:
    (command,) = re.findall(r"^\$ (aws ssm put-parameter .*)$", GUIDE, re.MULTILINE)
    subprocess.run(["/bin/sh", "-c", command], cwd=shell, check=True)
    said = (shell / "said").read_text().splitlines()
    now = datetime.now(UTC)
    found = decide_override(json.loads(said[said.index("--value") + 1]), now, now)
    assert said[said.index("--name") + 1] == "/steward/rollout-override/shop"
    assert isinstance(found, Override)
    assert timedelta(minutes=119) < found.until - now <= timedelta(hours=2)
