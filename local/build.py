"""`sam build` and `sam deploy` of the unmodified template, the latter into the embedded hub."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from local.emulator_environment import HOME_REGION, HUB_ACCOUNT
from local.host_layer import add_missing_files, host_packages, is_built_for_this_machine
from local.tool_command import run_tool
from local.tool_environment import REPOSITORY, deploy_environment, tool_environment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

LAYER = "StewardLayer"
HUB_STACK = "steward"


def build(repository: Path = REPOSITORY) -> Path:
    """Build into `.aws-sam/build`, exactly as for a real deployment; quick when nothing changed."""
    with _no_other_build(repository):
        return _built(repository)


def build_copy(target: Path, repository: Path = REPOSITORY) -> Path:
    """Build, and copy the result to `target`, where no later build changes it."""
    with _no_other_build(repository):
        return shutil.copytree(_built(repository), target)


@contextmanager
def _no_other_build(repository: Path) -> Iterator[None]:
    """Keep builds of one repository apart: each starts by clearing the folder."""
    lock = repository / ".aws-sam" / "build.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _built(repository: Path) -> Path:
    folder = repository / ".aws-sam" / "build"
    command: list[str | Path] = [
        _sam(repository),
        "build",
        "--cached",
        "--parallel",
        "--build-dir",
        folder,
    ]
    command += ["--cache-dir", repository / ".aws-sam" / "cache"]
    command += ["--template-file", repository / "template.yaml"]
    run_tool(command, repository, tool_environment(repository))
    return folder


def deploy(
    endpoint: str,
    parameters: Mapping[str, str],
    repository: Path = REPOSITORY,
    hub_account: str = HUB_ACCOUNT,
) -> None:
    """Deploy what `build` left; a second call updates the stack.

    `parameters` override template parameters. The build folder stays as it is: a copy of it gets
    the packages for this machine.
    """
    with tempfile.TemporaryDirectory(prefix="steward-deploy-") as temporary:
        copy = Path(temporary) / "build"
        with _no_other_build(repository):
            shutil.copytree(repository / ".aws-sam" / "build", copy)
            if not is_built_for_this_machine():
                packages = host_packages(repository, tool_environment(repository))
                add_missing_files(packages, copy / LAYER / "python")
        run_tool(
            [_sam(repository), "deploy", *deploy_options(copy, parameters)],
            copy,
            deploy_environment(endpoint, hub_account, repository),
        )


def stack_outputs(client: "CloudFormationClient", stack: str = HUB_STACK) -> dict[str, str]:
    outputs = client.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def _sam(repository: Path) -> Path:
    return repository / ".tools" / "sam" / "bin" / "sam"


def deploy_options(folder: Path, parameters: Mapping[str, str]) -> list[str | Path]:
    options: list[str | Path] = ["--template-file", folder / "template.yaml"]
    options += ["--stack-name", HUB_STACK, "--region", HOME_REGION, "--resolve-s3"]
    options += ["--capabilities", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    options += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    options += ["--tags", "steward:component=hub"]
    if parameters:
        pairs = [
            f"ParameterKey={key},ParameterValue={_quoted(value)}"
            for key, value in parameters.items()
        ]
        options += ["--parameter-overrides", *pairs]
    return options


def _quoted(value: str) -> str:
    """Values such as `rate(1 minute)` hold blanks, at which the SAM CLI would split them."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
