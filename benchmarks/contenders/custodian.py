"""Cloud Custodian's c7n-org: finds the same stacks or functions in the same accounts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import PEER_ENVIRONMENT
from benchmarks.measuring import ProcessFailed, Usage, run
from benchmarks.policies import custodian_accounts
from benchmarks.shape import REGIONS

_MATCHED = re.compile(r"Policy resource counts Counter\((?:\{'[a-z-]+': (\d+)\})?\)")


@dataclass(frozen=True, slots=True)
class CustodianRun:
    """`matched` counts what the policy's filters let through."""

    usage: Usage
    matched: int


def sweep(
    aws: Mapping[str, str], home: Path, accounts: tuple[str, ...], wanted: str
) -> CustodianRun:
    """Run the policy `wanted` with c7n-org's own default of worker processes. Its cache of what it
    read is off: it is to look."""
    config, policy, cache = home / "accounts.yml", home / "policy.yml", home / "cache"
    config.write_text(custodian_accounts(accounts))
    policy.write_text(wanted)
    cache.mkdir(exist_ok=True)
    command = (
        *(PEER_ENVIRONMENT / "bin" / "c7n-org", "run", "-c", config, "-u", policy),
        *("-s", home / "output", "--cache-period", "0", "--cache-path", cache),
        *(word for region in REGIONS for word in ("-r", region)),
    )
    log = home / "c7n-org.log"
    usage = run(command, aws, home, log)
    found = _MATCHED.search(log.read_text())
    if found is None:
        raise ProcessFailed(command, log)
    return CustodianRun(usage, int(found[1] or 0))
