"""The lock files: pinned, hashed, tied to no host, and one version of everything."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYER = "layers/steward/requirements.txt"
DEVELOPMENT = "requirements/development.txt"
TOOLS = [f"requirements/{tool}.txt" for tool in ("sam", "ministack", "benchmark", "security")]
LOCKS = [LAYER, DEVELOPMENT, *TOOLS]

REQUIREMENT = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[A-Za-z0-9.+!]+)"
    r"(?: ; [^\\]+)?(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)"
)


def logical_lines(text: str) -> list[str]:
    """Requirements of a lock file, continuation lines joined and comments dropped."""
    joined = re.sub(r" *\\\n *", " ", text)
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def pins(text: str) -> dict[str, str]:
    found = (REQUIREMENT.fullmatch(line) for line in logical_lines(text))
    return {match["name"]: match["version"] for match in found if match}


def normalized(requirement: str) -> str:
    """Name of a PEP 508 requirement, as PEP 503 spells it."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, f"pyproject.toml: {requirement!r} does not start with a name"
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def direct_dependencies(*, layer_only: bool) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    groups = [project["dependencies"], *([] if layer_only else extras)]
    return {normalized(requirement) for group in groups for requirement in group}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    lines = logical_lines((ROOT / lock).read_text())
    assert lines
    assert [line[:60] for line in lines if not REQUIREMENT.fullmatch(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("boto3", id="no-version"),
        pytest.param("boto3>=1.44 --hash=sha256:" + "0" * 64, id="a-range"),
        pytest.param("boto3==1.44.5", id="no-hash"),
        pytest.param("--extra-index-url file:///somewhere", id="an-option"),
        pytest.param("boto3 @ file:///boto3.whl --hash=sha256:" + "0" * 64, id="a-url"),
        pytest.param("-r base.txt", id="another-file"),
    ],
)
def test_the_pattern_refuses(line: str) -> None:
    assert REQUIREMENT.fullmatch(line) is None


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_host_or_an_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r".*(?:://|--(?:extra-)?index|--find-links|--trusted-host).*", text) == []


def test_development_has_exactly_the_versions_of_the_layer() -> None:
    development = pins((ROOT / DEVELOPMENT).read_text())
    layer = pins((ROOT / LAYER).read_text())
    assert {name: development.get(name) for name in layer} == layer


def test_every_direct_dependency_is_locked() -> None:
    assert direct_dependencies(layer_only=True) - pins((ROOT / LAYER).read_text()).keys() == set()
    development = pins((ROOT / DEVELOPMENT).read_text())
    assert direct_dependencies(layer_only=False) - development.keys() == set()


@pytest.mark.parametrize("name", ["boto3", "botocore"])
def test_the_layer_leaves_to_the_runtime(name: str) -> None:
    assert name not in pins((ROOT / LAYER).read_text())


@pytest.mark.parametrize("name", ["pydantic-core", "markupsafe"])
def test_compiled_packages_of_the_layer_are_hashed_for_every_platform(name: str) -> None:
    """One wheel has one hash; both processors and the source archive make three or more."""
    line = next(
        line for line in logical_lines((ROOT / LAYER).read_text()) if line.startswith(f"{name}==")
    )
    assert line.count("--hash=sha256:") >= 3
