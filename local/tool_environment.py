"""The environment of the SAM CLI: the emulator's account, and nothing of the developer's AWS."""

import os
from collections.abc import Mapping
from pathlib import Path

from local.emulator_environment import HOME_REGION, HUB_ACCOUNT, LOOPBACK

REPOSITORY = Path(__file__).resolve().parents[1]

_INTERPRETER_SETTINGS = {
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "VIRTUAL_ENV",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
}


def real_python(repository: Path = REPOSITORY) -> Path:
    """The Python 3.13 behind the tools' environments, which is no shim of a version manager."""
    return (repository / ".tools" / "ministack" / "bin" / "python").resolve()


def tool_environment(
    repository: Path = REPOSITORY, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """For `sam build` and pip: no AWS identity, real Python first, all state inside .aws-sam.

    Where packages come from is the developer's business, so pip's index settings stay.
    """
    inherited = {
        key: value
        for key, value in (os.environ if environ is None else environ).items()
        if not key.startswith(("AWS_", "SAM_CLI_")) and key not in _INTERPRETER_SETTINGS
    }
    state = repository / ".aws-sam"
    return inherited | {
        "PATH": f"{real_python(repository).parent}{os.pathsep}{inherited.get('PATH', os.defpath)}",
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(state / "cli"),
        "PIP_CACHE_DIR": str(state / "pip-cache"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": HOME_REGION,
    }


def deploy_environment(
    endpoint: str, hub_account: str = HUB_ACCOUNT, repository: Path = REPOSITORY
) -> dict[str, str]:
    """For `sam deploy`: every AWS call goes to the emulator, as the hub account."""
    return tool_environment(repository) | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": hub_account,
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
    }
