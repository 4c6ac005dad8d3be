"""Makes a layer that was built for arm64 importable on this machine too.

The emulator starts functions as processes of this machine, so compiled packages are needed for its
processor. They come from the same locked, hash-checked requirements and are put beside the arm64
ones: compiled modules carry their platform in the file name, so one folder serves both.
"""

import hashlib
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from local.tool_command import run_tool
from local.tool_environment import real_python

REQUIREMENTS = Path("layers/steward/requirements.txt")


def is_built_for_this_machine() -> bool:
    return sys.platform == "linux" and platform.machine() in {"aarch64", "arm64"}


def host_packages(repository: Path, environment: Mapping[str, str]) -> Path:
    """A folder with the layer's packages for this machine, installed once per requirements."""
    lock = repository / REQUIREMENTS
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    name = f"{sys.platform}-{platform.machine()}-{digest}"
    folder = repository / ".aws-sam" / "host-packages" / name
    if not folder.exists():
        _install(repository, lock, folder, environment)
    return folder


def add_missing_files(source: Path, layer: Path) -> int:
    """Copy what `layer` does not have yet; files that exist there stay as built."""
    added = 0
    for file in source.rglob("*"):
        target = layer / file.relative_to(source)
        if file.is_file() and not target.exists() and "__pycache__" not in file.parts:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
            added += 1
    return added


def _install(repository: Path, lock: Path, folder: Path, environment: Mapping[str, str]) -> None:
    unfinished = folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    command: list[str | Path] = [real_python(repository), "-m", "pip", "install", "--quiet"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"]
    command += ["--target", unfinished, "--requirement", lock]
    run_tool(command, repository, environment)
    unfinished.rename(folder)
