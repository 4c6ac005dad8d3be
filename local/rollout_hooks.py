"""Publishes and deploys `org/members/hooks.yaml` into accounts, by the guide's own commands."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local import stack_operations
from local.build import LAYER, build_copy, stack_outputs
from local.emulator_environment import HOME_REGION
from local.host_layer import add_missing_files, host_packages, is_built_for_this_machine
from local.organization import Organization
from local.stack_operations import Deployment
from local.tool_command import run_tool
from local.tool_environment import REPOSITORY, deploy_environment, tool_environment

HOOKS_STACK = "steward-rollout-hooks"
TEMPLATE = REPOSITORY / "org" / "members" / "hooks.yaml"
# IAM of the emulator does not evaluate aws:ResourceTag: see the known lies.
EMULATOR_PARAMETERS = {"UseConditionKeys": "false"}


def deploy_rollout_hooks(
    organization: Organization,
    account: str,
    parameters: Mapping[str, str] | None = None,
    repository: Path = REPOSITORY,
) -> dict[str, str]:
    """Deploy the hooks into the named account's home region; the stack's outputs."""
    session = organization.session(account)
    bucket = f"steward-artifacts-{organization.accounts[account]}"
    session.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": HOME_REGION}
    )
    prefix = _publish(organization, account, bucket, repository)
    code = {"ArtifactBucket": bucket, "ArtifactPrefix": prefix}
    deployment = Deployment(
        name=HOOKS_STACK,
        template=TEMPLATE.read_text(encoding="utf-8"),
        parameters=EMULATOR_PARAMETERS | code | dict(parameters or {}),
        tags={"steward:component": "member"},
    )
    client = session.client("cloudformation")
    stack_operations.create(client, deployment, "CREATE_COMPLETE")
    return stack_outputs(client, HOOKS_STACK)


def _publish(organization: Organization, account: str, bucket: str, repository: Path) -> str:
    """`steward org publish` with a layer that this machine can run too; the prefix it says."""
    account_id = organization.accounts[account]
    environment = deploy_environment(organization.endpoint, account_id, repository)
    with tempfile.TemporaryDirectory(prefix="steward-publish-") as temporary:
        copy = build_copy(Path(temporary) / "build", repository)
        if not is_built_for_this_machine():
            packages = host_packages(repository, tool_environment(repository))
            add_missing_files(packages, copy / LAYER / "python")
        command: list[str | Path] = [repository / ".venv" / "bin" / "steward", "org", "publish"]
        command += ["--bucket", bucket, "--layer", copy / LAYER]
        said = run_tool(command, repository, environment)
        shutil.rmtree(copy)
    (prefix,) = [
        word.removeprefix("ArtifactPrefix=")
        for word in said.split()
        if word.startswith("ArtifactPrefix=")
    ]
    return prefix
