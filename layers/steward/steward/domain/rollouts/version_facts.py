"""What Lambda says of one published version, as far as a rollout judges it."""

from dataclasses import dataclass
from datetime import timedelta

ZIP = "Zip"


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """`state`, `update_status` as Lambda writes them; empty where it says nothing of them.

    `environment_keys`: names only, never values; None where Lambda could not decrypt them.
    `dead_letter`, `handler`: empty where there is none. `layers`: ARNs with their versions.
    `network`: identifiers of subnets and security groups.
    """

    function: str
    version: str
    role: str
    timeout: timedelta
    memory_mb: int
    state: str = ""
    state_reason: str = ""
    update_status: str = ""
    update_reason: str = ""
    runtime_id: str | None = None
    package_type: str = ZIP
    dead_letter: str = ""
    environment_keys: frozenset[str] | None = frozenset()
    network: frozenset[str] = frozenset()
    architecture: str = ""
    layers: tuple[str, ...] = ()
    handler: str = ""
    code_sha256: str = ""

    @property
    def name(self) -> str:
        return f"{self.function}:{self.version}"

    @property
    def is_getting_ready(self) -> bool:
        """ "Lambda function states", AWS Lambda Developer Guide."""
        return self.state == "Pending" or self.update_status == "InProgress"

    @property
    def is_ready(self) -> bool:
        return self.state in ("", "Active") and self.update_status in ("", "Successful")


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Provisioned concurrency of an alias; `status` is IN_PROGRESS, READY or FAILED."""

    status: str
    reason: str = ""
    requested: int = 0
    available: int = 0

    @property
    def is_getting_ready(self) -> bool:
        return self.status == "IN_PROGRESS"

    @property
    def is_ready(self) -> bool:
        return self.status == "READY"
