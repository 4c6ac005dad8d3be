"""Entry point that the emulator's own Python executes: microburst with a seeded chance.

Usage: `python -I local/faults/proxy_server.py <folder> <seed> <microburst's options>`. `<folder>`
is deleted when the starter dies. The same seed draws the same numbers; which call gets which
number depends on how the functions' calls interleave.
"""

import random
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def main(folder: Path, seed: int, options: list[str]) -> int:
    # Appended, not inserted: nothing of this repository may shadow what microburst imports.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from local.emulator_server.guard import die_with_the_starter

    die_with_the_starter(folder)
    random.seed(seed)
    _keep_the_signed_host(import_module("microburst.forward").Upstream)
    # Both versions of SES sign as `ses`; Steward speaks version 2 only.
    import_module("microburst.models").__dict__["_SCOPE_ALIASES"]["ses"] = "sesv2"
    # botocore's model of SQS has RequestThrottled without the prefix, and tries again on that only.
    import_module("microburst.models").__dict__["_QUERY_ERROR_NAMESPACE"].pop("sqs")
    return int(import_module("microburst.cli").main(options))


def _keep_the_signed_host(upstream: Any) -> None:
    """Callers sign the host that they called, and the emulator checks that when it enforces IAM;
    microburst 0.10.0 writes the emulator's own address instead."""
    plain = upstream._outbound_headers

    def outbound_headers(self: Any, request: Any) -> dict[str, str]:
        headers: dict[str, str] = plain(self, request)
        return headers | {"host": request.headers["Host"]}

    upstream._outbound_headers = outbound_headers


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
