"""The whole environment of the emulator: nothing of the developer's own leaks in."""

from pathlib import Path
from typing import Final

HUB_ACCOUNT = "111111111111"
# Of the organization; has nothing of Steward but what org/management.yaml puts there.
MANAGEMENT_ACCOUNT: Final = "900000000009"
HOME_REGION: Final = "eu-west-1"
LOOPBACK = "127.0.0.1"


def emulator_environment(
    folder: Path, port: int, hub_account: str, *, enforce_iam: bool
) -> dict[str, str]:
    """Settings of ministack's README. Without the first three it listens on every interface."""
    settings = {
        "BIND_HOST": LOOPBACK,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": LOOPBACK,
        "MINISTACK_ACCOUNT_ID": hub_account,
        "MANAGEMENT_ACCOUNT_ID": MANAGEMENT_ACCOUNT,
        "MINISTACK_REGION": HOME_REGION,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
    }
    return settings | ({"AUTH": "true"} if enforce_iam else {})
