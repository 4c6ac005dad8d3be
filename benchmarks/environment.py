"""What every measured process is started with: the stand-in as AWS, nothing of the developer's."""

import os
import sys
from pathlib import Path

from benchmarks.shape import HOME_REGION

REPOSITORY = Path(__file__).resolve().parents[1]
LAYER = REPOSITORY / "layers" / "steward"
PEER_ENVIRONMENT = REPOSITORY / ".tools" / "benchmark"
# Not resolved: the link is what makes an interpreter that of its environment.
PYTHON = Path(sys.executable).absolute()
LOOPBACK = "127.0.0.1"


def aws_environment(endpoint: str, home: Path) -> dict[str, str]:
    """The hub account's identity at `endpoint`. `home` takes what tools leave in a home folder."""
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_PROXY": LOOPBACK,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "hub",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_DEFAULT_REGION": HOME_REGION,
        "AWS_REGION": HOME_REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
