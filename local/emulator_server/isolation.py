"""Functions see the standard library, the Lambda runtime's boto3, their layers and their code.

ministack starts functions on its own interpreter, so that every package of its environment would
be importable: a function whose layer forgot a package would still work here. The workers get the
packages that the managed runtime brings and nothing else ("Building Lambda functions with Python",
section on runtime-included SDK versions).
"""

import sys
from importlib.metadata import files
from pathlib import Path

from local.emulator_server.pinned import private, replace

RUNTIME_DISTRIBUTIONS = (
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
)

_BOUNDARY = """
import sys
sys.path[:] = [
    entry for entry in sys.path if "site-packages" not in entry and "dist-packages" not in entry
]
sys.path.append({runtime_packages!r})
"""


def isolate_functions(folder: Path) -> None:
    runtime_packages = folder / "lambda-runtime"
    _link_runtime_packages(runtime_packages)
    boundary = _BOUNDARY.format(runtime_packages=str(runtime_packages))
    script = boundary + str(private("ministack.core.lambda_runtime", "_PYTHON_WORKER_SCRIPT"))
    replace(("ministack.core.lambda_runtime",), "_PYTHON_WORKER_SCRIPT", lambda _original: script)


def _link_runtime_packages(runtime_packages: Path) -> None:
    runtime_packages.mkdir()
    for distribution in RUNTIME_DISTRIBUTIONS:
        for name, source in _top_level_entries(distribution).items():
            (runtime_packages / name).symlink_to(source)


def _top_level_entries(distribution: str) -> dict[str, Path]:
    """Name -> place of everything a distribution put directly into site-packages."""
    entries: dict[str, Path] = {}
    for file in files(distribution) or ():
        name = file.parts[0]
        if name not in {"..", "__pycache__"}:
            entries[name] = Path(str(file.locate())).parents[len(file.parts) - 1] / name
    if not entries:
        sys.exit(f"the emulator's environment has no {distribution}: run `make setup` again")
    return entries
