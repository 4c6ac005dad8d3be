"""Who may import whom, checked file by file; and the rules themselves, shown to fire."""

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tests.unit.architecture_rules import LAYERS, layer_of, undocumented, violations

ROOT = Path(__file__).parents[2]
LAYER_FOLDER = ROOT / "layers/steward"
DOCUMENTED = ("layers/steward/steward/domain", "layers/steward/steward/workflows")
HANDLER_LINES = 60
# It imports nothing of ours, so all that it does is in its one file.
ALONE = "functions/rollout_failsafe/app.py"
ENTRIES = ("lambda_handler", "before_traffic")


def sources(*folders: str) -> list[str]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


HANDLERS = [path for path in sources("functions") if path.endswith("/app.py")]


@pytest.mark.parametrize("path", sources("layers", "functions", "cli", "local"))
def test_keeps_the_import_rules(path: str) -> None:
    assert violations(PurePosixPath(path), (ROOT / path).read_text()) == []


@pytest.mark.parametrize("path", sources(*DOCUMENTED))
def test_public_functions_say_why_they_exist(path: str) -> None:
    assert undocumented((ROOT / path).read_text()) == []


@pytest.mark.parametrize("path", [path for path in HANDLERS if path != ALONE])
def test_a_handler_is_wiring(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= HANDLER_LINES


@pytest.mark.parametrize("path", HANDLERS)
def test_a_handler_imports_without_an_environment(path: str) -> None:
    """As Lambda does it: the function's folder and the layer on the path, nothing configured."""
    folder = (ROOT / path).parent
    program = (
        f"import sys; sys.path[:0] = [{str(folder)!r}, {str(LAYER_FOLDER)!r}]; "
        f"import app; assert any(callable(getattr(app, name, None)) for name in {ENTRIES!r})"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", program], env={}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_every_function_folder_has_a_handler_that_the_template_deploys() -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/*.py")}
    deployed = set(re.findall(r"CodeUri: functions/(\w+)", (ROOT / "template.yaml").read_text()))
    beside_workloads = (ROOT / "org/members/hooks.yaml").read_text()
    deployed |= set(re.findall(r"ArtifactPrefix}/(\w+)\.zip", beside_workloads))
    assert folders == {PurePosixPath(path).parent.name for path in HANDLERS}
    assert folders <= deployed


STEWARD = "layers/steward/steward"
LAZY = "from steward.aws import sessions\ndef run():\n    return sessions.client('s3')\n"
TYPED = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mypy_boto3_sqs import X\n"
REEXPORT = "from steward.domain.leases import Lease\n"


@pytest.mark.parametrize(
    ("path", "source", "problem"),
    [
        pytest.param(
            f"{STEWARD}/domain/x.py", "import boto3", "only steward/aws", id="domain-imports-boto3"
        ),
        pytest.param(
            f"{STEWARD}/domain/x.py", "from os import environ", "imports os", id="domain-imports-os"
        ),
        pytest.param(
            f"{STEWARD}/domain/x.py",
            "def f():\n    import time",
            "imports time",
            id="hidden-import",
        ),
        pytest.param(
            f"{STEWARD}/domain/x.py", "import yaml", "imports yaml", id="domain-imports-third-party"
        ),
        pytest.param(
            f"{STEWARD}/domain/x.py",
            "from steward.aws import sqs",
            "must not know",
            id="domain-imports-adapter",
        ),
        pytest.param(
            f"{STEWARD}/domain/x.py",
            "from steward import settings",
            "must not know",
            id="domain-imports-settings-by-package",
        ),
        pytest.param(f"{STEWARD}/domain/x.py", TYPED, "in the domain", id="domain-sees-sdk-types"),
        pytest.param(
            f"{STEWARD}/domain/x.py", "from . import leases", "relative", id="relative-import"
        ),
        pytest.param(
            f"{STEWARD}/workflows/x.py",
            "import datetime\ndef f():\n    return datetime.datetime.now(datetime.UTC)",
            "reads the clock",
            id="workflow-reads-the-clock",
        ),
        pytest.param(
            f"{STEWARD}/ledger/x.py", "import boto3", "only steward/aws", id="ledger-imports-boto3"
        ),
        pytest.param(
            f"{STEWARD}/ledger/x.py",
            "from mypy_boto3_dynamodb import DynamoDBClient",
            "outside TYPE_CHECKING",
            id="sdk-types-at-run-time",
        ),
        pytest.param(
            f"{STEWARD}/ledger/x.py",
            "from steward.workflows import sweep",
            "must not know",
            id="adapter-imports-workflow",
        ),
        pytest.param(
            f"{STEWARD}/aws/x.py",
            "import boto3\nCLIENT = boto3.client('s3')",
            "at import",
            id="client-at-import",
        ),
        pytest.param(
            f"{STEWARD}/aws/x.py",
            "def f(client=session.client('s3')): ...",
            "at import",
            id="client-as-default-argument",
        ),
        pytest.param(f"{STEWARD}/domain/__init__.py", REEXPORT, "docstring", id="re-export"),
        pytest.param(
            "functions/a/app.py",
            "from functions.b import app",
            "must not know",
            id="function-imports-function",
        ),
        pytest.param(
            "functions/a/app.py",
            "from steward.domain.leases import Lease",
            "must not know",
            id="function-skips-workflows",
        ),
        pytest.param(
            f"{STEWARD}/workflows/x.py",
            "import local.demo",
            "must not know",
            id="app-imports-local",
        ),
        pytest.param("local/x.py", "import steward_cli", "must not know", id="local-imports-cli"),
        pytest.param("cli/x.py", "import functions.a.app", "must not know", id="cli-imports-app"),
        pytest.param("elsewhere/x.py", "", "no layer", id="file-outside-every-layer"),
    ],
)
def test_a_broken_rule_is_named(path: str, source: str, problem: str) -> None:
    assert [problem in found for found in violations(PurePosixPath(path), source)] == [True]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        pytest.param(f"{STEWARD}/domain/x.py", "from pydantic import BaseModel", id="pydantic"),
        pytest.param(f"{STEWARD}/domain/x.py", "from zoneinfo import ZoneInfo", id="pure-stdlib"),
        pytest.param(f"{STEWARD}/ledger/x.py", TYPED, id="sdk-types-for-the-type-checker"),
        pytest.param(f"{STEWARD}/workflows/x.py", LAZY, id="client-made-when-needed"),
        pytest.param(f"{STEWARD}/aws/__init__.py", '"""Why."""', id="documented-package"),
        pytest.param("cli/steward_cli/x.py", "from local import demo", id="cli-starts-the-demo"),
    ],
)
def test_ordinary_code_passes(path: str, source: str) -> None:
    assert violations(PurePosixPath(path), source) == []


def test_a_missing_docstring_is_named() -> None:
    source = "def told(): ...\ndef _private(): ...\ndef kept():\n    'Why.'\n"
    assert undocumented(source) == ["told (line 1)"]


def test_the_layers_on_disk_are_the_layers_of_the_rules() -> None:
    """A renamed folder would otherwise fall under the looser rules of its parent."""
    packages = {path.parent for path in LAYER_FOLDER.glob("steward/*/*.py")}
    ruled = {ROOT / layer.folder for layer in LAYERS}
    assert packages <= ruled
    assert layer_of(PurePosixPath("tests/unit/x.py")) is None
