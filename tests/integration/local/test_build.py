import os
from pathlib import Path

import pytest

from local.build import deploy_options
from local.host_layer import add_missing_files
from local.tool_command import ToolError, run_tool
from local.tool_environment import deploy_environment, tool_environment

MINE = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "PYTHONPATH": "/somewhere",
    "PIP_INDEX_URL": "the developer's index",
    "PATH": "/usr/bin",
}


def test_a_build_has_no_aws_identity_and_keeps_the_package_index(tmp_path: Path) -> None:
    environment = tool_environment(tmp_path, MINE)
    assert "AWS_PROFILE" not in environment
    assert "AWS_ACCESS_KEY_ID" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["PIP_INDEX_URL"] == "the developer's index"
    assert environment["AWS_CONFIG_FILE"] == os.devnull
    assert environment["__SAM_CLI_APP_DIR"].startswith(str(tmp_path / ".aws-sam"))


def test_a_python_that_runs_comes_first_on_the_path() -> None:
    first = Path(tool_environment(environ=MINE)["PATH"].split(os.pathsep)[0])
    assert "3.13" in run_tool([first / "python3.13", "--version"], Path(), {})


def test_a_deployment_talks_to_the_emulator_only() -> None:
    environment = deploy_environment("http://127.0.0.1:4711", "111111111111")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4711"
    assert environment["AWS_ACCESS_KEY_ID"] == "111111111111"
    assert environment["NO_PROXY"] == "127.0.0.1"


def test_parameters_with_blanks_stay_whole(tmp_path: Path) -> None:
    options = deploy_options(tmp_path, {"LeaseSchedule": "rate(1 minute)"})
    assert options[-2:] == [
        "--parameter-overrides",
        'ParameterKey=LeaseSchedule,ParameterValue="rate(1 minute)"',
    ]


def test_packages_for_this_machine_are_put_beside_the_built_ones(tmp_path: Path) -> None:
    host, layer = tmp_path / "host", tmp_path / "layer"
    for folder, files in (
        (host, {"core/a.x86_64.so": "host", "core/both.py": "host", "__pycache__/x.pyc": "host"}),
        (layer, {"core/a.aarch64.so": "built", "core/both.py": "built"}),
    ):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    assert add_missing_files(host, layer) == 1
    assert {
        str(file.relative_to(layer)): file.read_text()
        for file in layer.rglob("*")
        if file.is_file()
    } == {"core/a.x86_64.so": "host", "core/a.aarch64.so": "built", "core/both.py": "built"}


def test_a_failing_tool_shows_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"(?s)ended with exit code 7:.*no such bucket"):
        run_tool(["sh", "-c", "echo no such bucket >&2; exit 7"], tmp_path, os.environ)


def test_a_missing_tool_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="run `make setup` first"):
        run_tool([tmp_path / "sam", "build"], tmp_path, os.environ)
